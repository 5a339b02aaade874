import assert from "node:assert/strict";
import { resolve } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { describeError } from "./describe-error.ts";

const folders = [
  "eda-workbook (1)",
  "a (b) c",
  "[a]",
  "a b",
  "a#b",
  "50%",
  "a%20b",
  "a (/b)",
];

/** The places that are read from a stack trace with this one line. */
function placesIn(line: string): string[] {
  const error = new Error("stuck");
  error.stack = `Error: stuck\n${line}`;
  return describeError(error).frames.map(({ file, line }) => `${file}:${line}`);
}

for (const folder of folders) {
  test(`a place in a folder named "${folder}" is found, as a path and as a URL`, () => {
    const path = resolve("/home", folder, "bus.ts");
    for (const file of [path, pathToFileURL(path).href]) {
      for (const line of [
        `    at ${file}:3:14`,
        `    at async ${file}:3:14`,
        `    at emit (${file}:3:14)`,
        `    at async EventBus.emit [as send] (${file}:3:14)`,
        `    at Object.opens (twice) (${file}:3:14)`,
      ])
        assert.deepEqual(placesIn(line), [`${path}:3`], line);
    }
  });
}

test("a Windows path is a place, Node's own files and what has no file are none", () => {
  assert.deepEqual(placesIn("    at emit (C:\\eda (1)\\bus.ts:3:14)"), [
    "C:\\eda (1)\\bus.ts:3",
  ]);
  for (const line of [
    "    at node:internal/timers:1:2",
    "    at listOnTimeout (node:internal/timers:1:2)",
    "    at async Promise.all (index 0)",
    "    at new Promise (<anonymous>)",
  ])
    assert.deepEqual(placesIn(line), []);
});

test("an error among the values that are compared is shown without its stack", () => {
  const error = Object.assign(new TypeError("no ink"), { code: "INK" });
  const { actual } = describeError(
    new assert.AssertionError({ actual: { heard: [error] }, expected: {} }),
  );
  assert.match(actual ?? "", /TypeError: no ink/);
  assert.match(actual ?? "", /code: 'INK'/);
  assert.doesNotMatch(actual ?? "", /\bat \S+:\d/);
});

test("what was thrown need not be an Error, nor anything with words", () => {
  const thrown = [undefined, "no ink", Symbol("s"), Object.create(null)];
  assert.deepEqual(
    thrown.map((each) => describeError(each).message),
    ["undefined", "no ink", "Symbol(s)", "object that cannot be turned into a string"],
  );
});
