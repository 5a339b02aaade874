/** `matches` beside its model: on every short pattern and name, and on long ones made up by chance. */
import { test } from "node:test";
import fc from "fast-check";
import { budget, DayError } from "#any-day";
import { matches } from "#lesson/01-event-bus/wildcards.ts";
import { slowMatches } from "./model.ts";

const title = "`matches` agrees with the rules on every short pattern and name";

/** Registers the check of `matches` in a step. */
export function anyPattern(step: number): void {
  test(`step ${step} · ${title}`, () => {
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
    // Long ones of a few words, and names that they match but for a word or two.
    const words = ["a", "b", ""];
    const part = fc.tuple(fc.nat(59), fc.constantFrom(...words), fc.nat(100), fc.nat(9));
    const sample = fc.record({
      few: fc.subarray([...words, ...wild], { minLength: 1 }),
      size: fc.constantFrom(0, 1, 6),
      parts: fc.array(part, { maxLength: 24, size: "max" }),
    });
    const { seed, days: numRuns } = budget();
    const pairs: [string, string][] = [];
    for (const { few, size, parts } of fc.sample(sample, { seed, numRuns })) {
      const [pattern, name]: [string[], string[]] = [[], []];
      for (const [at, other, x, odd] of parts) {
        const one = few[at % few.length] as string;
        const times = Math.floor(Math.exp((size * x) / 100));
        const word = odd === 0 || wild.includes(one) ? other : one;
        pattern.push(...Array<string>(one === "#" ? 1 : times).fill(one));
        name.push(...Array<string>(odd < 2 ? times - 1 : times).fill(word));
      }
      pairs.push([pattern.slice(0, 600).join("."), name.slice(0, 600).join(".")]);
    }
    // The shortest on which the two differ is told.
    pairs.sort((one, other) => one.join("").length - other.join("").length);
    for (const [pattern, name] of pairs) compareAll([pattern], [name]);
  });
}

function compareAll(patterns: Iterable<string>, names: Iterable<string>): void {
  for (const pattern of patterns) {
    for (const name of names) {
      const expected = slowMatches(pattern, name);
      const actual = matches(pattern, name);
      if (actual === expected) continue;
      const story = [`matches("${pattern}", "${name}")`];
      throw new DayError(title, story, String(expected), String(actual));
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
