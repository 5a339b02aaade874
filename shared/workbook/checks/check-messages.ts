/** One line of a stack trace. */
export interface Frame {
  file: string;
  line: number;
  /** Of the function, where it is known. */
  name?: string;
}

/** The file descriptor through which a process that loops is asked where it is. */
export const loopPipe = 4;

/** Why a check failed, with everything the failure card needs. */
export interface CheckError {
  /**
   * - `todo`: the code of `step` is still to be written
   * - `assertion`: the code ran, and gave something else than expected
   * - `thrown`: the code threw an error
   * - `pending`: a promise that the check awaited never settled
   * - `hang`: the check did not end within the time limit
   * - `exit`: the code ended the whole process
   * - `not-reached`: an earlier check ended the run
   */
  kind: "todo" | "assertion" | "thrown" | "pending" | "hang" | "exit" | "not-reached";
  name: string;
  message: string;
  /** Of an error of the system: a sentence in its place. */
  refusal?: string;
  /** Of a TODO: the step that asks for the code. */
  step?: number;
  /** Of an assertion: which comparison it was, such as `deepStrictEqual`. */
  operator?: string;
  /** Of an assertion: whether Node worded the message. */
  generated?: boolean;
  expected?: string;
  actual?: string;
  /** Of an assertion: whether the values differed when they were compared, and no longer do. */
  equalSince?: true;
  /** Of what was thrown: whether it is the reason of a rejected promise that nobody waited for. */
  unhandled?: true;
  /** Of a day made up by chance: the rule that it breaks. */
  rule?: string;
  /** Of a day made up by chance: what happens on it, a line for each thing. */
  story?: string[];
  frames: Frame[];
}

/** What the process that runs the checks tells the one that shows them. */
export type CheckMessage =
  /** @property cpu seconds of processor time that the start took */
  | { type: "ready"; cpu: number }
  | { type: "start"; name: string }
  | {
      type: "result";
      name: string;
      passed: boolean;
      skipped?: string;
      error?: CheckError;
    }
  | { type: "crash"; error: CheckError }
  /** @property goesOn whether the process takes other checks now; it leaves nothing open */
  | { type: "end"; goesOn?: boolean };

/** What a process that was started without checks is told to run. */
export interface TrialMessage {
  /** The checks as a URL. Each trial has another. */
  checks: string;
  /** Where they run. */
  folder: string;
  env: Record<string, string>;
}

/** Stands behind the last check of a trial, so that the results of all before it have been told. */
export const endOfTrial = "the trial ends here";

/** Set for a run that ends with its first failure. */
export const untilFailure = "WORKBOOK_UNTIL_FAILURE";

/** Set for a run that only names the checks. */
export const namesOnly = "WORKBOOK_NAMES_ONLY";

/** Set to the step that a run is about, of a whole lesson's checks. */
export const trialOfStep = "WORKBOOK_TRIAL_OF_STEP";

/** Set to how many days the step that a run is about plays, however long they take. */
export const daysOfTrial = "WORKBOOK_DAYS_OF_TRIAL";

/** Set to the first step whose checks a run is to show. */
export const firstStep = "WORKBOOK_FIRST_STEP";

/** The step in a check's name; 0 where it has none. */
export function stepOf(name: string): number {
  return Number(/^step (\d+)/.exec(name)?.[1] ?? 0);
}

/** Whether a check belongs to a step that this run leaves out. */
export function isLeftOut(name: string): boolean {
  return stepOf(name) < Number(process.env[firstStep] ?? 0);
}

let failures = 0;

export function noteFailure(): void {
  failures += 1;
}

export function forgetFailures(): void {
  failures = 0;
}

export function hasFailed(): boolean {
  return failures > 0;
}

/** Whether the first failure was all that this run was to find. */
export function endsNow(): boolean {
  return hasFailed() && process.env[untilFailure] === "1";
}

/** Sends a message to the process that shows the checks, and waits until it is on its way. */
export function tell(message: CheckMessage): Promise<void> {
  return new Promise((done) => {
    if (process.send === undefined) done();
    else process.send(message, undefined, {}, () => done());
  });
}
