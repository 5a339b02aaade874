// Runs the checks of one lesson in a process of its own: node … check-child.ts <checks file as URL>
import { beforeEach } from "node:test";
import { endsNow, namesOnly, stepOf, tell, trialOfStep } from "./check-messages.ts";
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
  // Gives the reporter time to send the results so far, before code runs that may never end.
  await new Promise((resume) => setImmediate(resume));
  if (endsNow())
    throw new Error("An earlier check failed, and its failure is all that is asked for.");
  if (process.env[namesOnly] === "1") throw new Error("Only its name is asked for.");
  forgetDays();
  playFewDaysBefore(check.name);
  process.stdout.write(markOf(check.name));
  toStderr(markOf(check.name));
  await tell({ type: "start", name: check.name });
});

/** Of the steps before the one that a trial is about, few days say enough. */
function playFewDaysBefore(name: string): void {
  const { [trialOfStep]: step } = process.env;
  if (step === undefined) return;
  if (stepOf(name) < Number(step)) process.env.WORKBOOK_DAYS = "8";
  else delete process.env.WORKBOOK_DAYS;
}

const { user, system } = process.cpuUsage();
await tell({ type: "ready", cpu: (user + system) / 1_000_000 });
try {
  await import(process.argv[2] ?? "");
} catch (error) {
  await tell({ type: "crash", error: describeError(error) });
  process.exit(1);
}
