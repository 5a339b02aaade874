/** `matches` beside its model: on every short pattern and name, and on long ones made up by chance. */
import { test } from "node:test";
import fc from "fast-check";
import { budget, DayError } from "#any-day";
import { matches } from "#lesson/01-event-bus/wildcards.ts";
import { slowMatches, wordsOf } from "./model.ts";
import { RULES } from "./story.ts";

/** Registers the check of `matches` in a step. */
export function anyPattern(step: number): void {
  test(`step ${step} · \`matches\` agrees with the rules on every short pattern and name`, () => {
    const wild = step < 5 ? ["*"] : ["*", "#"];
    const odd = [
      "a",
      "A",
      " a",
      "a*",
      "#a",
      "+",
      "[ab]",
      "^a?\n\\$",
      "🛒",
      "constructor",
    ];
    odd.push("$a", "\\*", "**", ">");
    compareAll(texts(["a", "b", "", ...wild], 3), texts(["a", "b", ""], 4));
    compareAll(texts([...odd, ...wild], 2), texts(odd, 2));
    const some = (words: string[]) =>
      fc.array(fc.constantFrom(...words), { maxLength: 12 });
    const pair = fc.tuple(some(["a", "b", "", ...wild, ...wild]), some(["a", "b", ""]));
    const { seed, days } = budget();
    for (const [pattern, name] of fc.sample(pair, { seed, numRuns: days })) {
      compareAll([pattern.join(".")], [name.join(".")]);
    }
  });
}

function compareAll(patterns: Iterable<string>, names: Iterable<string>): void {
  const split = Array.from(names, (name) => ({ name, words: wordsOf(name) }));
  for (const pattern of patterns) {
    const parts = wordsOf(pattern);
    for (const { name, words } of split) {
      const expected = slowMatches(parts, words);
      const actual = matches(pattern, name);
      if (actual !== expected) throw differ(pattern, name, expected, actual);
    }
  }
}

function differ(
  pattern: string,
  name: string,
  expected: boolean,
  actual: boolean,
): DayError {
  const parts = wordsOf(pattern);
  const rule = parts.includes("#") ? "hash" : parts.includes("*") ? "star" : "literal";
  const story = [`matches("${pattern}", "${name}")`];
  return new DayError(RULES[rule], story, String(expected), String(actual));
}

/** All strings of up to `most` of these words. */
function texts(words: string[], most: number): Set<string> {
  let all = [""];
  let longest = words;
  for (let length = 1; length <= most; length++) {
    all = [...all, ...longest];
    longest = longest.flatMap((before) => words.map((word) => `${before}.${word}`));
  }
  return new Set(all);
}
