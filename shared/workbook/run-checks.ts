import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type CheckError, type CheckMessage, untilFailure } from "./check-messages.ts";
import { type Lesson, lessonIn } from "./course.ts";
import { PrintedStream } from "./printed.ts";
import { keepTrack, ownGroup, stopGroup, stopTree } from "./processes.ts";

export type { CheckError, Frame } from "./check-messages.ts";

export interface RunOptions {
  /** The folder of the course: of this one, or of a small copy of it under `.trial/`. */
  root: string;
  /** A lesson, or its folder's name, such as `01-event-bus`. */
  lesson: Lesson | string;
  /** Resolver conditions: none checks `work/`, `["solution"]` the reference answer. */
  conditions?: string[];
  /** Seconds without any sign of life. By default what the checks file says, else 5. */
  timeLimit?: number;
  /** More environment variables. */
  env?: Record<string, string>;
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
   * - `syntax`: a file is no TypeScript
   * - `hang`: no sign of life within the time limit
   * - `exit`: the code ended the process
   */
  kind: "syntax" | "import" | "hang" | "exit";
  message: string;
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
/** Loading Node and tsx on a busy machine. */
const startLimit = 60;
/** On a busy machine everything is slow: so many times what the start took is still no silence. */
const patience = 15;
const printedLimit = 100_000;

/** Runs a lesson's checks in a process of its own and returns what became of each. Never rejects. */
export function runChecks(options: RunOptions): Promise<ChecksRun> {
  const { root, conditions = [] } = options;
  const lesson =
    typeof options.lesson === "string" ? lessonIn(root, options.lesson) : options.lesson;
  const timeLimit = options.timeLimit ?? timeLimitOf(lesson.checks);
  const env = { ...options.env, ...(options.untilFailure && { [untilFailure]: "1" }) };
  const child = start(root, lesson.checks, conditions, env);
  return new Promise((done) => {
    const run = new Run(child, timeLimit, options.onStart ?? (() => {}));
    child.once("error", (error) => done(run.neverStarted(error)));
    child.once("exit", () => stopGroup(child));
    child.once("close", (status) => done(run.ended(status)));
  });
}

function start(
  root: string,
  checks: string,
  conditions: string[],
  more: Record<string, string>,
): ChildProcess {
  const env = { ...process.env, ...more };
  // Set where these lines are themselves under test: the child would then report to that runner.
  delete env.NODE_TEST_CONTEXT;
  const args = [
    ...conditions.map((condition) => `--conditions=${condition}`),
    // Node's own warnings, such as that of a file nobody closed, are not what the code printed.
    "--no-warnings",
    ...["--import", import.meta.resolve("tsx")],
    ...["--test-reporter", import.meta.resolve("./check-reporter.ts")],
    join(import.meta.dirname, "check-child.ts"),
    pathToFileURL(checks).href,
  ];
  return keepTrack(
    spawn(process.execPath, args, {
      cwd: root,
      env,
      detached: ownGroup,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    }),
  );
}

/** The seconds that a checks file allows itself: `// time limit: 60 s`. */
function timeLimitOf(checks: string): number {
  if (!existsSync(checks)) return defaultTimeLimit;
  const wish = /^\/\/ time limit: (\d+) s$/m.exec(readFileSync(checks, "utf8"));
  return wish ? Number(wish[1]) : defaultTimeLimit;
}

/** Collects what one child process sends and prints, and stops it when it falls silent. */
class Run {
  readonly #child: ChildProcess;
  readonly #began = Date.now();
  #timeLimit: number;
  readonly #onStart: (name: string) => void;
  readonly #checks: CheckResult[] = [];
  #running: string | undefined;
  /** The day that the running check plays. */
  #day: { rule: string; story: string[] } | undefined;
  #crash: Crash | undefined;
  #complete = false;
  readonly #printed = new Map<string, string>();
  #watchdog: NodeJS.Timeout;

  constructor(child: ChildProcess, timeLimit: number, onStart: (name: string) => void) {
    this.#child = child;
    this.#timeLimit = timeLimit;
    this.#onStart = onStart;
    this.#watchdog = setTimeout(() => this.#hang(), startLimit * 1000);
    child.on("message", (message: CheckMessage) => this.#hear(message));
    for (const stream of [child.stdout, child.stderr]) {
      const printed = new PrintedStream(this.#printed, printedLimit);
      stream?.setEncoding("utf8").on("data", (text: string) => printed.hear(text));
    }
  }

  ended(status: number | null): ChecksRun {
    clearTimeout(this.#watchdog);
    if (!this.#complete && this.#crash === undefined) this.#exit(status);
    this.#afterPending();
    const crash = this.#crash === undefined ? {} : { crash: this.#crash };
    return { checks: this.#checks, ...crash, printed: this.#printed };
  }

  neverStarted(error: Error): ChecksRun {
    clearTimeout(this.#watchdog);
    const crash: Crash = { kind: "exit", message: error.message };
    return { checks: [], crash, printed: this.#printed };
  }

  #hear(message: CheckMessage): void {
    if (message.type === "ready") {
      const start = (Date.now() - this.#began) / 1000;
      this.#timeLimit = Math.max(this.#timeLimit, Math.ceil(patience * start));
    }
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#hang(), this.#timeLimit * 1000);
    if (message.type === "start") {
      this.#running = message.name;
      this.#day = undefined;
      this.#onStart(message.name);
    } else if (message.type === "day") {
      const { type: _, ...day } = message;
      this.#day = day;
    } else if (message.type === "result") {
      const { type: _, ...result } = message;
      const { error } = result;
      if (
        error &&
        (error.kind === "pending" || error.unhandled) &&
        result.name === this.#running
      )
        Object.assign(error, this.#day);
      this.#checks.push({ ...result, step: stepOf(result.name) });
    } else if (message.type === "crash") {
      const { error } = message;
      this.#crash = loadingFailed(error);
    } else if (message.type === "end") {
      this.#complete = true;
    }
  }

  #hang(): void {
    const message = `nothing happened for ${this.#timeLimit} seconds`;
    this.#crash ??= { kind: "hang", message, ...this.#blame("hang", message) };
    stopTree(this.#child);
  }

  #exit(status: number | null): void {
    const message = `the process ended with status ${status ?? "unknown"} before the checks did`;
    this.#crash = { kind: "exit", message, ...this.#blame("exit", message) };
  }

  /** The check that was running is the one that failed. */
  #blame(kind: "hang" | "exit", message: string): { check?: string } {
    const name = this.#running;
    if (name === undefined || this.#checks.some((check) => check.name === name))
      return {};
    const error: CheckError = { kind, name: kind, message, frames: [], ...this.#day };
    this.#checks.push({ name, step: stepOf(name), passed: false, error });
    return { check: name };
  }

  /** Node cancels every check behind the one whose promise never settles. */
  #afterPending(): void {
    const pending = this.#checks.filter((check) => check.error?.kind === "pending");
    for (const { error } of pending.slice(1)) if (error) error.kind = "not-reached";
  }
}

function stepOf(name: string): number {
  return Number(/^step (\d+)/.exec(name)?.[1] ?? 0);
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
