import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { courseRoot, findLessons, type Lesson } from "../shared/workbook/course.ts";

/** A page of the site and the Markdown it is made of. */
export interface Page {
  /** The file in the site: `01-event-bus.html`. */
  file: string;
  /** The Markdown, as an absolute path. */
  source: string;
  title: string;
  tagline: string;
  /** What stands below the heading and the tagline. */
  body: string;
  lesson?: Lesson;
  /** `Level 1 · basic` */
  level?: string;
  minutes?: number;
}

/** The chapters that are no lesson, in their order on the site. */
const chapters = [
  "why-events",
  "glossary",
  "setting-up",
  "for-teachers",
  "for-maintainers",
];

/** The home page, the lessons and the chapters, in reading order. */
export function findPages(): Page[] {
  const home = readPage(join(courseRoot, "docs", "chapters", "home.md"), "index.html");
  const lessons = findLessons().map((lesson) => ({
    ...readPage(join(lesson.given, "README.md"), `${lesson.folder}.html`),
    lesson,
  }));
  const others = chapters
    .map(
      (name) =>
        [join(courseRoot, "docs", "chapters", `${name}.md`), `${name}.html`] as const,
    )
    .filter(([source]) => existsSync(source))
    .map(([source, file]) => readPage(source, file));
  return [home, ...lessons, ...others];
}

/**
 * Reads a page: `# 1 · Title`, for a lesson `Level 1 · basic · about 60 minutes`, and a tagline
 * as a quotation; then the body.
 */
function readPage(source: string, file: string): Page {
  const text = readFileSync(source, "utf8").replaceAll("\r\n", "\n");
  const head =
    /^# (?:\d+ · )?(?<title>.+)\n+(?:(?<level>Level \d+ · .+?) · about (?<minutes>\d+) minutes\n+)?(?:> (?<tagline>.+)\n)?/.exec(
      text,
    );
  if (!head?.groups?.title) {
    throw new Error(`${source}:1: a page begins with a heading, such as "# Why events".`);
  }
  const { title, level, minutes, tagline = "" } = head.groups;
  return {
    file,
    source,
    title,
    tagline,
    body: text.slice(head[0].length),
    ...(level && { level, minutes: Number(minutes) }),
  };
}
