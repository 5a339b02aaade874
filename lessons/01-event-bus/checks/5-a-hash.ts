import { test } from "node:test";
import { anyDay } from "./any-day.ts";
import { anyPattern } from "./any-pattern.ts";
import { compare } from "./desk.ts";

test("step 5 · a hash stands for zero or more words, at any place, as often as one likes", () => {
  compare(
    ["order.#", "order", true],
    ["order.#", "order.item.added", true],
    ["#", "", true],
    ["#.item.#", "order.item.added", true],
  );
});

test("step 5 · many hashes against a long name are answered at once", () => {
  const name = `shipped${".item".repeat(200)}`;
  compare(
    [`${"#.item.".repeat(12)}#.shipped`, name, false],
    [`${"#.*.".repeat(12)}#.shipped.#.item`, name, false],
    [`${"#.".repeat(12)}lost`, name, false],
    [`${"#.a.".repeat(12)}#.a.a.#`, "a.b.".repeat(100), false],
  );
});

anyPattern(5);
anyDay(5);
