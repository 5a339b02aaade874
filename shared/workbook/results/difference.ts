import { join } from "node:path";
import { structuredPatch } from "diff";
import { answerOf } from "../work/answers.ts";
import { type Lesson, readIfThere, shortPath } from "../work/course.ts";

/** What the reference answer does differently in one file. */
interface FileDifference {
  /** `work/01-event-bus/event-bus.ts` */
  mine: string;
  /** `shared/bus/event-bus.ts` */
  reference: string;
  /** Each begins with `+` where the reference has it, with `-` where only the learner has, with `@` between parts. */
  lines: string[];
}

/** The learner's code beside the reference answer, file by file. */
export function differences(lesson: Lesson): FileDifference[] {
  return lesson.files.map((file) => {
    const path = join(lesson.work, file);
    const mine = shortPath(path);
    const reference = answerOf(lesson, file);
    const { hunks } = structuredPatch(
      mine,
      reference.path,
      readIfThere(path) ?? "",
      reference.text,
    );
    const lines = hunks.flatMap(({ oldStart, newStart, lines }) => [
      `@@ yours ${oldStart} · the reference ${newStart} @@`,
      ...lines,
    ]);
    return { mine, reference: reference.path, lines };
  });
}
