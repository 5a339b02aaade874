import { spawn } from "node:child_process";
import { once } from "node:events";
import { keepTrackOfProgram, underTsx } from "../checks/processes.ts";
import { conditionsOf, openStep, ownPieces, progressOf } from "../checks/progress.ts";
import { prepare } from "../screens/prepare.ts";
import { lastStep } from "../screens/raw-reporter.ts";
import { failureStatus } from "../screens/terminal.ts";
import { courseRoot, type Lesson } from "../work/course.ts";

/** `npm run lesson 4 raw`: what Node's test runner says of the steps up to the open one. */
export default async function raw(lesson: Lesson): Promise<number> {
  prepare(lesson);
  const conditions = conditionsOf(await ownPieces(lesson.number));
  const reporter = import.meta.resolve("../screens/raw-reporter.ts");
  const open = openStep(await progressOf(lesson));
  const args = [
    ...[...underTsx(conditions), "--test-reporter", reporter],
    ...[`--test-name-pattern=^step [1-${open}] `, lesson.checks],
  ];
  const env: NodeJS.ProcessEnv = { ...process.env, [lastStep]: `${open}` };
  delete env.NODE_TEST_CONTEXT;
  const child = keepTrackOfProgram(
    spawn(process.execPath, args, { cwd: courseRoot, env, stdio: "inherit" }),
  );
  const [status] = await once(child, "close");
  return status === 0 ? 0 : failureStatus();
}
