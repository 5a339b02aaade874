import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import type { BusEvent } from "#bus/contract";
import { readEvents } from "#bus/event-log";
import { readFast } from "./read-fast.ts";

function pathFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "read-fast-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "events.log");
}

async function readAll(read: typeof readEvents, path: string) {
  const seen = { events: [] as BusEvent[], torn: "", bytes: 0, failure: "" };
  try {
    for await (const { events, torn = "", bytes } of read(path)) {
      seen.events.push(...events);
      seen.torn += torn;
      seen.bytes = bytes;
    }
  } catch (error) {
    seen.failure = String(error);
  }
  return seen;
}

const line = (id: number, note: string) =>
  JSON.stringify({ id: `${id}`, name: "чай.куплено", data: { note }, timestamp: id });

test("it reads what `readEvents` reads, whatever is in the file and wherever it is cut", async (t) => {
  const path = pathFor(t);
  const note = fc.constantFrom("", "чай 🛒", "x".repeat(70_000), "tea, ".repeat(3_000));
  const odd = fc.constantFrom("", "\r", "oops", "42", '{"id":"1"}', "\uFEFF");
  const text = note.chain((some) => fc.nat(9).map((id) => line(id, some)));
  const lines = fc.array(fc.oneof({ weight: 6, arbitrary: text }, odd), {
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(lines, fc.nat(40), async (all, cut) => {
      const bytes = Buffer.from(all.map((one) => `${one}\n`).join(""));
      writeFileSync(path, bytes.subarray(0, Math.max(0, bytes.length - cut)));
      assert.deepEqual(await readAll(readFast, path), await readAll(readEvents, path));
    }),
    { numRuns: 60, seed: 7 },
  );
});

test("a missing file is what it is for `readEvents`", async (t) => {
  const path = pathFor(t);
  assert.deepEqual(await readAll(readFast, path), await readAll(readEvents, path));
});
