/** Appends to the journal named on the command line until it is killed; says what is stored. */
import { createEvent } from "#bus/contract";
import { FileJournal } from "./file-journal.ts";

const journal = await FileJournal.open(process.argv[2] ?? "");
for (let number = 1; ; number += 1) {
  const ids = { correlationId: `order-${number}`, causationId: null };
  const order = { id: ids.correlationId, item: "a teapot".repeat(20), cents: 2_500 };
  const begun = createEvent("saga.started", { ...ids, kind: "started" as const, order });
  await journal.append(begun);
  process.stdout.write(`${number}\n`);
}
