/**
 * Whether a pattern matches a name, as RabbitMQ's topic exchange defines it: both are words
 * divided by dots; in the pattern, `*` stands for exactly one word and `#` for zero or more.
 *
 * Where words disagree, the latest `#` takes one word more. The ones before it never need to
 * give any back, so the work is at most the product of the two lengths.
 */
export function matches(pattern: string, name: string): boolean {
  const wanted = wordsOf(pattern);
  const words = wordsOf(name);
  let want = 0;
  let hash = -1;
  let taken = 0;
  for (let at = 0; at < words.length; ) {
    if (wanted[want] === "#") {
      hash = want++;
      taken = at;
    } else if (
      want < wanted.length &&
      (wanted[want] === "*" || wanted[want] === words[at])
    ) {
      want++;
      at++;
    } else if (hash >= 0) {
      want = hash + 1;
      at = ++taken;
    } else {
      return false;
    }
  }
  return wanted.slice(want).every((word) => word === "#");
}

/** The empty text has no words; between two dots there is one, though an empty one. */
function wordsOf(text: string): string[] {
  return text === "" ? [] : text.split(".");
}
