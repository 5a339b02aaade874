import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Consumer, share } from "#lesson/08-kafka-on-files/consumer.ts";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import { createTopic } from "#lesson/08-kafka-on-files/topic.ts";
import { anyDay } from "./any-day.ts";
import { consumerOf, drain, emptyFolder, placesOf } from "./desk.ts";

/** A folder with a topic of two partitions, and a number of records in each of them. */
async function sharedTopic(t: TestContext, each: number, partitions = 2) {
  const folder = emptyFolder(t);
  createTopic(folder, "orders", partitions);
  const producer = new Producer({ folder });
  const more = async (count: number) => {
    for (let id = 0; id < count; id++) await producer.send("orders", { id });
  };
  await more(partitions * each);
  return { folder, more };
}

const polled = async (consumer: Consumer) => placesOf(await drain(consumer));

test("step 7 · `share` gives each partition to one member, and no member two more than another", () => {
  const wrong: string[] = [];
  for (const [partitions, count] of [
    [8, 3],
    [4, 3],
    [5, 4],
    [2, 5],
    [6, 2],
    [3, 1],
  ] as const) {
    const members = ["ann", "bob", "carla", "dan", "eve"].slice(0, count);
    const shares = members.map((member) => share(partitions, members, member));
    const sizes = shares.map(({ length }) => length);
    const isWhole = shares.flat().sort().join() === [...Array(partitions).keys()].join();
    if (!isWhole || Math.max(...sizes) - Math.min(...sizes) > 1)
      wrong.push(`${partitions} among ${count}: ${JSON.stringify(shares)}`);
  }
  assert.deepEqual({ wrong }, { wrong: [] });
});

test("step 7 · each record goes to one member of a group, and to every group", async (t) => {
  const { folder } = await sharedTopic(t, 2);
  const billing = [1, 2, 3].map(() => consumerOf({ folder, group: "billing" }));
  const shipping = consumerOf({ folder, group: "shipping" });
  const shares: string[][] = [];
  for (const member of billing) shares.push(await polled(member));
  assert.deepEqual(
    {
      "records of each member": shares.map(({ length }) => length).sort(),
      together: shares.flat().sort(),
      shipping: await polled(shipping),
    },
    {
      "records of each member": [0, 2, 2],
      together: ["0/0", "0/1", "1/0", "1/1"],
      shipping: ["0/0", "0/1", "1/0", "1/1"],
    },
  );
});

test("step 7 · a member that closes hands its partitions over, from its last commit on", async (t) => {
  const { folder } = await sharedTopic(t, 3);
  createTopic(folder, "parcels", 2);
  const staying = consumerOf({ folder, group: "billing" }, "orders", "parcels");
  const leaving = consumerOf({ folder, group: "billing" }, "orders", "parcels");
  await drain(staying);
  await staying.commit();
  const [dealtWith] = await leaving.poll(1);
  await leaving.commit();
  await leaving.poll();
  await leaving.close();
  const producer = new Producer({ folder });
  for (const id of [1, 2]) await producer.send("parcels", { id });
  const lost = dealtWith?.partition;
  const records = await drain(staying);
  const takenOver = (topic: string) =>
    placesOf(records.filter((record) => record.topic === topic));
  assert.deepEqual(
    { orders: takenOver("orders"), parcels: takenOver("parcels") },
    { orders: [`${lost}/1`, `${lost}/2`], parcels: ["0/0", "1/0"] },
  );
});

test("step 7 · a member that joins later takes partitions from the others", async (t) => {
  const { folder, more } = await sharedTopic(t, 1);
  const early = consumerOf({ folder, group: "billing" });
  await drain(early);
  await early.commit();
  const late = consumerOf({ folder, group: "billing" });
  await more(2);
  const records = {
    early: (await polled(early)).length,
    late: (await polled(late)).length,
  };
  assert.deepEqual(records, { early: 1, late: 1 });
});

test("step 7 · a member that stays silent for longer than `sessionTimeout` is struck off", async (t) => {
  const { folder } = await sharedTopic(t, 1);
  let now = Date.UTC(2026, 0, 31);
  const options = { folder, group: "billing", clock: () => now, sessionTimeout: 8_000 };
  const living = consumerOf(options);
  const dead = consumerOf(options);
  await dead.poll();
  const count = async () => (await drain(living)).length;
  const atOnce = await count();
  await living.commit();
  now += 6_000;
  const afterSixSeconds = await count();
  now += 3_000;
  const afterNine = await count();
  assert.deepEqual(
    { atOnce, afterSixSeconds, afterNine },
    { atOnce: 1, afterSixSeconds: 0, afterNine: 1 },
  );
});

test("step 7 · `commit` asks the group first: it leaves alone what another member holds by now", async (t) => {
  const { folder } = await sharedTopic(t, 4);
  const slow = consumerOf({ folder, group: "billing" });
  await slow.poll(1);
  const quick = consumerOf({ folder, group: "billing" });
  const [{ partition } = { partition: -1 }] = await drain(quick);
  await quick.commit();
  await slow.commit();
  await quick.close();
  await slow.close();
  const next = await drain(consumerOf({ folder, group: "billing" }));
  const again = placesOf(next.filter((record) => record.partition === partition));
  assert.deepEqual({ "once more": again }, { "once more": [] });
});

test("step 7 · `seek` asks the group first: it moves what is held by now", async (t) => {
  const { folder } = await sharedTopic(t, 2);
  const staying = consumerOf({ folder, group: "billing" });
  const passing = consumerOf({ folder, group: "billing" });
  await drain(staying);
  await passing.close();
  await staying.seek("orders", { offset: 1 });
  const found = await polled(staying);
  assert.deepEqual({ "after offset 1": found }, { "after offset 1": ["0/1", "1/1"] });
});

test("step 7 · when somebody joins or leaves a topic, all begin at what is committed there, and only there", async (t) => {
  const { folder } = await sharedTopic(t, 3);
  await new Producer({ folder }).send("parcels", { id: 1 });
  const staying = consumerOf({ folder, group: "billing" }, "orders", "parcels");
  await staying.poll(1);
  await staying.commit();
  await staying.seek("parcels", "beginning");
  const passing = consumerOf({ folder, group: "billing" });
  const theirs = await polled(passing);
  await passing.commit();
  await passing.close();
  const mine = await drain(staying);
  const mineOf = (name: string) => placesOf(mine.filter(({ topic }) => topic === name));
  assert.deepEqual(
    {
      theirs: theirs.length,
      together: [...theirs, ...mineOf("orders")].sort(),
      "parcels, after a seek to the beginning": mineOf("parcels"),
    },
    {
      theirs: 2,
      together: ["0/1", "0/2", "1/1", "1/2"],
      "parcels, after a seek to the beginning": ["0/0"],
    },
  );
});

anyDay(7);
