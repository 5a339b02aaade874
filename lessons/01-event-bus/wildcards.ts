import { todo } from "#todo";

/**
 * Whether a pattern matches a name. Both are words divided by dots; in the pattern, `*` stands
 * for exactly one word and `#` for zero or more. The empty text has no words at all; between two
 * dots there is always a word, though an empty one.
 */
export function matches(pattern: string, name: string): boolean {
  if (pattern.includes("#"))
    todo(5, "let # stand for any number of words, none included");
  if (pattern.includes("*"))
    todo(4, "compare word by word; * stands for exactly one word");
  return pattern === name;
}
