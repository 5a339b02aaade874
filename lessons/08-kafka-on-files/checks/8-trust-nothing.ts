import assert from "node:assert/strict";
import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Consumer } from "#lesson/08-kafka-on-files/consumer.ts";
import { FileLog } from "#lesson/08-kafka-on-files/file-log.ts";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import { createTopic } from "#lesson/08-kafka-on-files/topic.ts";
import { anyDay } from "./any-day.ts";
import { consumerOf, drain, emptyFolder, kindOf, outcome, sendOrders } from "./desk.ts";

test("step 8 · the name of a topic, group or member begins and ends with a small letter or digit; between them, it may have `-`, `_` and `.` too; any other is a TypeError", async (t) => {
  const good = "orders shop.orders orders-2026 a7 a.._--__b 7 constructor".split(" ");
  const bad = ["", ".", "..", "../orders", "orders\n../orders", 7 as never];
  const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
  for (const sign of [...ascii, "к", "é"].filter((one) => !/[a-z0-9]/.test(one))) {
    bad.push(`${sign}orders`, `orders${sign}`);
    if (!"-_.".includes(sign)) bad.push(`or${sign}ders`);
  }
  const around = emptyFolder(t);
  const folder = join(around, "log");
  const producer = new Producer({ folder });
  const consumer = new Consumer({ folder, group: "billing" });
  const uses = {
    send: (name: string) => producer.send(name, {}),
    subscribe: (name: string) => consumer.subscribe(name),
    createTopic: (name: string) => createTopic(folder, name, 1),
    group: (group: string) => new Consumer({ folder, group }),
    member: (id: string) => new Consumer({ folder, group: "billing", id }),
  };
  for (const [what, use] of Object.entries(uses)) {
    const accepted: string[] = [];
    for (const name of [...bad, ...good]) {
      const came = await outcome(() => use(name));
      if (came === "accepted") accepted.push(name);
      else assert.equal(came, "TypeError", `${what}: ${JSON.stringify(name)}`);
    }
    assert.deepEqual({ what, accepted }, { what, accepted: good });
  }
  assert.deepEqual(
    { outside: readdirSync(around), polled: (await drain(consumer)).length },
    { outside: ["log"], polled: good.length },
  );
});

test("step 8 · nothing is appended behind a last line that is not a record", async (t) => {
  for (const line of ["not a record", "null", '{"id":3}', ""]) {
    const folder = emptyFolder(t);
    const file = join(folder, "orders-0.log");
    const running = await sendOrders(folder, 2);
    appendFileSync(file, `${line}\n`);
    const before = readFileSync(file, "utf8");
    const poll = await outcome(drain(consumerOf({ folder, group: "billing" })));
    const wanted = "BrokenRecordError: orders-0.log, line 3";
    for (const producer of [running, new Producer({ folder })]) {
      const send = await outcome(() => producer.send("orders", { id: 3 }));
      assert.deepEqual(
        { line, poll, send, file: readFileSync(file, "utf8") },
        { line, poll: wanted, send: wanted, file: before },
      );
    }
  }
});

test("step 8 · a log that cannot be read stops no other, and is an error when nothing else is new", async (t) => {
  const folder = emptyFolder(t);
  createTopic(folder, "orders", 3);
  const read = () => {
    throw new Error("EIO: the disk cannot be read");
  };
  const openLog = (path: string) =>
    Object.assign(new FileLog(path), path.endsWith("-1.log") && { read });
  const consumer = consumerOf({ folder, group: "billing", openLog });
  const others = new Set<number>();
  for (let polls = 0; polls < 4; polls++) {
    await sendOrders(folder, 3);
    for (const { partition } of await consumer.poll(1)) others.add(partition);
  }
  const last = await outcome(drain(consumer));
  assert.deepEqual({ others, last }, { others: new Set([0, 2]), last: "Error" });
});

anyDay(8, "broken", "unwritable", "madeAgain");
