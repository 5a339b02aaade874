/**
 * Whether a pattern matches a name. Both are words separated by dots; in the pattern, `*` stands
 * for exactly one word and `#` for zero or more. The empty string has no words at all; between
 * two dots there is always a word, though an empty one.
 */
export const matches = (pattern: string, name: string) => compile(pattern)(name);

/** The hashes cut a pattern into runs: the first and the last have one place, the others slide. */
export function compile(pattern: string): (name: string) => boolean {
  const runs: string[][] = [[]];
  for (const part of wordsOf(pattern)) {
    if (part === "#") runs.push([]);
    else runs.at(-1)?.push(part);
  }
  const [head = [], ...between] = runs;
  const tail = between.pop();
  return (name) => {
    const words = wordsOf(name);
    if (!tail) return words.length === head.length && fits(head, words, 0);
    const end = words.length - tail.length;
    if (head.length > end || !fits(head, words, 0) || !fits(tail, words, end))
      return false;
    let at = head.length;
    for (const run of between) {
      // The leftmost place leaves the most words for the runs that follow.
      while (at + run.length <= end && !fits(run, words, at)) at += 1;
      at += run.length;
    }
    return at <= end;
  };
}

const wordsOf = (text: string) => (text === "" ? [] : text.split("."));
const fits = (run: string[], words: string[], at: number) =>
  run.every((part, offset) => part === "*" || part === words[at + offset]);
