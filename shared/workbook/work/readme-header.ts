import { join } from "node:path";
import { type Lesson, readText } from "./course.ts";

export interface Header {
  title: string;
  level: number;
  /** `basic` */
  word: string;
  minutes: number;
  /** How many steps it has. */
  steps: number;
}

/** The first lines of the explanation, without the cost of reading all of it as Markdown. */
export function readHeader(lesson: Lesson): Header {
  const source = readText(join(lesson.given, "README.md"));
  const title = /^# (?:\d+ · )?(.+)$/m.exec(source)?.[1] ?? lesson.slug;
  const facts = /^Level (\d+) · (.+?) · about (\d+) minutes/m.exec(source);
  return {
    title: title.trim(),
    level: Number(facts?.[1] ?? 0),
    word: facts?.[2] ?? "",
    minutes: Number(facts?.[3] ?? 0),
    steps: source.match(/^### Step \d+ · /gm)?.length ?? 0,
  };
}
