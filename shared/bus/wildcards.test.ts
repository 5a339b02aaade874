import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { matches } from "#bus/wildcards";

/** The rules, word for word: slow, and too simple to be wrong. */
function obviouslyMatches([part, ...parts]: string[], words: string[]): boolean {
  if (part === undefined) return words.length === 0;
  if (part === "#") {
    return [...words, ""].some((_, taken) => obviouslyMatches(parts, words.slice(taken)));
  }
  const [word, ...others] = words;
  return (
    word !== undefined &&
    (part === "*" || part === word) &&
    obviouslyMatches(parts, others)
  );
}

function wordsOf(text: string): string[] {
  return text === "" ? [] : text.split(".");
}

const word = fc.constantFrom("order", "user", "created", "", "*", "#", "a*", "##");
const text = fc.array(word, { maxLength: 6 }).map((words) => words.join("."));

test("wildcards agree with the rules, word for word, on generated patterns and names", () => {
  fc.assert(
    fc.property(text, text, (pattern, name) => {
      assert.equal(
        matches(pattern, name),
        obviouslyMatches(wordsOf(pattern), wordsOf(name)),
      );
    }),
    { numRuns: 20_000, seed: 2026 },
  );
});

test("every name matches itself, and #, and a star for each of its words", () => {
  const name = fc.array(fc.constantFrom("order", "user", "", "x"), { minLength: 1 });
  fc.assert(
    fc.property(name, (words) => {
      const [itself, stars] = [words.join("."), words.map(() => "*").join(".")];
      if (itself === "") return;
      assert.deepEqual(
        [itself, "#", stars, `${stars}.#`].map((pattern) => matches(pattern, itself)),
        [true, true, true, true],
      );
    }),
    { numRuns: 2_000, seed: 2026 },
  );
});
