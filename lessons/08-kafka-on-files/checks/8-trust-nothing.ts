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
  all,
  consumerOf,
  emptyFolder,
  entries,
  idsOf,
  outcome,
  outcomes,
  placesOf,
  refusal,
  sendOrders,
} from "./desk.ts";

const outside = ["../orders", "..", ".", "", "a/b", "a\\b", "/etc/orders", "a\0b", "A"];
const names = [
  ...outside,
  "orders\n../orders",
  "orders\n",
  "orders.",
  " orders",
  "billing@orders",
];

test("step 8 · the name of a topic, group or member that could leave the folder is a TypeError", async (t) => {
  const around = emptyFolder(t);
  const folder = join(around, "log");
  const producer = new Producer({ folder });
  const group = "billing";
  const consumer = new Consumer({ folder, group });
  const found = {
    send: await outcomes(names, (name) => producer.send(name, {})),
    subscribe: await outcomes(names, (name) => consumer.subscribe(name)),
    createTopic: await outcomes(names, (name) => createTopic(folder, name, 1)),
    group: await outcomes(names, (name) => new Consumer({ folder, group: name })),
    member: await outcomes(names, (name) => new Consumer({ folder, group, id: name })),
  };
  const refused = all(names, "TypeError");
  const every = Object.fromEntries(Object.keys(found).map((call) => [call, refused]));
  assert.deepEqual(found, every);
  assert.deepEqual(
    { outside: readdirSync(around), inside: readdirSync(folder) },
    { outside: ["log"], inside: [] },
  );
});

test("step 8 · names of small letters, digits, and `-`, `_` and `.` between them are accepted", async (t) => {
  const folder = emptyFolder(t);
  const producer = new Producer({ folder });
  const good = ["orders", "shop.orders", "orders-2026", "line_items", "7", "constructor"];
  const bad = await outcome(() => producer.send("../orders", {}));
  for (const name of good) await producer.send(name, name);
  const consumer = consumerOf({ folder, group: "audit.log", id: "worker-1" }, ...good);
  assert.deepEqual(
    { "../orders": bad, topics: idsOf(await consumer.poll()).sort() },
    { "../orders": "TypeError", topics: [...good].sort() },
  );
});

test("step 8 · `send` refuses a value that JSON cannot write with a TypeError, and leaves no trace", async (t) => {
  const producer = await sendOrders(emptyFolder(t), 1);
  const ring: Record<string, unknown> = { toString: () => "with itself in it" };
  ring.self = ring;
  const nothing = { toJSON: () => undefined, toString: () => "that becomes nothing" };
  const values = [undefined, () => {}, Symbol("tea"), 10n, ring, nothing];
  const found = await outcomes(values, (value) => producer.send("orders", value));
  const offsets: number[] = [];
  for (const value of [null, false, "", Number.NaN])
    offsets.push((await producer.send("orders", value)).offset);
  assert.deepEqual(
    { ...found, "the next offsets": offsets },
    { ...all(values, "TypeError"), "the next offsets": [1, 2, 3, 4] },
  );
});

/** A folder whose topic `orders` has four records, the third of them in another line. */
async function brokenTopic(folder: string, line: string) {
  await sendOrders(folder, 4);
  const file = join(folder, "orders-0.log");
  const lines = readFileSync(file, "utf8").split("\n");
  writeFileSync(file, lines.with(2, line).join("\n"));
  return consumerOf({ folder, group: "billing" });
}

test("step 8 · a broken line is a BrokenRecordError with file and line, behind the good records before it", async (t) => {
  const lines = [
    "~~~",
    "null",
    "7",
    "[]",
    '"offset"',
    '{"id":3}',
    '{"offset":"2"}',
    '{"offset":1,"value":2}',
  ];
  const found: Record<string, unknown> = {};
  for (const line of lines) {
    const consumer = await brokenTopic(emptyFolder(t), line);
    const before = idsOf(await consumer.poll());
    const broken = await outcome(() => consumer.poll());
    const again = await outcome(() => consumer.poll());
    await consumer.seek("orders", { offset: 3 });
    found[line] = [before, broken, again, idsOf(await consumer.poll())];
  }
  const broken = "BrokenRecordError: orders-0.log, line 3";
  const each = [[1, 2], broken, broken, [4]];
  assert.deepEqual(found, Object.fromEntries(lines.map((line) => [line, each])));
});

test("step 8 · a log that cannot be read stops no other, and is an error when nothing else is new", async (t) => {
  for (const [bad, autoCommit] of [
    ["orders-0", false],
    ["orders-1", true],
    ["payments-0", false],
    ["payments-0", true],
  ] as const) {
    const folder = emptyFolder(t);
    createTopic(folder, "orders", 2);
    createTopic(folder, "payments", 1);
    const logs = ["orders-0", "orders-1", "payments-0"].filter((name) => name !== bad);
    const append = async (value: string, names = logs) => {
      for (const name of names)
        await new FileLog(join(folder, `${name}.log`)).append([
          { time: 1, value: `${value} of ${name}` },
        ]);
    };
    writeFileSync(join(folder, `${bad}.log`), "not a record\n");
    await append("the first");
    const options = { folder, group: "billing", id: "worker" };
    const consumer = consumerOf({ ...options, autoCommit }, "orders", "payments");
    const first = idsOf(await consumer.poll()).sort();
    const nothingElse = await outcome(() => consumer.poll());
    if (!autoCommit) await consumer.commit();
    await append("another", logs.slice(1));
    const restarted = consumerOf(options, "orders", "payments");
    const afterRestart = idsOf(await restarted.poll()).sort();
    assert.deepEqual(
      { bad, autoCommit, first, nothingElse, afterRestart },
      {
        bad,
        autoCommit,
        first: logs.map((name) => `the first of ${name}`),
        nothingElse: `BrokenRecordError: ${bad}.log, line 1`,
        afterRestart: [`another of ${logs[1]}`],
      },
    );
  }
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
  const found: Record<string, unknown> = {};
  for (const [name, value] of [
    ["shorter", "t"],
    ["longer", "чай ".repeat(90)],
  ] as const) {
    const folder = emptyFolder(t);
    await new FileLog(join(folder, "orders-0.log")).append(
      entries(name === "longer" ? 2 : 9),
    );
    const consumer = consumerOf({ folder, group: "billing" });
    await consumer.poll();
    rmSync(join(folder, "orders-0.log"));
    const again = new Producer({ folder });
    for (let id = 0; id < 3; id++) await again.send("orders", value);
    const error = await consumer.poll().then(
      () => undefined,
      (thrown) => thrown,
    );
    await consumer.seek("orders", "beginning");
    found[name] = {
      poll: error === undefined ? "accepted" : refusal(error),
      "names the file": String(error?.message).includes("orders-0.log"),
      "after seek": placesOf(await consumer.poll()),
    };
  }
  const each = {
    poll: "RangeError",
    "names the file": true,
    "after seek": ["0/0", "0/1", "0/2"],
  };
  assert.deepEqual(found, { shorter: each, longer: each });
});

anyDay(8);
