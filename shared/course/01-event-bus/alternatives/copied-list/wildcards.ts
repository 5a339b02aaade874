/**
 * Whether a pattern matches a name. Both are words separated by dots; in the pattern, `*` stands
 * for exactly one word and `#` for zero or more. The empty string has no words at all; between
 * two dots there is always a word, though an empty one.
 */
export function matches(pattern: string, name: string): boolean {
  const wanted = words(pattern);
  const given = words(name);

  // Walk both at once. At a `#` take nothing at first, and remember the place: when it goes wrong
  // later, come back and give the last `#` one word more.
  let p = 0;
  let n = 0;
  let hash = -1;
  let taken = 0;
  while (n < given.length) {
    if (wanted[p] === "#") {
      hash = p;
      taken = n;
      p += 1;
    } else if (p < wanted.length && (wanted[p] === "*" || wanted[p] === given[n])) {
      p += 1;
      n += 1;
    } else if (hash >= 0) {
      taken += 1;
      n = taken;
      p = hash + 1;
    } else {
      return false;
    }
  }
  return wanted.slice(p).every((word) => word === "#");
}

function words(text: string): string[] {
  return text === "" ? [] : text.split(".");
}
