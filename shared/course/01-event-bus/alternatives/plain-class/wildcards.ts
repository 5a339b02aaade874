/** No regular expressions: positions in both lists, and a memory of what has been tried. */
export function matches(pattern: string, name: string): boolean {
  const parts = pattern === "" ? [] : pattern.split(".");
  const words = name === "" ? [] : name.split(".");
  const tried = new Map<string, boolean>();

  function from(part: number, word: number): boolean {
    const key = `${part},${word}`;
    const known = tried.get(key);
    if (known !== undefined) return known;
    const answer = tryFrom(part, word);
    tried.set(key, answer);
    return answer;
  }

  function tryFrom(part: number, word: number): boolean {
    if (part === parts.length) return word === words.length;
    if (parts[part] === "#") {
      return from(part + 1, word) || (word < words.length && from(part, word + 1));
    }
    if (word === words.length) return false;
    return (
      (parts[part] === "*" || parts[part] === words[word]) && from(part + 1, word + 1)
    );
  }

  return from(0, 0);
}
