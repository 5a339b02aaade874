import { spawn } from "node:child_process";
import { keepTrackOfProgram } from "../checks/processes.ts";
import { conditionsOf, ownPieces } from "../checks/progress.ts";
import { prepare } from "../screens/prepare.ts";
import { failureStatus } from "../screens/terminal.ts";
import { courseRoot, type Lesson } from "../work/course.ts";

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
