import { spawn } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { courseRoot, filesUnder, type Lesson } from "../work/course.ts";
import { keepTrack, ownGroup, stopTree } from "./processes.ts";
import { temporaryPath } from "./temporary-path.ts";

export interface TypeProblem {
  /** `work/01-event-bus/event-bus.ts` */
  file: string;
  line: number;
  message: string;
}

/**
 * What the type-checker says about the learner's files of one lesson: nothing where it is not installed.
 *
 * @param stop when nobody wants to know any more: then it says nothing
 */
export async function typeErrors(
  lesson: Lesson,
  root: string = courseRoot,
  stop?: AbortSignal,
): Promise<TypeProblem[]> {
  const packages = packagesWithTypes();
  if (!packages || !existsSync(join(root, "tsconfig.json"))) return [];
  const config = writeConfig(lesson, root, packages);
  const output = await runCompiler(config, root, packages, stop);
  rmSync(config, { force: true });
  return problemsIn(output, `work/${lesson.folder}/`);
}

/** `node_modules`, wherever it is, unless the packages for development were left out. */
function packagesWithTypes(): string | undefined {
  try {
    const typescript = fileURLToPath(import.meta.resolve("typescript/package.json"));
    return dirname(dirname(typescript));
  } catch {
    return undefined;
  }
}

/** The settings of the course, and of its files only those of the lesson: all of them take ten times as long. */
function writeConfig(lesson: Lesson, root: string, packages: string): string {
  const path = temporaryPath("types.json");
  const config = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: { typeRoots: [join(packages, "@types")] },
    files: filesUnder(lesson.work)
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join(lesson.work, file)),
    include: [],
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

function runCompiler(
  config: string,
  root: string,
  packages: string,
  stop?: AbortSignal,
): Promise<string> {
  const program = join(packages, "typescript", "bin", "tsc");
  const args = [program, "--noEmit", "--pretty", "false", "--project", config];
  const child = keepTrack(
    spawn(process.execPath, args, {
      cwd: root,
      detached: ownGroup,
      stdio: ["ignore", "pipe", "ignore"],
    }),
  );
  stop?.addEventListener("abort", () => stopTree(child), { once: true });
  // Where it does not start, it has nothing to say.
  child.once("error", () => {});
  return text(child.stdout).catch(() => "");
}

/** A problem is one line; those indented below it say more about it. */
function problemsIn(output: string, folder: string): TypeProblem[] {
  const problems: TypeProblem[] = [];
  for (const line of output.split(/\s*\n/)) {
    const [, file, at, message = ""] =
      /^(\S.*?)\((\d+),\d+\): error \w+: (.*)$/.exec(line) ?? [];
    const last = problems.at(-1);
    if (file)
      problems.push({ file: file.replaceAll("\\", "/"), line: Number(at), message });
    else if (last && line.startsWith(" ")) last.message += `\n${line}`;
  }
  return problems.filter(({ file }) => file.startsWith(folder));
}
