import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createEvent } from "#bus/contract";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { endOf } from "../given/journal.ts";
import { orderProcess, type SagaEvent } from "../given/process.ts";
import { FileJournal } from "./file-journal.ts";
import { Network } from "./network.ts";
import { Shop } from "./shop.ts";
import { VirtualTime } from "./virtual-time.ts";

function pathIn(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "saga-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "journal.jsonl");
}

function begun(number: number): SagaEvent {
  const ids = { correlationId: `order-${number}`, causationId: null };
  const order = { id: ids.correlationId, item: "a teapot", cents: 2_500 };
  return createEvent("saga.started", { ...ids, kind: "started", order });
}

test("what was appended is there after a restart, for each saga by itself", async (t) => {
  const path = pathIn(t);
  const before = await FileJournal.open(path);
  await Promise.all([1, 2, 3].map((number) => before.append(begun(number))));
  await before.close();
  const after = await FileJournal.open(path, { fsync: false });
  t.after(() => after.close());
  assert.deepEqual(after.sagas(), ["order-1", "order-2", "order-3"]);
  assert.deepEqual(after.of("order-2"), before.of("order-2"));
  assert.deepEqual(after.of("order-9"), []);
});

test("a last line that was only half written is cut off and reported", async (t) => {
  const path = pathIn(t);
  const before = await FileJournal.open(path);
  await before.append(begun(1));
  await before.close();
  appendFileSync(path, '{"id":"half');
  const reported: string[] = [];
  const after = await FileJournal.open(path, {
    onTornTail: (sentence) => reported.push(sentence),
  });
  assert.deepEqual(reported, [`${path}:2 breaks off in the middle and was left out.`]);
  await after.append(begun(2));
  await after.close();
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).data.correlationId),
    ["order-1", "order-2"],
  );
});

test("an event that is not one of a saga is refused by its name and id", async (t) => {
  const path = pathIn(t);
  for (const data of [undefined, null, 15, {}]) {
    writeFileSync(path, `${JSON.stringify({ ...begun(1), id: "x1", data })}\n`);
    await assert.rejects(FileJournal.open(path), {
      message: `${path}: saga.started (x1) is not an event of a saga.`,
    });
  }
});

test("what the file does not hold is not stored: moved, deleted, or replaced", async (t) => {
  const leaves = [
    rmSync,
    (path: string) => renameSync(path, `${path}.old`),
    (path: string) => {
      rmSync(path);
      writeFileSync(path, "");
    },
  ];
  for (const leave of leaves) {
    const path = pathIn(t);
    const journal = await FileJournal.open(path);
    t.after(() => journal.close());
    await journal.append(begun(1));
    leave(path);
    await assert.rejects(journal.append(begun(2)), /moved or deleted/);
    assert.deepEqual(journal.sagas(), ["order-1"]);
  }
});

test("an event that JSON cannot hold is refused alone", async (t) => {
  const journal = await FileJournal.open(pathIn(t));
  t.after(() => journal.close());
  const good = journal.append(begun(1));
  const bad = Object.assign({ ...begun(2) }, { data: 1n }) as never;
  await assert.rejects(journal.append(bad), /JSON cannot hold saga\.started/);
  await good;
});

test("many who append at once share a write, and their order stays", async (t) => {
  const path = pathIn(t);
  const journal = await FileJournal.open(path);
  t.after(() => journal.close());
  const numbers = Array.from({ length: 500 }, (_, index) => index + 1);
  await Promise.all(numbers.map((number) => journal.append(begun(number))));
  assert.deepEqual(
    journal.sagas(),
    numbers.map((number) => `order-${number}`),
  );
});

test("kill -9 in the middle of writing: all that was reported as stored is there", async (t) => {
  const path = pathIn(t);
  const script = join(import.meta.dirname, "journal-child.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  let stored = 0;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stored = Math.max(stored, ...text.split("\n").slice(0, -1).map(Number));
    if (stored >= 200) child.kill("SIGKILL");
  });
  await once(child, "close");
  const journal = await FileJournal.open(path, { onTornTail: () => {} });
  t.after(() => journal.close());
  assert.ok(stored >= 200);
  assert.ok(journal.sagas().length >= stored);
});

test("a full disk: the append is rejected, and no half line is left behind", async (t) => {
  if (process.platform === "win32")
    return t.skip("no shell with ulimit here: run it on Linux or macOS");
  const path = pathIn(t);
  const script = join(import.meta.dirname, "journal-child.ts");
  // A limit on the size of files, in blocks, ends a write in the middle as a full disk does.
  const child = spawn(
    "bash",
    [
      "-c",
      'ulimit -f 40 && exec "$0" "$@"',
      process.execPath,
      "--import",
      "tsx",
      script,
      path,
    ],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, TSX_DISABLE_CACHE: "1" },
    },
  );
  let [said, failed] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    failed += text;
  });
  await once(child, "close");
  assert.match(failed, /EFBIG/);
  const stored = said.trimEnd().split("\n").length;
  const torn: string[] = [];
  const journal = await FileJournal.open(path, {
    onTornTail: (sentence) => torn.push(sentence),
  });
  t.after(() => journal.close());
  assert.deepEqual(torn, []);
  assert.equal(journal.sagas().length, stored);
});

test("an order goes on in a new process, from the file alone", async (t) => {
  const path = pathIn(t);
  const time = new VirtualTime();
  const shop = new Shop();
  const { send } = new Network((command) => shop.handle(command), time.timer);
  const before = await FileJournal.open(path);
  await before.append(begun(1));
  await before.close();
  const journal = await FileJournal.open(path);
  t.after(() => journal.close());
  await new Orchestrator({ process: orderProcess, journal, send }).resume();
  assert.equal(endOf(journal, "order-1"), "saga.completed");
  assert.equal(shop.books.till, 2_500);
});
