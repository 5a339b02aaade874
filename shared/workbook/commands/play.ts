import { sayTitle } from "../screens/title.ts";
import type { Lesson } from "../work/course.ts";

/** `npm run lesson 4`: says at once what is coming, then loads the rest. */
export default async function play(lesson: Lesson): Promise<number> {
  sayTitle(lesson);
  const { playThenNextStep } = await import("../screens/play-then-next-step.ts");
  return playThenNextStep(lesson);
}
