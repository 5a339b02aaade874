import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { openLinesFile } from "#bus/append-file";
import { EventLog } from "#bus/event-log";
import { FastLog } from "./fast-log.ts";

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "fast-log-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function eventOf(id: number, note: string) {
  return { id: `${id}`, name: "чай.куплено", data: { note }, timestamp: id };
}

test("it writes what `EventLog` writes, whatever comes in one go", async (t) => {
  const folder = folderFor(t);
  const note = fc.constantFrom("", "чай 🛒", "x".repeat(70_000));
  const burst = fc.array(note, { maxLength: 20 }).chain((some) =>
    // More lines than are joined at once, and far more than the buffer holds.
    fc.constantFrom(1, 1, 40).map((times) => Array(times).fill(some).flat()),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(burst, { maxLength: 4 }), async (bursts) => {
      const texts = [];
      for (const Log of [EventLog, FastLog]) {
        const path = join(folder, "events.log");
        rmSync(path, { force: true });
        const log = new Log(path, { fsync: true });
        log.append(eventOf(0, "the first"));
        for (const burst of bursts) {
          for (const [id, note] of burst.entries()) log.append(eventOf(id, note));
          await new Promise(setImmediate);
        }
        await log.close();
        texts.push(readFileSync(path, "utf8"));
      }
      assert.ok(texts[0] === texts[1], "the two files are the same");
    }),
    { numRuns: 20, seed: 7 },
  );
});

test("a write that fails is told as `EventLog` tells it, and the file is closed", async (t) => {
  const folder = folderFor(t);
  const told = [];
  for (const Log of [EventLog, FastLog]) {
    const path = join(folder, `${Log.name}.log`);
    let closed = 0;
    const open = async () => {
      const file = await openLinesFile(path);
      let writes = 0;
      return {
        async append(text: string | Uint8Array) {
          writes += 1;
          if (writes > 1) throw new Error("no space left.");
          await file.append(text);
        },
        sync: () => file.sync(),
        async close() {
          closed += 1;
          await file.close();
        },
      };
    };
    const log = new Log("events.log", { open });
    log.append(eventOf(1, ""));
    await log.flush();
    log.append(eventOf(2, ""));
    log.append(eventOf(3, ""));
    const failures: string[] = [];
    const keep = (error: unknown) => void failures.push(String(error));
    await log.flush().catch(keep);
    assert.throws(() => log.append(eventOf(4, "")), /чай\.куплено \(2\)/);
    await log.close().catch(keep);
    assert.throws(() => log.append(eventOf(5, "")), /came too late/);
    told.push({ failures, closed, text: readFileSync(path, "utf8") });
  }
  assert.deepEqual(told[0], told[1]);
  assert.equal(told[1]?.closed, 1);
});
