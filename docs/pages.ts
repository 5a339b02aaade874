import { existsSync } from "node:fs";
import { join } from "node:path";
import { isDone, type Progress } from "../shared/workbook/checks/progress.ts";
import {
  courseRoot,
  findLessons,
  type Lesson,
  readText,
  shortPath,
} from "../shared/workbook/work/course.ts";
import { progressRecord, readRecord } from "../shared/workbook/work/work-folder.ts";

/** A page of the site and the Markdown it is made of. */
export interface Page {
  /** The file in the site: `01-event-bus.html`. */
  file: string;
  /** The Markdown, as an absolute path. */
  source: string;
  /** What it is written in: where an edition lacks a page, it shows the first edition's. */
  language: string;
  title: string;
  tagline: string;
  /** What stands below the heading and the tagline. */
  body: string;
  lesson?: Lesson;
  /** `Level 1 · basic` */
  level?: string;
  minutes?: number;
}

/** The chapters beyond the lessons, in their order on the site. */
const chapters = [
  "why-events",
  "one-shop",
  "on-the-way-to-production",
  "glossary",
  "commands",
  "setting-up",
  "benchmarks",
  "coverage",
  "for-teachers",
  "for-maintainers",
  "changelog",
];

/** The home page, the lessons and the chapters, in reading order. */
export function findPages(language: string): Page[] {
  const chapter = (name: string, file: string) =>
    readPage(join(courseRoot, "docs", "chapters"), name, file, language);
  const lessons = findLessons().map((lesson) => ({
    ...readPage(lesson.given, "README", `${lesson.folder}.html`, language),
    lesson,
  }));
  const others = chapters.map((name) => chapter(name, `${name}.html`));
  return [chapter("home", "index.html"), ...lessons, ...others];
}

/** The lessons whose checks passed when they were last run on the learner's code. */
export function finishedLessons(): Lesson[] {
  const known = readRecord<Progress>(courseRoot, progressRecord);
  return findLessons().filter(({ folder }) => known[folder] && isDone(known[folder]));
}

/**
 * Reads a page: `# 1 · Title`, for a lesson `Level 1 · basic · about 60 minutes`, and a tagline
 * as a quotation; then the body. The Ukrainian `README.uk.md` stands beside `README.md`.
 */
function readPage(folder: string, name: string, file: string, language: string): Page {
  const translation = join(folder, `${name}.${language}.md`);
  const isTranslated = existsSync(translation);
  const source = isTranslated ? translation : join(folder, `${name}.md`);
  const text = readText(source);
  const head =
    /^# (?:\d+ · )?(?<title>.+)\n+(?:(?<level>\p{L}+ \d+ · [^·\n]+) · [^·\d\n]*(?<minutes>\d+)[^·\n]*\n+)?(?:> (?<tagline>.+)\n)?/u.exec(
      text,
    );
  if (!head?.groups?.title) {
    throw new Error(
      `${shortPath(source)}:1: a page begins with a heading, such as "# Why events".`,
    );
  }
  const { title, level, minutes, tagline = "" } = head.groups;
  return {
    file,
    source,
    language: isTranslated ? language : "en",
    title,
    tagline,
    body: text.slice(head[0].length),
    ...(level && { level, minutes: Number(minutes) }),
  };
}
