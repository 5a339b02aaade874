/**
 * Every word on the site that is not part of a chapter, in the language of the edition. Another
 * edition adds its words here and its chapters beside the English ones (`README.uk.md`).
 */
export interface Words {
  /** As in `<html lang>`. */
  language: string;
  site: string;
  overview: string;
  chapters: string;
  onThisPage: string;
  lessons: string;
  lessonOf(number: number, count: number, minutes: number): string;
  chapterOf: string;
  previous: string;
  next: string;
  search: string;
  searchPlaceholder: string;
  searchNothing: string;
  theme: string;
  copy: string;
  copied: string;
  skip: string;
  permalink(heading: string): string;
  difference: string;
  differenceOf(from: string, to: string): string;
  sameLines(count: number): string;
  print: string;
  done: string;
  output: string;
  figureStep: string;
  figurePlay: string;
  figureReset: string;
  figureLog: string;
  figureStill: string;
}

export const english: Words = {
  language: "en",
  site: "EDA workbook",
  overview: "Overview",
  chapters: "Beyond the lessons",
  onThisPage: "On this page",
  lessons: "Lessons",
  lessonOf: (number, count, minutes) =>
    `Lesson ${number} of ${count} · ${minutes} minutes`,
  chapterOf: "Chapter",
  previous: "Previous",
  next: "Next",
  search: "Search",
  searchPlaceholder: "Search the workbook",
  searchNothing: "Nothing found. Try a single word, such as queue or offset.",
  theme: "Light or dark",
  copy: "Copy",
  copied: "Copied",
  skip: "Skip to the text",
  permalink: (heading) => `Link to “${heading}”`,
  difference: "From the starter to the reference answer",
  differenceOf: (from, to) => `${from} → ${to}`,
  sameLines: (count) => (count === 1 ? "1 line the same" : `${count} lines the same`),
  print: "All on one page, to print",
  done: "done",
  output: "Output",
  figureStep: "Step",
  figurePlay: "Play",
  figureReset: "Reset",
  figureLog: "What happened",
  figureStill: "The figure moves when scripts are on.",
};
