import type { Lesson } from "./course.ts";
import { sayNotices } from "./notices.ts";
import { layOutWork } from "./starters.ts";

/** Before a command looks at the learner's copies: they are there, and what happened is said. */
export function prepare(lesson: Lesson): void {
  sayNotices(layOutWork(lesson), lesson);
}
