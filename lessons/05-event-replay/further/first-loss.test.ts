import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { firstLoss } from "./first-loss.ts";

test("what JSON can hold has no loss, and comes back as it was", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const back: unknown = JSON.parse(JSON.stringify(value));
      if (firstLoss(value) === undefined) assert.deepEqual(back, value);
      else assert.notDeepEqual(back, value);
    }),
  );
});

test("what JSON would change is found, with its place", () => {
  const found = [
    firstLoss({ items: [{ price: 100 }, { price: Number.NaN }] }),
    firstLoss({ paid: new Date(0) }),
    firstLoss({ tags: new Set(["tea"]) }),
    firstLoss({ note: undefined }),
    firstLoss({ total: 10n }),
    firstLoss([0, -0]),
    firstLoss(() => 1),
    firstLoss({ customer: null, lines: [], paid: false }),
  ];
  assert.deepEqual(found, [
    ".items[1].price: NaN becomes null",
    ".paid: Date loses its kind",
    ".tags: Set loses its kind",
    ".note: undefined is left out",
    ".total: bigint is refused",
    "[1]: -0 becomes 0",
    "the data: function is left out",
    undefined,
  ]);
});
