import { spawn } from "node:child_process";
import { courseRoot, type Lesson } from "../course.ts";
import { prepare } from "../prepare.ts";
import { keepTrackOfProgram } from "../processes.ts";
import { conditionsOf, ownPieces } from "../progress.ts";
import { failureStatus } from "../terminal.ts";

/** `npm run lesson 4 raw`: Node's test runner as it is. */
export default async function raw(lesson: Lesson): Promise<number> {
  prepare(lesson);
  const conditions = conditionsOf(await ownPieces(lesson.number));
  const args = [
    ...conditions.map((condition) => `--conditions=${condition}`),
    ...["--import", import.meta.resolve("tsx"), "--test-reporter=spec", lesson.checks],
  ];
  const env = { ...process.env };
  delete env.NODE_TEST_CONTEXT;
  const child = keepTrackOfProgram(
    spawn(process.execPath, args, { cwd: courseRoot, env, stdio: "inherit" }),
  );
  return new Promise((done) => {
    child.once("close", (status) => done(status === 0 ? 0 : failureStatus()));
  });
}
