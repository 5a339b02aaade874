import { slugOf } from "../shared/workbook/work/readme.ts";
import type { Words } from "./words.ts";

/** Where nothing becomes a link: what is one already, code, headings, what is folded, pictures. */
const closed = /^(a|code|pre|h[1-6]|details|button|svg|figure|script|style)$/;

/**
 * The first time that a text uses a word of the glossary, it leads there.
 *
 * @param titles the headings of the glossary: `At least once, at most once` are two words
 */
export function withGlossaryLinks(html: string, titles: string[], words: Words): string {
  const places = new Map<string, string>();
  for (const title of titles)
    for (const term of title.toLowerCase().split(", ")) places.set(term, slugOf(title));
  const terms = [...places.keys()].sort((one, other) => other.length - one.length);
  const found = new Set<string>();
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}._/-])(?:${terms.map((term) => `(${words.inflected(term)})`).join("|")})(?![\\p{L}\\p{N}_-]|\\.\\p{L})`,
    "giu",
  );
  const linked = (text: string) =>
    text.replaceAll(pattern, (word: string, ...groups: (string | undefined)[]) => {
      const term = terms[groups.findIndex((group) => group !== undefined)] ?? "";
      const place = places.get(term);
      if (place === undefined || found.has(place)) return word;
      found.add(place);
      return `<a class="term" href="glossary.html#${place}">${word}</a>`;
    });

  const open: string[] = [];
  return html
    .split(/(<[^>]+>)/)
    .map((piece) => {
      if (!piece.startsWith("<")) return open.length > 0 ? piece : linked(piece);
      const [, slash, name = ""] = /^<(\/?)([a-z0-9]+)/i.exec(piece) ?? [];
      if (closed.test(name)) slash ? open.pop() : open.push(name);
      return piece;
    })
    .join("");
}
