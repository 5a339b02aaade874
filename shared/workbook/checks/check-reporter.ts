import type { EventData } from "node:test";
import type { TestEvent } from "node:test/reporters";
import { notPlayed } from "../../any-day/not-played.ts";
import {
  type CheckError,
  endOfTrial,
  endsNow,
  hasFailed,
  isLeftOut,
  noteFailure,
  tell,
} from "./check-messages.ts";
import { describeError } from "./describe-error.ts";
import { lastDay } from "./diary.ts";

/** A reporter for Node's test runner that prints nothing and sends each check's result. */
export default async function* report(events: AsyncIterable<TestEvent>) {
  for await (const event of events) {
    if (event.type === "test:pass" && event.data.nesting === 0) await passed(event.data);
    if (event.type === "test:fail" && event.data.nesting === 0) await failed(event.data);
  }
  await tell({ type: "end" });
  yield "";
}

async function passed({ name, skip }: EventData.TestPass): Promise<void> {
  if (name === endOfTrial) return endTrial();
  if (skip === notPlayed) return;
  const skipped = skip === undefined || skip === false ? {} : { skipped: String(skip) };
  await tell({ type: "result", name, passed: true, ...skipped });
}

async function failed({ name, details }: EventData.TestFail): Promise<void> {
  if (endsNow() || name === endOfTrial || isLeftOut(name)) return;
  noteFailure();
  await tell({ type: "result", name, passed: false, error: causeOf(details.error) });
}

/**
 * What an answer has left open would go on during the next trial: then this process ends, at once or, as
 * with a learner, when whatever is open has ended.
 */
async function endTrial(): Promise<void> {
  const open = process.getActiveResourcesInfo().filter((name) => !ours.has(name));
  if (open.length === 0) {
    process.channel?.ref();
    await tell({ type: "end", goesOn: true });
  } else if (hasFailed()) {
    await tell({ type: "end" });
    process.exit();
  }
}

const ours = new Set(["PipeWrap", "TTYWrap"]);

/** Node wraps what a check threw; what is not wrapped is about the run itself. */
function causeOf(error: Error): CheckError {
  if ("failureType" in error && error.failureType === "cancelledByParent") {
    const message = "a promise that the check awaits is never settled";
    return { kind: "pending", name: "Pending", message, frames: [], ...lastDay() };
  }
  const isUnhandled =
    "failureType" in error && error.failureType === "unhandledRejection";
  return {
    ...describeError(error.cause ?? error),
    ...(isUnhandled && { unhandled: true, ...lastDay() }),
  };
}
