import type { TestEvent } from "node:test/reporters";
import { inspect, stripVTControlCharacters } from "node:util";
import { messageIn, type ProofMessage } from "./account.ts";

/** A reporter for Node's test runner that prints nothing and tells `npm test` what becomes of a file. */
export default async function* report(events: AsyncIterable<TestEvent>) {
  const path: string[] = [];
  for await (const event of events) {
    if (event.type === "test:start") path[event.data.nesting] = event.data.name;
    const message = messageOf(event, path);
    if (message !== undefined) process.send?.(message);
  }
  yield "";
}

function messageOf(event: TestEvent, path: string[]): ProofMessage | undefined {
  if (event.type === "test:diagnostic") return messageIn(event.data.message);
  if (event.type !== "test:pass" && event.type !== "test:fail") return undefined;
  const { name, nesting, skip } = event.data;
  const isTrial = nesting > 0;
  if (event.type === "test:pass") {
    const skipped =
      skip === undefined || skip === false
        ? {}
        : { skipped: String(skip === true || skip === "" ? name : skip) };
    return { type: "passed", isTrial, ...skipped };
  }
  const { error } = event.data.details;
  // It failed because of others, which have been told.
  if ("failureType" in error && error.failureType === "subtestsFailed") return undefined;
  const failure = {
    path: [...path.slice(0, nesting), name],
    text: told(error.cause ?? error),
  };
  return { type: "failed", isTrial, failure };
}

function told(error: unknown): string {
  return stripVTControlCharacters(
    error instanceof Error ? (error.stack ?? error.message) : inspect(error),
  );
}
