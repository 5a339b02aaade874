/**
 * Words that readers of English as a second language stumble over, or that are not the field's own, and
 * what to say instead. Add one when a reader stumbles: the test finds it everywhere.
 */
import type { Complaint } from "./includes.ts";

interface Habit {
  words: RegExp;
  instead: string;
  /** Where it matters: everywhere, or only where a learner reads. */
  reader?: "learner";
}

const habits: Habit[] = [
  {
    words:
      /(?<!\bthere )\b(?:is|are|was|were) no (?!longer\b|more\b|less\b|better\b|need\b|way\b|use\b|doubt\b|[a-z]+er\b)[a-z]+/i,
    instead: '"is not a"',
  },
  { words: /\btold of\b/i, instead: '"is called with", or "reports"' },
  { words: /\bso many\b/i, instead: '"a number of", or the number' },
  { words: /\bin a circle\b|\bcircles\b/i, instead: '"a circular reference"' },
  { words: /\bdivide[sd]?\b/i, instead: '"split"' },
  { words: /\bstops? nobody\b/i, instead: "what goes on although it failed" },
  { words: /\bwho fails\b/i, instead: '"a listener that fails"' },
  { words: /\bbelongs? into\b/i, instead: '"belongs in", or "belongs to"' },
  {
    words: /\b(?:first|last|every|other|odd|each|any|these|many) signs?\b/i,
    instead: '"character"',
  },
  {
    words: /\b(?:a|as|is|one|any) text\b(?!\/| (?:file|editor|format))/i,
    instead: '"string"',
    reader: "learner",
  },
  { words: /\bcan be told\b/i, instead: '"options for"' },
  {
    words: /\b(?:proves?|proved|trials?)\b/i,
    instead: '"tests", or "tried"',
    reader: "learner",
  },
];

/** The habits that a text has, each with its line. Code between fences is not prose. */
export function unplain(text: string, isForLearners: boolean): Complaint[] {
  const among = habits.filter(({ reader }) => isForLearners || reader === undefined);
  let inCode = false;
  return text.split("\n").flatMap((line, at) => {
    if (/^\s*(```|~~~)/.test(line)) inCode = !inCode;
    if (inCode) return [];
    const prose = line.replace(/`[^`]*`/g, "`…`");
    return among.flatMap(({ words, instead }) => {
      const found = words.exec(prose)?.[0];
      return found === undefined
        ? []
        : [{ line: at + 1, message: `"${found}" is hard to read: say ${instead}` }];
    });
  });
}

/** What a reader of code meets of English in it, line by line: comments, and strings with a space in them. */
export function proseOf(source: string): string {
  return source
    .split("\n")
    .map((line) => {
      const comment =
        /^\s*(?:\/\*\*|\*|\/\/)(.*)$/.exec(line)?.[1] ??
        /\s\/\/ (.*)$/.exec(line)?.[1] ??
        "";
      const strings = [
        ...line.matchAll(/"((?:[^"\\]|\\.)* (?:[^"\\]|\\.)*)"|`([^`]* [^`]*)`/g),
      ];
      return [comment, ...strings.map(([, plain, template]) => plain ?? template)].join(
        " · ",
      );
    })
    .join("\n");
}
