import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { share } from "#lesson/08-kafka-on-files/consumer.ts";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import { createTopic } from "#lesson/08-kafka-on-files/topic.ts";
import { anyDay } from "./any-day.ts";
import { consumerOf, drain, emptyFolder, placesOf } from "./desk.ts";

/** A folder with a topic of two partitions, and a number of records in each of them. */
async function sharedTopic(t: TestContext, each: number): Promise<string> {
  const folder = emptyFolder(t);
  createTopic(folder, "orders", 2);
  const producer = new Producer({ folder });
  for (let id = 0; id < 2 * each; id++) await producer.send("orders", { id });
  return folder;
}

test("step 7 · `share` gives each partition to one member, and no member two more than another", () => {
  const wrong: string[] = [];
  for (const [partitions, count] of [
    [8, 3],
    [4, 3],
    [5, 4],
    [2, 5],
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
  const folder = await sharedTopic(t, 2);
  const billing = [1, 2, 3].map(() => consumerOf({ folder, group: "billing" }));
  const shipping = consumerOf({ folder, group: "shipping" });
  const shares: string[][] = [];
  for (const member of billing) shares.push(placesOf(await drain(member)));
  const all = ["0/0", "0/1", "1/0", "1/1"];
  assert.deepEqual(
    {
      "records of each member": shares.map(({ length }) => length).sort(),
      together: shares.flat().sort(),
      shipping: placesOf(await drain(shipping)),
    },
    { "records of each member": [0, 2, 2], together: all, shipping: all },
  );
});

test("step 7 · a member that closes hands its partitions over, from its last commit on, and a second close changes nothing", async (t) => {
  const folder = await sharedTopic(t, 2);
  createTopic(folder, "parcels", 2);
  const staying = consumerOf({ folder, group: "billing" }, "orders", "parcels");
  const leaving = consumerOf({ folder, group: "billing" }, "orders", "parcels");
  await drain(staying);
  await staying.commit();
  const [{ partition } = { partition: -1 }] = await leaving.poll(1);
  await leaving.commit();
  await drain(leaving);
  await leaving.close();
  const takenOver = placesOf(await drain(staying));
  const producer = new Producer({ folder });
  for (const id of [1, 2]) await producer.send("parcels", { id });
  const parcels = placesOf(await drain(staying));
  await leaving.close();
  const afterSecondClose = placesOf(await drain(staying));
  assert.deepEqual(
    { takenOver, parcels, afterSecondClose },
    { takenOver: [`${partition}/1`], parcels: ["0/0", "1/0"], afterSecondClose: [] },
  );
});

test("step 7 · a member that stays silent for longer than `sessionTimeout` is struck off", async (t) => {
  const folder = await sharedTopic(t, 1);
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

test("step 7 · `commit` and `seek` ask the group first: they touch only what is held by now", async (t) => {
  const folder = await sharedTopic(t, 3);
  const slow = consumerOf({ folder, group: "billing" });
  await slow.poll(1);
  const quick = consumerOf({ folder, group: "billing" });
  const polled = placesOf(await drain(quick));
  await quick.commit();
  await slow.commit();
  await quick.close();
  await slow.seek("orders", { offset: 2 });
  const afterSeek = placesOf(await drain(slow));
  await slow.close();
  const next = placesOf(await drain(consumerOf({ folder, group: "billing" })));
  assert.deepEqual(
    { afterSeek, "once more": next.filter((place) => polled.includes(place)) },
    { afterSeek: ["0/2", "1/2"], "once more": [] },
  );
});

test("step 7 · when somebody joins or leaves a topic, all begin at what is committed there, and only there", async (t) => {
  const folder = await sharedTopic(t, 3);
  createTopic(folder, "parcels", 2);
  const producer = new Producer({ folder });
  for (const id of [1, 2]) await producer.send("parcels", { id });
  const staying = consumerOf(
    { folder, group: "billing", id: "ann" },
    "orders",
    "parcels",
  );
  const neighbor = consumerOf({ folder, group: "billing", id: "bob" }, "parcels");
  await staying.poll(1);
  await staying.commit();
  await staying.seek("parcels", "beginning");
  // It is in already: nobody joins.
  neighbor.subscribe("parcels");
  const passing = consumerOf({ folder, group: "billing" });
  const theirs = placesOf(await drain(passing));
  await passing.commit();
  await passing.close();
  const mine = await drain(staying);
  const mineOf = (name: string) => placesOf(mine.filter(({ topic }) => topic === name));
  assert.deepEqual(
    {
      theirs: theirs.length,
      together: [...theirs, ...mineOf("orders")].sort(),
      "parcels, after a seek to the beginning": mineOf("parcels").length,
    },
    {
      theirs: 2,
      together: ["0/1", "0/2", "1/1", "1/2"],
      "parcels, after a seek to the beginning": 1,
    },
  );
});

anyDay(7);
