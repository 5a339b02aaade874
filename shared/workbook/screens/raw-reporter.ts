import { Readable } from "node:stream";
import { spec, type TestEvent } from "node:test/reporters";
import { stripVTControlCharacters } from "node:util";
import { stepOf } from "../checks/check-messages.ts";
import { turned } from "../results/comparison.ts";

/** Set to the last step whose checks are shown. */
export const lastStep = "WORKBOOK_LAST_STEP";

/** Node's own reporter, with the signs of the cards: `+` is what is expected. */
export default async function* report(events: AsyncIterable<TestEvent>) {
  yield* Readable.from(shown(events)).pipe(new spec());
}

async function* shown(events: AsyncIterable<TestEvent>) {
  for await (const event of events) {
    const { data } = event;
    // Node before version 22 tells of those that were left out.
    if (data && "name" in data && stepOf(data.name) > Number(process.env[lastStep]))
      continue;
    const error = event.type === "test:fail" && event.data.details.error.cause;
    if (error instanceof Error && error.stack) error.stack = withOurSigns(error.stack);
    yield event;
  }
}

export function withOurSigns(stack: string): string {
  const plain = stripVTControlCharacters(stack);
  if (!plain.includes("\n+ actual - expected")) return stack;
  return plain.split("\n").map(turned).join("\n");
}
