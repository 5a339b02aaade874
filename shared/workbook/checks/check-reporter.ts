import type { EventData } from "node:test";
import type { TestEvent } from "node:test/reporters";
import { type CheckError, endsNow, noteFailure, tell } from "./check-messages.ts";
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
  const skipped = skip === undefined || skip === false ? {} : { skipped: String(skip) };
  await tell({ type: "result", name, passed: true, ...skipped });
}

async function failed({ name, details }: EventData.TestFail): Promise<void> {
  if (endsNow()) return;
  noteFailure();
  await tell({ type: "result", name, passed: false, error: causeOf(details.error) });
}

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
