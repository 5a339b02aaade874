import assert from "node:assert/strict";
import { test } from "node:test";
import { describeError } from "../checks/describe-error.ts";
import { comparisonRows } from "./comparison.ts";
import type { Row } from "./row.ts";

/** What the card says of a comparison that fails, where `after` happens before anybody looks. */
function rowsOf(compare: () => void, after = () => {}): Row[] {
  try {
    compare();
  } catch (error) {
    after();
    return comparisonRows(describeError(error));
  }
  throw new Error("The values are equal.");
}

test("of two objects that look the same, the card says which are compared", () => {
  const customersAtTheDoor = ["Ada"];
  const [says, compared] = rowsOf(() => {
    assert.equal(
      customersAtTheDoor.map((name) => name),
      customersAtTheDoor.map((name) => name),
    );
  });
  assert.match(says?.lines[0] ?? "", /has to be one and the same object/);
  assert.deepEqual(compared?.lines, [
    "assert.equal(",
    "customersAtTheDoor.map((name) => name),",
    "customersAtTheDoor.map((name) => name),",
    ");",
  ]);
});

test("a result that comes too late is shown as it was, although it looks right by now", () => {
  const all: string[] = [];
  const rows = rowsOf(
    () => assert.deepEqual(all, ["Hello"]),
    () => all.push("Hello"),
  );
  assert.deepEqual(
    rows.map(({ kind }) => kind),
    ["words", "lines", "error"],
  );
  assert.deepEqual(rows[1]?.lines, ["- []", "+ [", "+   'Hello'", "+ ]"]);
  assert.match(
    rows[2]?.lines.join(" ") ?? "",
    /become equal since: something .* too late/,
  );
});

test("a string that does not match is shown beside the regular expression", () => {
  const rows = rowsOf(() => assert.match("408", /^4\d\d problem$/));
  assert.deepEqual(
    rows.map(({ label, lines }) => [label, ...lines]),
    [
      ["Expected", "/^4\\d\\d problem$/"],
      ["Actual", "'408'"],
    ],
  );
});
