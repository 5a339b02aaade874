import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Candidate,
  readProof,
  referenceOf,
  stageOf,
} from "../../shared/course/candidates.ts";
import { changed } from "../../shared/course/changes.ts";
import { makeFolder } from "../../shared/workbook/checks/trial-folder.ts";
import {
  courseRoot,
  type Lesson,
  lessonIn,
  readIfThere,
} from "../../shared/workbook/work/course.ts";

/** A copy of the course with a learner in it, and a watch that runs. */
export class LiveCourse {
  readonly root: string = makeFolder(courseRoot);
  readonly lesson: Lesson = lessonIn(courseRoot, "01-event-bus");
  #child: ChildProcess | undefined;

  constructor() {
    const filter = (path: string) => !path.endsWith(join("docs", "site"));
    const parts = ["lessons", "solutions", "shared", "docs"];
    for (const name of [...parts, "package.json", "tsconfig.json"])
      cpSync(join(courseRoot, name), join(this.root, name), { recursive: true, filter });
  }

  /** Starts the watch and returns the address that it prints. */
  async watch(): Promise<string> {
    const env: NodeJS.ProcessEnv = { ...process.env, WORKBOOK_ROOT: this.root };
    for (const name of ["NODE_TEST_CONTEXT", "NODE_V8_COVERAGE", "EDITOR_LINK"])
      delete env[name];
    const program = join(this.root, "shared", "workbook", "start.mjs");
    const child = spawn(process.execPath, [program, "1", "watch"], {
      cwd: this.root,
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#child = child;
    return new Promise((found, fail) => {
      let said = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        const address = /http:\/\/\S+\//.exec(said)?.[0];
        if (address !== undefined) found(address);
      });
      child.once("exit", () => fail(new Error(`The watch ended: ${said}`)));
    });
  }

  async stop(): Promise<void> {
    if (this.#child?.exitCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill();
    await ended;
  }

  /** Only what has changed, and never half of it: each change runs the checks. */
  save(files: Candidate): void {
    const folder = join(this.root, "work", this.lesson.folder);
    const draft = join(this.root, "draft");
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of Object.entries(files)) {
      if (readIfThere(join(folder, file)) === text) continue;
      writeFileSync(draft, text);
      renameSync(draft, join(folder, file));
    }
  }

  /** What a learner has who has done this many steps, and is right. */
  right(steps: number): Candidate {
    const proof = readProof(this.lesson, courseRoot);
    return stageOf(referenceOf(this.lesson, courseRoot), proof, steps + 1);
  }

  /** The same with a mistake in the last of the steps. */
  wrong(steps: number): Candidate {
    const { mistakes } = readProof(this.lesson, courseRoot);
    const right = this.right(steps);
    for (const mistake of mistakes.filter(
      ({ step, endless }) => step === steps && !endless,
    ))
      try {
        return changed(right, mistake);
      } catch {
        // It needs a line that comes with a later step.
      }
    throw new Error(`No mistake of step ${steps} fits.`);
  }
}
