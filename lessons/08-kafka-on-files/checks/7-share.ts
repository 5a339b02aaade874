import assert from "node:assert/strict";
import { test } from "node:test";
import { type Consumer, share } from "#lesson/08-kafka-on-files/consumer.ts";
import { createTopic } from "#lesson/08-kafka-on-files/topic.ts";
import { anyDay } from "./any-day.ts";
import { consumerOf, drain, emptyFolder, sendOrders } from "./desk.ts";

test("step 7 · `share` gives each partition to one member, and no member two more than another", () => {
  const names = ["ann", "bob", "carla", "dan", "eve"];
  for (let partitions = 0; partitions < 13; partitions++) {
    for (const count of [1, 2, 3, 4, 5, -1, -2, -3, -4]) {
      const members = count > 0 ? names.slice(0, count) : names.slice(count);
      const shares = members.map((member) => share(partitions, members, member));
      const sizes = shares.map(({ length }) => length);
      const together = shares.flat().sort((one, other) => one - other);
      const isFair = Math.max(...sizes) - Math.min(...sizes) < 2;
      assert.deepEqual(
        { partitions, members, together, shares: isFair ? "fair" : shares },
        { partitions, members, together: [...Array(partitions).keys()], shares: "fair" },
      );
    }
  }
});

test("step 7 · a member that stays silent for longer than `sessionTimeout` is struck off", async (t) => {
  const folder = emptyFolder(t);
  createTopic(folder, "orders", 2);
  await sendOrders(folder, 2);
  let now = 0;
  t.mock.timers.enable({ apis: ["setInterval"] });
  const common = { folder, group: "billing", sessionTimeout: 5_000, clock: () => now };
  const [ann, bob] = [1, 2].map(() => consumerOf(common)) as [Consumer, Consumer];
  await drain(ann);
  await ann.commit();
  const partitionsOf = async (one: Consumer) =>
    (await drain(one)).map(({ partition }) => partition);
  const ofBob = await partitionsOf(bob);
  const later: number[][] = [];
  for (let times = 0; times < 2; times++) {
    now += 3_000;
    t.mock.timers.tick(3_000);
    later.push(await partitionsOf(ann));
  }
  const wanted = { ofBob: 1, "after 3 and 6 s": [[], ofBob] };
  assert.deepEqual({ ofBob: ofBob.length, "after 3 and 6 s": later }, wanted);
});

anyDay(7, "group", "close", "asksFirst", "change");
