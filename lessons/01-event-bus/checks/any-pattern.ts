/** `matches` beside its model: on every short pattern and name, and on long ones made up by chance. */
import { test } from "node:test";
import fc from "fast-check";
import { budget, DayError } from "#any-day";
import { matches } from "#lesson/01-event-bus/wildcards.ts";
import { RULES } from "./day.ts";
import { slowMatches, wordsOf } from "./model.ts";

/** Registers the check of `matches` in a step. */
export function anyPattern(step: number): void {
  test(`step ${step} · matches agrees with the rules on every short pattern and name`, () => {
    const wild = step < 5 ? ["*"] : ["*", "#"];
    const names = texts(["a", "b", ""]);
    for (const pattern of texts(["a", "b", "", ...wild])) {
      for (const name of names) compare(pattern, name);
    }
    const words = [
      "a",
      "b",
      "",
      "A",
      " a",
      "a*",
      "#a",
      "a+",
      "[ab]",
      "🛒",
      "constructor",
    ];
    const text = (some: string[]) =>
      fc.array(fc.constantFrom(...some), { maxLength: 9 }).map((one) => one.join("."));
    const pair = fc.tuple(text([...words, ...wild, ...wild, ...wild]), text(words));
    const { seed, days } = budget();
    for (const [pattern, name] of fc.sample(pair, { seed, numRuns: days })) {
      compare(pattern, name);
    }
  });
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

/** All strings of up to four of these words. */
function texts(words: string[]): Set<string> {
  let all = [""];
  let longest = words;
  for (let length = 1; length <= 4; length++) {
    all = [...all, ...longest];
    longest = longest.flatMap((before) => words.map((word) => `${before}.${word}`));
  }
  return new Set(all);
}
