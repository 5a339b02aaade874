/** The table of Levenshtein's kind: which beginnings of the pattern match which of the name. */
export function matches(pattern: string, name: string): boolean {
  const parts = pattern ? pattern.split(".") : [];
  const words = name ? name.split(".") : [];
  let row = Array.from({ length: words.length + 1 }, (_, at) => at === 0);
  for (const part of parts) {
    const next: boolean[] = [part === "#" && row[0] === true];
    for (let at = 1; at <= words.length; at++) {
      next[at] =
        part === "#"
          ? row[at] === true || next[at - 1] === true
          : row[at - 1] === true && (part === "*" || part === words[at - 1]);
    }
    row = next;
  }
  return row[words.length] === true;
}
