import { join } from "node:path";
import { play } from "../checks/play.ts";
import { conditionsOf, ownPieces, progressOf } from "../checks/progress.ts";
import { sayStopped } from "../screens/play-then-next-step.ts";
import { prepare } from "../screens/prepare.ts";
import { failureStatus } from "../screens/terminal.ts";
import type { Lesson } from "../work/course.ts";

/** `npm run lesson 6 producer`: one part of a lesson as a process of its own. */
export default async function part(
  lesson: Lesson,
  [name = "", ...words]: string[],
): Promise<number> {
  prepare(lesson);
  const conditions = conditionsOf(await ownPieces(lesson.number));
  if ((await progressOf(lesson)).done.length === 0) conditions.push("solution");
  const file = join(lesson.given, "parts", `${name}.ts`);
  const { status, error } = await play(file, conditions, words);
  if (error) sayStopped(lesson, error);
  return status === 0 ? 0 : failureStatus();
}
