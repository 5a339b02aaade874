import { todo } from "#todo";

/**
 * Whether a pattern matches a name. Both are words separated by dots; in the pattern, `*` stands
 * for exactly one word and `#` for zero or more. The empty string has no words at all; between
 * two dots there is always a word, though an empty one.
 */
export function matches(pattern: string, name: string): boolean {
  // Step 5: a # stands for any number of words.
  return todo(4, "compare word by word; a * stands for exactly one word");
}
