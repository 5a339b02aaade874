import assert from "node:assert/strict";
import { test } from "node:test";
import { share } from "#lesson/08-kafka-on-files/consumer.ts";
import { createTopic } from "#lesson/08-kafka-on-files/topic.ts";
import { anyDay } from "./any-day.ts";
import { consumerOf, drain, emptyFolder, placesOf, sendOrders } from "./desk.ts";

test("step 7 · `share` gives each partition to one member, and no member two more than another", () => {
  const names = ["ann", "bob", "carla", "dan", "eve"];
  for (let partitions = 0; partitions < 13; partitions++) {
    for (const count of [1, 2, 3, 4, 5]) {
      const members = names.slice(0, count);
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

test("step 7 · each record goes to one member of a group, and to every group", async (t) => {
  const folder = emptyFolder(t);
  createTopic(folder, "orders", 2);
  await sendOrders(folder, 4);
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

anyDay(7, "close", "silent", "asksFirst", "change");
