/** Keeps every place in the pattern that the words so far may have led to. */
export function matches(pattern: string, name: string): boolean {
  const parts = pattern === "" ? [] : pattern.split(".");
  const words = name === "" ? [] : name.split(".");
  const withHashesSkipped = (places: Set<number>) => {
    for (const place of places) if (parts[place] === "#") places.add(place + 1);
    return places;
  };
  const reached = words.reduce(
    (places, word) => {
      const next = new Set<number>();
      for (const place of places) {
        const part = parts[place];
        if (part === "#") next.add(place);
        else if (part === "*" || part === word) next.add(place + 1);
      }
      return withHashesSkipped(next);
    },
    withHashesSkipped(new Set([0])),
  );
  return reached.has(parts.length);
}
