import type { Lesson } from "../course.ts";
import { sayTitle } from "../title.ts";

/** `npm run lesson 4`: says at once what is coming, then loads the rest. */
export default async function play(lesson: Lesson): Promise<number> {
  sayTitle(lesson);
  const { playThenNextStep } = await import("../play-then-next-step.ts");
  return playThenNextStep(lesson);
}
