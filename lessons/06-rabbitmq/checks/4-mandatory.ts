import assert from "node:assert/strict";
import { test } from "node:test";
import { createEvent } from "#bus/contract";
import { UnroutableError } from "#bus/rabbit-contract";
import { anyDay } from "./any-day.ts";
import { newDesk, registered } from "./desk.ts";

test("step 4 · with `mandatory`, an event that no queue waits for rejects with an `UnroutableError`", async () => {
  const { publisher, quiet } = await newDesk();
  const open = await publisher({ mandatory: true });
  const event = createEvent("order.created", { orderId: 15 });
  const errors: unknown[] = [];
  open.publish(event).catch((error) => errors.push(error));
  await quiet();
  const [error] = errors;
  if (error instanceof Error && !(error instanceof UnroutableError)) throw error;
  assert.deepEqual({ event: (error as UnroutableError)?.event }, { event });
});

test("step 4 · it listens once, not anew for each event", async () => {
  const warnings: string[] = [];
  const hear = ({ name }: Error) => warnings.push(name);
  process.on("warning", hear);
  const { publisher, collect, quiet } = await newDesk();
  const open = await publisher({ mandatory: true });
  collect("all", "#");
  for (let userId = 0; userId < 20; userId++) open.publish(registered(userId));
  await quiet();
  process.off("warning", hear);
  assert.deepEqual({ warnings }, { warnings: [] });
});

anyDay(4, "among", "without");
