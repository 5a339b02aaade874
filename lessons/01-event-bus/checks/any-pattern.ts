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
    const odd =
      "a|A| a|a*|#a|a#|+|[ab]|^a?\n\\$|🛒|constructor|$a|\\*|**|>|caf\u00e9|cafe\u0301|\ud800|\ufffd".split(
        "|",
      );
    compareAll(texts(["a", "b", "", ...wild], 3), texts(["a", "b", ""], 4));
    // What a cache of answers may put between a pattern and a name.
    const keys = [..."|:, /\n\0-"].flatMap((sign) => [`*${sign}a`, `a${sign}a`]);
    compareAll([...keys, "*"], [...keys, "a"]);
    odd.push(...wild);
    compareAll(texts(odd, 2), texts(odd, 2));
    // Long ones, and names that they match but for a word or two.
    const pattern = fc.constantFrom("a", "b", "", ...wild, ...wild);
    const words = fc.constantFrom(["a"], ["b"], [], ["", "a"]);
    const part = fc.tuple(pattern, words, fc.nat(9));
    const { seed, days: numRuns } = budget();
    const sample = fc.sample(fc.array(part, { maxLength: 12 }), { seed, numRuns });
    for (const parts of sample) {
      const name = parts.flatMap(([one, some, odd]) =>
        odd === 0 || /[*#]/.test(one) ? some : [one],
      );
      compareAll([parts.map(([one]) => one).join(".")], [name.join(".")]);
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
      if (actual === expected) continue;
      const rule = parts.includes("#")
        ? "hash"
        : parts.includes("*")
          ? "star"
          : "literal";
      const story = [`matches("${pattern}", "${name}")`];
      throw new DayError(RULES[rule], story, String(expected), String(actual));
    }
  }
}

/** All strings of up to `most` of these words. */
function texts(words: string[], most: number): Set<string> {
  let all = ["", ...words];
  for (let length = 2; length <= most; length++)
    all = [...all, ...all.flatMap((before) => words.map((word) => `${before}.${word}`))];
  return new Set(all);
}
