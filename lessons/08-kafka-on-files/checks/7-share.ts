import assert from "node:assert/strict";
import { test } from "node:test";
import { share } from "#lesson/08-kafka-on-files/consumer.ts";
import { anyDay } from "./any-day.ts";

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

anyDay(7, "group", "close", "asksFirst", "change");
