// Runs the checks of one lesson in a process of its own: node … check-child.ts <checks file as URL>
// Started without a file, it runs whatever its parent sends, one after the other.
import { once } from "node:events";
import { beforeEach, test } from "node:test";
import { Worker } from "node:worker_threads";
import {
  daysOfTrial,
  endOfTrial,
  endsNow,
  forgetFailures,
  isLeftOut,
  loopPipe,
  namesOnly,
  stepOf,
  type TrialMessage,
  tell,
  trialOfStep,
} from "./check-messages.ts";
import { describeError } from "./describe-error.ts";
import { forgetDays } from "./diary.ts";
import { markOf } from "./printed.ts";

// Whoever started this process is gone: so go too. Unless that happens, do not wait for it.
process.once("disconnect", () => process.exit());
process.channel?.unref();

// Two streams come in any order. What the code prints goes through one, in the order in which it did;
// what Node itself prints when it ends goes past this, to the other.
const toStderr = process.stderr.write.bind(process.stderr);
process.stderr.write = process.stdout.write.bind(process.stdout);

beforeEach(async (check) => {
  if (check.name === endOfTrial) return;
  // Gives the reporter time to send the results so far, before code runs that may never end.
  await new Promise((resume) => setImmediate(resume));
  if (endsNow())
    throw new Error("An earlier check failed, and its failure is all that is asked for.");
  if (isLeftOut(check.name)) throw new Error("This run is about later steps.");
  if (process.env[namesOnly] === "1") throw new Error("Only its name is asked for.");
  forgetDays();
  playFewDaysBefore(check.name);
  process.stdout.write(markOf(check.name));
  toStderr(markOf(check.name));
  await tell({ type: "start", name: check.name });
});

/** Of the steps before the one that a trial is about, few days say enough. */
function playFewDaysBefore(name: string): void {
  const { [trialOfStep]: step, [daysOfTrial]: days } = process.env;
  if (step === undefined) return;
  if (stepOf(name) < Number(step)) process.env.WORKBOOK_DAYS = "8";
  else if (days !== undefined) process.env.WORKBOOK_DAYS = days;
  else delete process.env.WORKBOOK_DAYS;
}

const { user, system } = process.cpuUsage();
await tell({ type: "ready", cpu: (user + system) / 1_000_000 });
const [, , checks] = process.argv;
if (checks === undefined) takeTrials();
else {
  await standBy();
  await load(checks);
}

/** Only another thread can tell where a loop without an end is. It begins with the help of this one. */
async function standBy(): Promise<void> {
  const program = new URL("./loop-place.mjs", import.meta.url);
  const thread = new Worker(program, { execArgv: [], workerData: loopPipe });
  await once(thread, "message").catch(() => {});
  thread.unref();
}

async function load(checks: string): Promise<void> {
  try {
    await import(checks);
  } catch (error) {
    await tell({ type: "crash", error: describeError(error) });
    process.exit(1);
  }
}

function takeTrials(): void {
  const { env: own } = process;
  process.channel?.ref();
  process.on("message", async ({ checks, folder, env }: TrialMessage) => {
    process.channel?.unref();
    process.chdir(folder);
    process.env = { ...own, ...env };
    forgetFailures();
    await load(checks);
    test(endOfTrial, () => {});
  });
}
