import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import { pathToFileURL } from "node:url";
import { checkFiles, type Lesson, readIfThere } from "../work/course.ts";
import {
  type CheckError,
  type CheckMessage,
  type Frame,
  loopPipe,
  namesOnly,
  stepOf,
  untilFailure,
} from "./check-messages.ts";
import { diary, forgetDays, lastDay } from "./diary.ts";
import { PrintedStream } from "./printed.ts";
import { keepTrack, ownGroup, stopGroup, stopTree, underTsx } from "./processes.ts";
import { temporaryPath } from "./temporary-path.ts";
import { Watchdog } from "./watchdog.ts";

interface RunOptions {
  /** The folder of the course: of this one, or of a small copy of it under `.trial/`. */
  root: string;
  lesson: Lesson;
  /** Resolver conditions: none checks `work/`, `["solution"]` the reference answer. */
  conditions?: string[];
  /** Seconds in which the code only waits. By default what the checks file says, else 5. */
  timeLimit?: number;
  /** More environment variables. */
  env?: Record<string, string>;
  /** Name the checks and run none of them: each counts as failed. */
  namesOnly?: boolean;
  /** Run the checks up to the first that fails, and none after it. */
  untilFailure?: boolean;
  /** Called for each check that begins. */
  onStart?: (name: string) => void;
}

export interface CheckResult {
  /** `step 2 · hears its own events only` */
  name: string;
  /** The step in the name; 0 where the name has none. */
  step: number;
  passed: boolean;
  /** Why the check did not run here. Counts as neither right nor wrong. */
  skipped?: string;
  error?: CheckError;
}

/** Something that ended the run as a whole. */
export interface Crash {
  /**
   * - `import`: a file could not be loaded: it is missing, lacks an export, or throws at once
   * - `syntax`: a file is not TypeScript
   * - `hang`: a loop that does not end, or no sign of life within the time limit
   * - `exit`: the code ended the process
   */
  kind: "syntax" | "import" | "hang" | "exit";
  message: string;
  /** Of a hang: whether the processor was busy all the time, where that is known. */
  loops?: boolean | undefined;
  /** What was thrown while loading. */
  error?: CheckError;
  file?: string;
  line?: number;
  /** The check that was running. */
  check?: string;
}

export interface ChecksRun {
  /** In order. One that hangs or ends the process is among them, those after it are not. */
  checks: CheckResult[];
  crash?: Crash;
  /** What the code under test printed, by check; under "" what it printed before the first. */
  printed: Map<string, string>;
}

const defaultTimeLimit = 5;
const printedLimit = 100_000;
/** How long a process that loops has to say where it is, in ms. */
const answerWithin = 5_000;

/** Runs a lesson's checks in a process of its own and returns what became of each. Never rejects. */
export function runChecks(options: RunOptions): Promise<ChecksRun> {
  const { root, lesson, conditions = [] } = options;
  const timeLimit = options.timeLimit ?? timeLimitOf(lesson);
  const path = temporaryPath("day");
  const env = {
    ...options.env,
    [diary]: path,
    ...(options.untilFailure && { [untilFailure]: "1" }),
    ...(options.namesOnly && { [namesOnly]: "1" }),
  };
  const program = [
    // Node's own warnings, such as that of a file nobody closed, are not what the code printed.
    ...["--no-warnings", ...underTsx(conditions)],
    ...["--test-reporter", import.meta.resolve("./check-reporter.ts")],
    join(import.meta.dirname, "check-child.ts"),
    pathToFileURL(lesson.checks).href,
  ];
  const child = start(root, program, env, ["pipe"]);
  return follow(child, timeLimit, path, options.onStart);
}

/**
 * Resolves when a process has run its checks, whether it ends or goes on with others.
 *
 * @param startTook seconds of processor time, where the process has not begun just now
 */
export function follow(
  child: ChildProcess,
  timeLimit: number,
  path: string,
  onStart: (name: string) => void = () => {},
  startTook = 0,
): Promise<ChecksRun> {
  return new Promise((done) => {
    const run = new Run(child, timeLimit, path, onStart, startTook);
    const hear = (message: CheckMessage) => {
      run.hear(message);
      if (message.type === "end" && message.goesOn) end(run.ended(null));
    };
    const fail = (error: Error) => end(run.neverStarted(error));
    const close = (status: number | null) => end(run.ended(status));
    const end = (result: ChecksRun) => {
      child.off("message", hear).off("error", fail).off("close", close);
      done(result);
    };
    child.on("message", hear).on("error", fail).on("close", close);
  });
}

/** Starts a process that runs checks. @param pipes a `loopPipe`, where it stands by to answer through one */
export function start(
  root: string,
  program: string[],
  more: Record<string, string> = {},
  pipes: "pipe"[] = [],
): ChildProcess {
  const env = { ...process.env, ...more };
  // Set where these lines are themselves under test: the child would then report to that runner.
  delete env.NODE_TEST_CONTEXT;
  const child = spawn(process.execPath, program, {
    cwd: root,
    env,
    detached: ownGroup,
    stdio: ["ignore", "pipe", "pipe", "ipc", ...pipes],
  });
  child.once("exit", () => stopGroup(child));
  return keepTrack(child);
}

/** The seconds that the checks allow themselves in any of their files: `// time limit: 60 s`. */
export function timeLimitOf(lesson: Lesson): number {
  const wishes = checkFiles(lesson).flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/^\/\/ time limit: (\d+) s\r?$/gm)].map(
      ([, seconds]) => Number(seconds),
    ),
  );
  return wishes.length === 0 ? defaultTimeLimit : Math.max(...wishes);
}

/** Collects what one child process sends and prints, and stops it when it falls silent. */
class Run {
  readonly #child: ChildProcess;
  readonly #diary: string;
  readonly #onStart: (name: string) => void;
  readonly #checks: CheckResult[] = [];
  #running: string | undefined;
  #messages = 0;
  #startTook: number;
  #crash: Crash | undefined;
  #complete = false;
  readonly #printed = new Map<string, string>();
  readonly #watchdog: Watchdog;
  readonly #ends: (() => void)[] = [];

  constructor(
    child: ChildProcess,
    timeLimit: number,
    path: string,
    onStart: (name: string) => void,
    startTook: number,
  ) {
    this.#child = child;
    this.#startTook = startTook;
    this.#diary = path;
    this.#onStart = onStart;
    const signOfLife = () => `${this.#messages} ${readIfThere(path)}`;
    this.#watchdog = new Watchdog(child.pid ?? 0, timeLimit, signOfLife, (...silence) =>
      this.#hang(...silence),
    );
    for (const stream of [child.stdout, child.stderr]) {
      const printed = new PrintedStream(this.#printed, printedLimit);
      const hear = (text: string) => printed.hear(text);
      stream?.setEncoding("utf8").on("data", hear);
      this.#ends.push(() => stream?.off("data", hear));
    }
  }

  ended(status: number | null): ChecksRun {
    this.#stop();
    if (!this.#complete && this.#crash === undefined) this.#exit(status);
    this.#afterPending();
    forgetDays(this.#diary);
    const crash = this.#crash === undefined ? {} : { crash: this.#crash };
    return { checks: this.#checks, ...crash, printed: this.#printed };
  }

  neverStarted(error: Error): ChecksRun {
    this.#stop();
    const crash: Crash = { kind: "exit", message: error.message };
    return { checks: [], crash, printed: this.#printed };
  }

  #stop(): void {
    this.#watchdog.stop();
    for (const end of this.#ends) end();
  }

  hear(message: CheckMessage): void {
    this.#messages += 1;
    if (message.type === "ready") {
      this.#startTook = message.cpu;
    } else if (message.type === "start") {
      if (this.#running === undefined) this.#watchdog.begin(this.#startTook);
      this.#running = message.name;
      this.#onStart(message.name);
    } else if (message.type === "result") {
      const { type: _, ...result } = message;
      this.#checks.push({ ...result, step: stepOf(result.name) });
    } else if (message.type === "crash") {
      this.#crash = loadingFailed(message.error);
    } else if (message.type === "end") {
      this.#complete = true;
    }
  }

  async #hang(seconds: number, loops?: boolean): Promise<void> {
    const message = `nothing happened for ${seconds} seconds`;
    const frames = loops === false ? [] : await whereItLoops(this.#child);
    const blamed = this.#blame("hang", message, frames);
    this.#crash ??= { kind: "hang", message, loops, ...blamed };
    stopTree(this.#child);
  }

  #exit(status: number | null): void {
    const message = `the process ended with status ${status ?? "unknown"} before the checks did`;
    this.#crash = { kind: "exit", message, ...this.#blame("exit", message) };
  }

  /** The check that was running is the one that failed. */
  #blame(
    kind: "hang" | "exit",
    message: string,
    frames: Frame[] = [],
  ): { check?: string } {
    const name = this.#running;
    if (name === undefined || this.#checks.some((check) => check.name === name))
      return {};
    const error: CheckError = {
      kind,
      name: kind,
      message,
      frames,
      ...lastDay(this.#diary),
    };
    this.#checks.push({ name, step: stepOf(name), passed: false, error });
    return { check: name };
  }

  /** Node cancels every check behind the one whose promise never settles. */
  #afterPending(): void {
    const pending = this.#checks.filter((check) => check.error?.kind === "pending");
    for (const { error } of pending.slice(1)) if (error) error.kind = "not-reached";
  }
}

/** The places at which a process loops, the likeliest first; none, if it does not say so soon. */
async function whereItLoops(child: ChildProcess): Promise<Frame[]> {
  const pipe = child.stdio[loopPipe] as Duplex | null | undefined;
  if (!pipe) return [];
  // A line, since Windows tells the end of a pipe only when the process has ended.
  const lines = createInterface({ input: pipe });
  const late = setTimeout(() => lines.close(), answerWithin);
  pipe.on("error", () => lines.close()).write("where?");
  for await (const line of lines) {
    clearTimeout(late);
    return JSON.parse(line);
  }
  return [];
}

/** The failed check that comes first. */
export function firstFailure({ checks }: ChecksRun): CheckResult | undefined {
  const failed = checks.filter(({ passed }) => !passed);
  return failed.sort((a, b) => a.step - b.step)[0];
}

function loadingFailed(error: CheckError): Crash {
  const syntax = /^(.+):(\d+):\d+: ERROR: (.*)$/m.exec(error.message);
  if (syntax === null) {
    return { kind: "import", message: error.message, error, ...placeOf(error) };
  }
  const [, file = "", line, message = ""] = syntax;
  return { kind: "syntax", message, file, line: Number(line) };
}

function placeOf(error: CheckError): { file?: string; line?: number } {
  const [frame] = error.frames;
  return frame === undefined ? {} : { file: frame.file, line: frame.line };
}
