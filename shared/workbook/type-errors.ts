import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { courseRoot, type Lesson } from "./course.ts";
import { keepTrack, ownGroup } from "./processes.ts";

export interface TypeProblem {
  /** `work/01-event-bus/event-bus.ts` */
  file: string;
  line: number;
  message: string;
}

/** What the type-checker says about the learner's files of one lesson. */
export async function typeErrors(lesson: Lesson): Promise<TypeProblem[]> {
  if (!existsSync(join(courseRoot, "tsconfig.json"))) return [];
  return problemsIn(await runCompiler(), `work/${lesson.folder}/`);
}

function runCompiler(): Promise<string> {
  const program = join(
    dirname(fileURLToPath(import.meta.resolve("typescript/package.json"))),
    "bin",
    "tsc",
  );
  const args = [program, "--noEmit", "--pretty", "false", "--project", "."];
  const child = keepTrack(
    spawn(process.execPath, args, {
      cwd: courseRoot,
      detached: ownGroup,
      stdio: ["ignore", "pipe", "ignore"],
    }),
  );
  return new Promise((done) => {
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.once("error", () => done(""));
    child.once("close", () => done(output));
  });
}

function problemsIn(output: string, folder: string): TypeProblem[] {
  return output.split("\n").flatMap((line) => {
    const [, file, at, message] =
      /^(.+?)\((\d+),\d+\): error \w+: (.*)$/.exec(line.trimEnd()) ?? [];
    if (file === undefined || !file.replaceAll("\\", "/").startsWith(folder)) return [];
    return [
      { file: file.replaceAll("\\", "/"), line: Number(at), message: message ?? "" },
    ];
  });
}
