import assert from "node:assert/strict";
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import { TodoError } from "#todo";
import { anyDay } from "./any-day.ts";
import {
  consumerOf,
  diskCalls,
  emptyFolder,
  idsOf,
  outcome,
  sendOrders,
} from "./desk.ts";

test("step 4 · after a restart a consumer goes on behind its last commit, and the rest comes again", async (t) => {
  const folder = emptyFolder(t);
  const producer = await sendOrders(folder, 4);
  const options = { folder, group: "billing", id: "worker" };
  const before = consumerOf(options, "payments", "orders");
  await before.commit();
  await before.poll(1);
  await before.commit();
  await before.poll(1);
  await before.commit();
  await before.commit();
  await before.poll(1);
  await producer.send("payments", "a payment");
  const after = idsOf(await consumerOf(options, "payments", "orders").poll()).sort();
  assert.deepEqual(
    { "after a restart": after },
    { "after a restart": [3, 4, "a payment"] },
  );

  const second = consumerOf({ ...options, group: "audit" }, "orders", "payments");
  await second.poll();
  await second.commit();
  await producer.send("payments", "another");
  await second.poll();
  await second.commit();
  const nothing = idsOf(
    await consumerOf({ ...options, group: "audit" }, "payments").poll(),
  );
  assert.deepEqual({ "when all is committed": nothing }, { "when all is committed": [] });
});

test("step 4 · with `autoCommit`, a poll commits all its topics before it returns; without, none", async (t) => {
  const folder = emptyFolder(t);
  const producer = new Producer({ folder });
  const topics = ["orders", "payments"];
  for (const topic of topics)
    for (const number of [1, 2]) await producer.send(topic, `${topic} ${number}`);
  const found: Record<string, unknown> = {};
  for (const autoCommit of [true, false]) {
    const options = { folder, group: `mail-${autoCommit}`, id: "worker" };
    await consumerOf({ ...options, autoCommit }, ...topics).poll(1);
    const next = idsOf(await consumerOf(options, ...topics).poll(1));
    found[`autoCommit ${autoCommit}, after a restart`] = next.sort();
  }
  assert.deepEqual(found, {
    "autoCommit true, after a restart": ["orders 2", "payments 2"],
    "autoCommit false, after a restart": ["orders 1", "payments 1"],
  });
});

test("step 4 · each group has offsets of its own", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 2);
  const billing = consumerOf({ folder, group: "billing" });
  await billing.poll();
  await billing.commit();
  const shipping = idsOf(await consumerOf({ folder, group: "shipping" }).poll());
  assert.deepEqual({ shipping }, { shipping: [1, 2] });
});

test("step 4 · a commit replaces the offset file: whoever reads it finds the old place or the new one", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 2);
  const consumer = consumerOf({ folder, group: "billing" });
  await consumer.poll(1);
  await consumer.commit();
  const path = join(folder, "billing@orders-0.json");
  const before = readFileSync(path, "utf8");
  const held = openSync(path, "r");
  await consumer.poll(1);
  const commit = await outcome(() => consumer.commit());
  const found = {
    "a reader of the old file": readFileSync(held, "utf8"),
    "committed now": JSON.parse(readFileSync(path, "utf8")).offset,
  };
  closeSync(held);
  // Windows refuses to replace a file that somebody has open. Then the commit must say so.
  const refused = process.platform === "win32" && commit === "Error";
  assert.deepEqual(found, {
    "a reader of the old file": before,
    "committed now": refused ? 1 : 2,
  });
  await consumer.commit();
  const inTheEnd = JSON.parse(readFileSync(path, "utf8")).offset;
  assert.deepEqual({ "committed in the end": inTheEnd }, { "committed in the end": 2 });
});

test("step 4 · the draft of a commit is on the disk before it replaces the old file", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 1);
  const consumer = consumerOf({ folder, group: "billing" });
  await consumer.poll();
  const calls = await diskCalls(t, () => consumer.commit());
  const synced = calls.slice(0, calls.indexOf("rename")).includes("sync");
  assert.deepEqual({ "synced, then renamed": synced }, { "synced, then renamed": true });
});

test("step 4 · a draft lies in the folder under a name of its member's own, and is gone after the commit", async (t) => {
  const found: Record<string, string[]> = {};
  for (const id of ["mail-1", "mail-2"]) {
    const folder = emptyFolder(t);
    await sendOrders(folder, 2);
    const consumer = consumerOf({ folder, group: "mail", id });
    await consumer.poll(1);
    await consumer.commit();
    const json = readdirSync(folder).filter((name) => name.includes(".json"));
    assert.deepEqual({ left: json }, { left: ["mail@orders-0.json"] });
    await consumer.poll(1);
    // With a folder in its place the draft cannot take that name, and is left to look at.
    const path = join(folder, "mail@orders-0.json");
    rmSync(path);
    mkdirSync(join(path, "in-the-way"), { recursive: true });
    const before = readdirSync(folder);
    const commit = await outcome(() => consumer.commit());
    assert.deepEqual({ commit }, { commit: "Error" });
    found[id] = readdirSync(folder).filter((name) => !before.includes(name));
    rmSync(path, { recursive: true });
    await consumer.commit();
    const { offset } = JSON.parse(readFileSync(path, "utf8"));
    assert.deepEqual({ "committed in the end": offset }, { "committed in the end": 2 });
  }
  const [one = [], other = []] = Object.values(found);
  assert.deepEqual(
    {
      "drafts in the folder": [one.length, other.length],
      "of both members": one.filter((name) => other.includes(name)),
    },
    { "drafts in the folder": [1, 1], "of both members": [] },
  );
});

test("step 4 · a broken offset file is an error that names it, until it is deleted", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 2);
  const file = join(folder, "billing@orders-0.json");
  const named: Record<string, boolean> = {};
  const options = { folder, group: "billing", id: "worker" };
  const texts = [
    "",
    "\0\0\0\0",
    '{"offset":1,"pos',
    "null",
    "{}",
    '{"offset":-1,"position":0}',
  ];
  for (const text of texts) {
    writeFileSync(file, text);
    const poll = consumerOf(options).poll();
    named[JSON.stringify(text)] = await poll.then(
      () => false,
      (error) => {
        if (error instanceof TodoError) throw error;
        return String(error.message).includes("billing@orders-0.json");
      },
    );
  }
  const every = Object.fromEntries(texts.map((text) => [JSON.stringify(text), true]));
  assert.deepEqual({ "named by poll": named }, { "named by poll": every });
  rmSync(file);
  const polled = idsOf(await consumerOf(options).poll());
  assert.deepEqual({ "after it is deleted": polled }, { "after it is deleted": [1, 2] });
});

anyDay(4);
