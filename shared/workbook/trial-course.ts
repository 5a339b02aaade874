import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bundlePrograms } from "./checks/bundle.ts";
import { readText } from "./work/course.ts";

const repository = join(import.meta.dirname, "..", "..");

/** Where `npm run lesson` lies as JavaScript: most of a command's time went into loading TypeScript. */
let program: Promise<string> | undefined;

/** What a command printed, on both streams, and how it ended. */
interface Outcome {
  status: number | null;
  output: string;
}

/** A copy of the tiny course in `fixtures/`, for one test to learn in. */
export class TrialCourse {
  readonly root: string;

  constructor() {
    const trials = join(repository, ".trial");
    mkdirSync(trials, { recursive: true });
    // As browsers, file managers and people name folders.
    this.root = mkdtempSync(join(trials, "workbook (1) [a] #1 50%20 "));
    cpSync(join(import.meta.dirname, "fixtures"), this.root, { recursive: true });
    cpSync(join(repository, "shared", "todo.ts"), join(this.root, "shared", "todo.ts"));
  }

  /** From now on the type-checker, which takes its time, has its say. */
  checkTypes(): void {
    cpSync(join(repository, "tsconfig.json"), join(this.root, "tsconfig.json"));
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }

  read(file: string): string {
    return readText(join(this.root, file));
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(join(this.root, file), text);
  }

  /** Changes a part of a file, which has to be there. */
  change(file: string, find: string, put: string): void {
    const text = this.read(file);
    if (!text.includes(find)) throw new Error(`${file} has no ${find}`);
    this.write(file, text.replace(find, put));
  }

  /** Writes the code of some steps into the copy of the greeter, in place of their TODOs. */
  solve(code: Record<number, string> = greeter): void {
    let text = this.read("lessons/01-greeter/greeter.ts");
    for (const [step, line] of Object.entries(code)) {
      text = text.replace(new RegExp(`todo\\(${step},.*\\);`), () => line);
    }
    this.write("work/01-greeter/greeter.ts", text);
  }

  /** Runs `npm run lesson …` as npm would; its screen fits 80 columns and, without a terminal, has no colour. */
  async lesson(...words: string[]): Promise<Outcome> {
    const outcome = await this.lessonWith({}, ...words);
    const wide = outcome.output.split("\n").filter((line) => line.length > 80);
    assert.deepEqual(wide, []);
    assert.ok(!outcome.output.includes("\u001b"));
    return outcome;
  }

  /** The same, with more environment variables; one that is undefined is taken away. */
  async lessonWith(env: NodeJS.ProcessEnv, ...words: string[]): Promise<Outcome> {
    const child = await this.start(words, env);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        // A watch goes on until somebody ends it.
        if (/Ctrl-C quits\n/.test(output)) child.kill();
      });
    }
    const [status] = await once(child, "close");
    return { status: child.killed ? 0 : status, output };
  }

  async start(words: string[], more: NodeJS.ProcessEnv = {}): Promise<ChildProcess> {
    program ??= bundlePrograms(repository, [join(import.meta.dirname, "lesson.ts")]);
    const env: NodeJS.ProcessEnv = { ...process.env, WORKBOOK_ROOT: this.root, ...more };
    for (const name of ["NODE_TEST_CONTEXT", "FORCE_COLOR", "NODE_V8_COVERAGE"])
      delete env[name];
    return spawn(process.execPath, [join(await program, "lesson.mjs"), ...words], {
      cwd: this.root,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** Makes the copy a clone, as learners have one. Without Git, it stays a plain folder. */
  commit(message: string): boolean {
    const who = ["-c", "user.name=Course", "-c", "user.email=course@example.com"];
    for (const args of [
      ["init", "-q"],
      ["add", "lessons"],
      [...who, "commit", "-qm", message],
    ]) {
      if (spawnSync("git", args, { cwd: this.root }).status !== 0) return false;
    }
    return true;
  }
}

/** Reads what a program prints until a pattern has come, and forgets what was before it. */
export function reader(child: ChildProcess): (pattern: RegExp) => Promise<string> {
  let output = "";
  let look = () => {};
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    look();
  });
  return (pattern) =>
    new Promise((found) => {
      look = () => {
        if (!pattern.test(output)) return;
        const seen = output;
        output = "";
        found(seen);
      };
      look();
    });
}

/** The code of the steps of the fixture's first lesson. */
export const greeter = {
  1: 'return ["Hello, ", name, "!"].join("");',
  2: "return names.map(greet);",
  3: 'if (name === "") throw new TypeError("empty");\n  return greet(name);',
};
