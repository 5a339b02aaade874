import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { courseRoot, type Lesson } from "../course.ts";
import { prepare } from "../prepare.ts";
import { keepTrack } from "../processes.ts";
import { conditionsOf, ownPieces } from "../progress.ts";
import { runChecks } from "../run-checks.ts";
import { say } from "../terminal.ts";
import { sayTitle } from "../title.ts";

/** `npm run lesson 4 coverage`: which lines of the learner's own code the checks reached. */
export default async function coverage(lesson: Lesson): Promise<number> {
  prepare(lesson);
  sayTitle(lesson);
  const folder = mkdtempSync(join(courseRoot, "work", ".coverage-"));
  try {
    const conditions = conditionsOf(await ownPieces(lesson.number));
    const { checks } = await runChecks({
      ...{ root: courseRoot, lesson, conditions },
      env: { NODE_V8_COVERAGE: folder },
    });
    const passed = checks.filter((check) => check.passed).length;
    say(`What ${checks.length} checks reached of your code; ${passed} of them pass.\n`);
    return await report(lesson, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function report(lesson: Lesson, folder: string): Promise<number> {
  const program = createRequire(import.meta.url).resolve("c8/bin/c8.js");
  const args = [
    ...[program, "report", "--reporter=text", `--temp-directory=${folder}`],
    ...[`--include=work/${lesson.folder}/**`, "--exclude=", "--all=false"],
  ];
  const child = keepTrack(
    spawn(process.execPath, args, { cwd: courseRoot, stdio: "inherit" }),
  );
  return new Promise((done) => child.once("close", (status) => done(status ?? 1)));
}
