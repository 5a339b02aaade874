import assert from "node:assert/strict";
import {
  appendFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Consumer } from "#lesson/08-kafka-on-files/consumer.ts";
import { FileLog } from "#lesson/08-kafka-on-files/file-log.ts";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import { createTopic } from "#lesson/08-kafka-on-files/topic.ts";
import { anyDay } from "./any-day.ts";
import {
  consumerOf,
  drain,
  emptyFolder,
  entries,
  idsOf,
  outcome,
  placesOf,
  refusal,
  sendOrders,
} from "./desk.ts";

test("step 8 · names of small letters, digits, and `-`, `_` and `.` between them are accepted, and no others", async (t) => {
  const producer = new Producer({ folder: emptyFolder(t) });
  const good = ["orders", "shop.orders", "orders-2026", "line_items", "7", "constructor"];
  const bad = [
    "",
    ".",
    "..",
    "../orders",
    "a/b",
    "a\\b",
    "a\0b",
    "Orders",
    "кава",
    "orders.",
  ];
  bad.push(".orders", " orders", "orders\n", "orders\n../orders", "billing@orders");
  const accepted: string[] = [];
  for (const name of [...good, ...bad])
    if ((await outcome(() => producer.send(name, {}))) === "accepted")
      accepted.push(name);
  assert.deepEqual({ accepted }, { accepted: good });
});

test("step 8 · the name of a topic, group or member that could leave the folder is a TypeError", async (t) => {
  const around = emptyFolder(t);
  const folder = join(around, "log");
  const name = "../orders";
  const producer = new Producer({ folder });
  const consumer = new Consumer({ folder, group: "billing" });
  const found = {
    send: await outcome(() => producer.send(name, {})),
    subscribe: await outcome(() => consumer.subscribe(name)),
    createTopic: await outcome(() => createTopic(folder, name, 1)),
    group: await outcome(() => new Consumer({ folder, group: name })),
    member: await outcome(() => new Consumer({ folder, group: "billing", id: name })),
  };
  const refused = "TypeError";
  assert.deepEqual(
    { ...found, outside: readdirSync(around), inside: readdirSync(folder) },
    {
      send: refused,
      subscribe: refused,
      createTopic: refused,
      group: refused,
      member: refused,
      outside: ["log"],
      inside: [],
    },
  );
});

test("step 8 · `send` refuses a value that JSON cannot write with a TypeError, and leaves no trace", async (t) => {
  const producer = await sendOrders(emptyFolder(t), 1);
  const ring: Record<string, unknown> = {};
  ring.self = ring;
  const values = {
    undefined: undefined,
    "a function": () => {},
    "a bigint": 10n,
    "a circular reference": ring,
    "toJSON gives undefined": { toJSON: () => undefined },
  };
  for (const [what, value] of Object.entries(values)) {
    const send = await outcome(() => producer.send("orders", value));
    assert.deepEqual({ what, send }, { what, send: "TypeError" });
  }
  const offsets: number[] = [];
  for (const value of [null, false, "", Number.NaN])
    offsets.push((await producer.send("orders", value)).offset);
  assert.deepEqual({ "the next offsets": offsets }, { "the next offsets": [1, 2, 3, 4] });
});

test("step 8 · nothing is appended behind a last line that is not a record", async (t) => {
  for (const line of ["not a record", "null", '{"id":3}']) {
    const folder = emptyFolder(t);
    const file = join(folder, "orders-0.log");
    await sendOrders(folder, 2);
    appendFileSync(file, `${line}\n`);
    const before = readFileSync(file, "utf8");
    const send = await outcome(() => new Producer({ folder }).send("orders", { id: 3 }));
    assert.deepEqual(
      { line, send, file: readFileSync(file, "utf8") },
      { line, send: "BrokenRecordError: orders-0.log, line 3", file: before },
    );
  }
});

test("step 8 · of a topic that was made again, `poll` says so: a RangeError names the sound file", async (t) => {
  for (const [old, value] of [
    [entries(9), "shorter"],
    [entries(2), "longer ".repeat(90)],
    // The new file is longer, and its lines are shorter.
    [[{ time: 1, value: "x".repeat(60) }], "shorter lines"],
  ] as const) {
    const folder = emptyFolder(t);
    const file = join(folder, "orders-0.log");
    await new FileLog(file).append(old);
    const options = { folder, group: "billing", id: "worker" };
    const consumer = consumerOf(options);
    await consumer.seek("orders", "end");
    await consumer.commit();
    rmSync(file);
    for (let id = 0; id < 2; id++) await new Producer({ folder }).send("orders", value);
    const error = await consumer.poll().catch((thrown: Error) => thrown);
    await consumer.seek("orders", "beginning");
    const polled = placesOf(await drain(consumer));
    await consumer.commit();
    const afterRestart = await outcome(() => consumerOf(options).poll());
    assert.ok(error instanceof Error, `poll gave ${JSON.stringify(error)}`);
    assert.deepEqual(
      {
        poll: refusal(error),
        "names the file": error.message.includes(file),
        polled,
        afterRestart,
      },
      {
        poll: "RangeError",
        "names the file": true,
        polled: ["0/0", "0/1"],
        afterRestart: "accepted",
      },
    );
  }
});

test("step 8 · a broken line is a BrokenRecordError with file and line, behind the good records before it", async (t) => {
  const broken = "BrokenRecordError: orders-0.log, line 3";
  const wrong = [1, 3].map((offset) => JSON.stringify({ offset, time: 1, value: 2 }));
  for (const line of ["~~~", "null", "7", '{"id":3}', ...wrong]) {
    const folder = emptyFolder(t);
    await sendOrders(folder, 4);
    const file = join(folder, "orders-0.log");
    const lines = readFileSync(file, "utf8").split("\n");
    writeFileSync(file, lines.with(2, line).join("\n"));
    const consumer = consumerOf({ folder, group: "billing" });
    const before = idsOf(await consumer.poll(1));
    before.push(...idsOf(await consumer.poll()));
    const polls = [
      await outcome(() => consumer.poll()),
      await outcome(() => consumer.poll()),
    ];
    await consumer.seek("orders", { offset: 3 });
    assert.deepEqual(
      { line, before, polls, behind: idsOf(await consumer.poll()) },
      { line, before: [1, 2], polls: [broken, broken], behind: [4] },
    );
  }
});

test("step 8 · a log that cannot be read stops no other, and is an error when nothing else is new", async (t) => {
  for (const [bad, autoCommit] of [
    ["orders-0", false],
    ["orders-1", true],
    ["payments-0", true],
  ] as const) {
    const folder = emptyFolder(t);
    createTopic(folder, "orders", 2);
    writeFileSync(join(folder, `${bad}.log`), "not a record\n");
    const logs = ["orders-0", "orders-1", "payments-0"].filter((name) => name !== bad);
    for (const name of logs)
      await new FileLog(join(folder, `${name}.log`)).append([{ time: 1, value: name }]);
    const options = { folder, group: "billing", id: "worker" };
    const consumer = consumerOf({ ...options, autoCommit }, "orders", "payments");
    const others = idsOf(await consumer.poll()).sort();
    const nothingElse = await outcome(() => consumer.poll());
    await new FileLog(join(folder, `${logs[0]}.log`)).append([
      { time: 2, value: "more" },
    ]);
    const more = idsOf(await consumer.poll());
    if (!autoCommit) await consumer.commit();
    const restarted = consumerOf(options, "orders", "payments");
    const afterRestart = await outcome(() => restarted.poll());
    const error = `BrokenRecordError: ${bad}.log, line 1`;
    assert.deepEqual(
      { others, nothingElse, more, afterRestart },
      { others: logs, nothingElse: error, more: ["more"], afterRestart: error },
    );
  }
});

anyDay(8);
