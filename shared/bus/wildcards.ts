/**
 * Whether a pattern matches a name. Both are words separated by dots; in the pattern, `*` stands
 * for exactly one word and `#` for zero or more. The empty string has no words at all; between
 * two dots there is always a word, though an empty one.
 *
 * Where the two differ, only the last `#` takes one word more. The ones before it never need
 * to, so the work is at most the product of the two lengths.
 */
export function matches(pattern: string, name: string): boolean {
  const parts = wordsOf(pattern);
  const words = wordsOf(name);
  let patternAt = 0;
  let nameAt = 0;
  let lastHash = -1;
  let afterHash = 0;
  while (nameAt < words.length) {
    const part = parts[patternAt];
    if (part === "#") {
      lastHash = patternAt++;
      afterHash = nameAt;
    } else if (part === "*" || part === words[nameAt]) {
      patternAt++;
      nameAt++;
    } else if (lastHash >= 0) {
      patternAt = lastHash + 1;
      nameAt = ++afterHash;
    } else {
      return false;
    }
  }
  return parts.slice(patternAt).every((part) => part === "#");
}

function wordsOf(text: string): string[] {
  return text === "" ? [] : text.split(".");
}
