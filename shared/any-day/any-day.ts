/**
 * What the any-day checks of all lessons share: days made up by chance, played on an answer and on
 * a slow, obvious model, and the shortest one on which the two differ, told as a story.
 */
import { AssertionError } from "node:assert";
import { closeSync, openSync, writeSync } from "node:fs";
import { test } from "node:test";
import { inspect } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { notPlayed } from "./not-played.ts";

/** One thing that was seen while a day was played. */
export interface Observation {
  /** The title of the rule that is broken where the model saw something else. */
  rule: string;
  what: string;
  value: unknown;
}

/** A lesson's days. `Day` is plain data. */
export interface AnyDay<Day> {
  day: fc.Arbitrary<Day>;
  /** Plays a day on the answer. */
  play(day: Day): Observation[] | Promise<Observation[]>;
  /** What the play must see. */
  model(day: Day): Observation[] | Promise<Observation[]>;
  /** The day in shop words, one line for each thing that happens. */
  story(day: Day): string[];
  /** The rule that a day is about; of a difference, `seen` is the rule of the observation. */
  rule(day: Day, seen?: string): string;
  /** How long, in ms, a day may wait for disks and sockets. Default: 0. */
  waits?: number;
}

/** How many days to play, and how long. */
export interface Budget {
  days: number;
  /** No day begins later than this, in ms of the processor: a busy machine changes no verdict. */
  time: number;
  seed: number;
  shrink: boolean;
}

/** A day on which the answer and the model differ. */
export class DayError extends AssertionError {
  readonly rule: string;
  readonly story: string[];

  constructor(rule: string, story: string[], expected: string, actual: string) {
    const message = `${rule}\n\n${story.map((line) => `  ${line}`).join("\n")}\n\nexpected: ${expected}\nactual:   ${actual}`;
    super({ message, expected, actual, operator: "strictEqual" });
    this.rule = rule;
    this.story = story;
  }
}

/**
 * The same few days at every run, so that a verdict never changes by itself. `WORKBOOK_DAYS` and
 * `WORKBOOK_SEED` ask for more of them, for ten seconds at most, and for others.
 */
export function budget(env = process.env): Budget {
  const days = Number(env.WORKBOOK_DAYS ?? 200);
  return {
    days,
    time: env.WORKBOOK_DAYS === undefined ? 1_000 : 10_000,
    seed: Number(env.WORKBOOK_SEED ?? 7),
    shrink: env.WORKBOOK_UNTIL_FAILURE !== "1",
  };
}

/** How long a learner waits at most for a shorter story. */
const shrinkTime = 2_000;

/**
 * Plays days until one goes wrong.
 *
 * @throws DayError for the shortest day found on which the answer and the model differ; what the
 *   answer itself threw is thrown on, with the day as its `story`
 */
export async function playDays<Day>(
  lesson: AnyDay<Day>,
  { days, time, seed, shrink }: Budget = budget(),
): Promise<void> {
  let failure: Error | undefined;
  const diary = new Diary();
  const stopwatch = new Stopwatch();
  let deadline = time;
  const property = fc.asyncProperty(lesson.day, async (day) => {
    if (stopwatch.time() > deadline) return;
    // The parent process must know the day before it is played: it may be the last of this process.
    diary.writeDown(lesson.rule(day), lesson.story(day));
    const found = await failureOf(lesson, day);
    if (found === undefined) return;
    failure = found;
    throw found;
  });
  try {
    const first = await fc.check(property, { seed, numRuns: days, endOnFailure: true });
    // The model or the story failed, perhaps in code of the answer: then no day has said a thing.
    if (first.failed && failure === undefined) throw first.errorInstance;
    if (failure !== undefined && shrink && failure.name !== "TodoError") {
      deadline += shrinkTime;
      const path = first.counterexamplePath ?? "";
      await fc.check(property, { seed, numRuns: days, path });
    }
  } finally {
    diary.close();
  }
  if (failure !== undefined) throw failure;
}

/**
 * Registers the checks that a step's days make: one for each rule that the days alone look at, and one
 * for all that holds besides. The days are played once.
 */
export function checkDays<Day>(
  step: number,
  rules: readonly string[],
  lesson: AnyDay<Day>,
): void {
  const rest = "on any day, all of this holds";
  let failure: Promise<(Error & { rule?: string }) | undefined> | undefined;
  for (const title of [...rules, rest]) {
    test(`step ${step} · ${title}`, async (t) => {
      failure ??= playDays(lesson).then(
        () => undefined,
        (error: Error) => error,
      );
      const error = await failure;
      const own = error?.rule && rules.includes(error.rule) ? error.rule : rest;
      if (error && (own === title || error.name === "TodoError")) throw error;
      if (error) t.skip(notPlayed);
    });
  }
}

/** What stands beside something that is missing, or too much. */
const nothing = "nothing like this";

async function failureOf<Day>(lesson: AnyDay<Day>, day: Day): Promise<Error | undefined> {
  const played = await settled(
    Promise.resolve().then(() => lesson.play(day)),
    lesson.waits,
  );
  if ("error" in played) {
    const { error } = played;
    if (!(error instanceof Error))
      return differ("nothing is thrown", `${shown(error)} is thrown`);
    if (error.name === "TodoError") return error;
    return Object.assign(error, { rule: lesson.rule(day), story: lesson.story(day) });
  }
  const expected = await lesson.model(day);
  if (played.value === undefined)
    return differ("the day ends", "a promise never settles");
  const at = firstDifference(expected, played.value);
  if (at < 0) return undefined;
  const [wanted, seen] = [expected[at], played.value[at]];
  const comes = (one: Observation | undefined, list: Observation[]) =>
    list.slice(at).some(({ what }) => what === one?.what);
  if (wanted?.what === seen?.what) return differ(told(wanted), told(seen), wanted?.rule);
  // What is missing or too much says which rule is broken; where both came, the day alone does.
  if (seen && !comes(seen, expected)) {
    const [extra, likely] = besides(seen, played.value, expected);
    return differ(likely, extra, seen.rule);
  }
  if (wanted && !comes(wanted, played.value)) {
    const [missing, likely] = besides(wanted, expected, played.value);
    return differ(missing, likely, wanted.rule);
  }
  return differ(told(wanted), told(seen));

  /**
   * What only one list has, and what is in its place in the other: the same thing with other details, where
   * there is one. What came before came as it should: two that are told alike are told apart by their number.
   */
  function besides(
    one: Observation,
    list: Observation[],
    other: Observation[],
  ): [string, string] {
    const found = other.slice(at).find(({ what }) => kindOf(what) === kindOf(one.what));
    const same = list.slice(0, at).filter((before) => told(before) === told(one)).length;
    const number = same > 0 ? ` (number ${same + 1})` : "";
    const instead = same > 0 ? `only ${same} of these` : nothing;
    return [`${told(one)}${number}`, found ? told(found) : instead];
  }

  function differ(wanted: string, seen: string, rule?: string): DayError {
    const story = lesson.story(day);
    const lines = story.length > 0 ? story : ["nothing happens"];
    return new DayError(lesson.rule(day, rule), lines, wanted, seen);
  }
}

/** Of `onDead: "tea", attempts 1` what it is about: `onDead: "tea"`, whatever the numbers are. */
function kindOf(what: string): string {
  const [kind = what] = /^[^"]*"[^"]*"|^[^:,]*[:,]/.exec(what) ?? [];
  return kind.replace(/\d+/g, "0");
}

/** Where two lists of observations first differ, or -1. */
function firstDifference(expected: Observation[], actual: Observation[]): number {
  const length = Math.max(expected.length, actual.length);
  for (let at = 0; at < length; at++) {
    const [one, other] = [expected[at], actual[at]];
    // Telling takes long, so it is left out for what is one and the same.
    const isSame = one?.what === other?.what && Object.is(one?.value, other?.value);
    if (!isSame && told(one) !== told(other)) return at;
  }
  return -1;
}

function told(observation: Observation | undefined): string {
  if (observation === undefined) return "nothing more";
  const { what, value } = observation;
  return value === undefined ? what : `${what}: ${shown(value)}`;
}

function shown(value: unknown): string {
  return typeof value === "string"
    ? value
    : inspect(value, { depth: 4, breakLength: Infinity });
}

/** Turns of the event loop without a result after which a promise counts as one that never settles. */
const patience = 1_000;

/** A promise that never settles would end the run without a word: so look, and do not wait. */
async function settled<Value>(
  promise: Promise<Value>,
  waits = 0,
): Promise<{ value: Value | undefined } | { error: unknown }> {
  let result: { value: Value | undefined } | { error: unknown } | undefined;
  const done = promise.then(
    (value) => {
      result = { value };
    },
    (error: unknown) => {
      result = { error };
    },
  );
  if (waits > 0) {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resume) => {
      timer = setTimeout(resume, waits);
    });
    await Promise.race([done, late]);
    clearTimeout(timer);
  }
  for (let turn = 0; turn < patience && result === undefined; turn++) {
    await quiet();
    if (usesFiles()) turn = 0;
  }
  return result ?? { value: undefined };
}

/** The processor's time since it was made, in ms. Asking takes long, so it asks at most every 10 ms. */
class Stopwatch {
  readonly #begun = process.cpuUsage();
  #asked = performance.now();
  #time = 0;

  time(): number {
    const now = performance.now();
    if (now - this.#asked < 10) return this.#time;
    this.#asked = now;
    const { user, system } = process.cpuUsage(this.#begun);
    this.#time = (user + system) / 1_000;
    return this.#time;
  }
}

/**
 * Where each day is written down before it is played, since it may be the last of this process: a file
 * that whoever shows the checks named. The number tells one day from the next.
 */
class Diary {
  readonly #file: number | undefined;
  #number = 0;

  constructor(path = process.env.WORKBOOK_DIARY) {
    if (path) this.#file = openSync(path, "w");
  }

  writeDown(rule: string, story: string[]): void {
    if (this.#file === undefined) return;
    const day = { number: ++this.#number, rule, story };
    writeSync(this.#file, `${JSON.stringify(day)}\n`, 0);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}

/** Waits until what is under way now has come to an end. */
export function quiet(): Promise<void> {
  return new Promise((resume) => setImmediate(resume));
}

/** Frees all memory that nobody uses. */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

/** Whether a file is being read or written: the disk answers when it likes, but it answers. */
export function usesFiles(): boolean {
  return process.getActiveResourcesInfo().some((name) => /^(FSReq|CloseReq)/.test(name));
}

/** What escaped from an answer while a day was played. */
export interface Escaped {
  /** Rejections that nobody handled, and errors that nobody caught. */
  failures: unknown[];
  /** What was printed on stderr. */
  stderr: string;
}

/**
 * Runs `play`, and keeps what escapes from it away from the test runner, which would end the check
 * before the day is shrunk.
 */
export async function catchEscaped<Value>(
  play: (escaped: Escaped) => Promise<Value>,
): Promise<Value> {
  const escaped: Escaped = { failures: [], stderr: "" };
  const hear = (failure: unknown) => {
    escaped.failures.push(failure);
  };
  const kinds = ["unhandledRejection", "uncaughtException"] as const;
  const before = kinds.map((kind) => process.rawListeners(kind));
  const { stderr, exitCode } = process;
  const write = stderr.write;
  for (const kind of kinds) process.removeAllListeners(kind).on(kind, hear);
  process.exitCode = undefined;
  stderr.write = (chunk: string | Uint8Array) => {
    escaped.stderr += String(chunk);
    return true;
  };
  try {
    return await play(escaped);
  } finally {
    stderr.write = write;
    process.exitCode = exitCode;
    for (const [at, kind] of kinds.entries()) {
      process.removeListener(kind, hear);
      for (const listener of before[at] ?? []) process.on(kind, listener as () => void);
    }
  }
}
