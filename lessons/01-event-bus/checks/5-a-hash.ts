import { test } from "node:test";
import { anyDay } from "./any-day.ts";
import { anyPattern, compareAll, hears } from "./any-pattern.ts";

test("step 5 · a hash stands for zero or more words, at any place, as often as one likes", () => {
  compareAll(["order.#", "#", "#.item.#"], ["order", "order.item.added", ""]);
});

test("step 5 · many hashes against a long name are answered at once", () => {
  const few = ["#", "*", "a", "a.a", "a.*", "*.a"];
  const last = ["#", "b", "*.b", "a.a.#", "b.#.a", "b.b.#.b"];
  const hashes = few.map((one) => `#.${one}.`.repeat(12));
  const patterns = hashes.flatMap((one) => last.map((end) => `${one}#.${end}`));
  const name = `b.b${".a".repeat(200)}.b`;
  compareAll(patterns, [name, "a.b.".repeat(100)]);
  compareAll([`${"#.a.".repeat(12)}#.lost`], [name], hears);
});

anyPattern(5);
anyDay(5);
