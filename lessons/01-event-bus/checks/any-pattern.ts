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
      "a+",
      "[ab]",
      "^a?\n\\$",
      "🛒",
      "constructor",
    ];
    compareAll(texts(["a", "b", "", ...wild], 4), texts(["a", "b", ""], 4));
    compareAll(texts([...odd, ...wild], 2), texts(odd, 2));
    const text = (words: string[]) =>
      fc
        .array(fc.constantFrom(...words), { maxLength: 12 })
        .map((some) => some.join("."));
    const pair = fc.tuple(text(["a", "b", "", ...wild, ...wild]), text(["a", "b", ""]));
    const { seed, days } = budget();
    for (const [pattern, name] of fc.sample(pair, { seed, numRuns: days })) {
      compare(pattern, name);
    }
  });
}

function compareAll(patterns: Set<string>, names: Set<string>): void {
  for (const pattern of patterns) for (const name of names) compare(pattern, name);
}

function compare(pattern: string, name: string): void {
  const expected = slowMatches(pattern, name);
  const actual = matches(pattern, name);
  if (actual === expected) return;
  const parts = wordsOf(pattern);
  const rule = parts.includes("#") ? "hash" : parts.includes("*") ? "star" : "literal";
  const story = [`matches("${pattern}", "${name}")`];
  throw new DayError(RULES[rule], story, String(expected), String(actual));
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
