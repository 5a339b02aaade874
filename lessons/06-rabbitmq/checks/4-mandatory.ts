import assert from "node:assert/strict";
import { test } from "node:test";
import { createEvent } from "#bus/contract";
import { UnroutableError } from "#bus/rabbit-contract";
import { exchange, newDesk, registered, watch } from "./desk.ts";

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

test("step 4 · among many, those alone reject that no queue waits for", async () => {
  const { publisher, collect, quiet } = await newDesk();
  const open = await publisher({ mandatory: true });
  collect("all", "user.#");
  const events = [createEvent("order.created", {}), registered(1)];
  events.push(createEvent("order.paid", {}), registered(2));
  const states = watch(events.map((event) => open.publish(event)));
  await quiet();
  const [created, user1, paid, user2] = states;
  assert.deepEqual(
    { created, user1, paid, user2 },
    {
      created: "UnroutableError",
      user1: "resolved",
      paid: "UnroutableError",
      user2: "resolved",
    },
  );
});

test("step 4 · an event that came back can be published again", async () => {
  const { broker, publisher, collect, quiet } = await newDesk();
  const open = await publisher({ mandatory: true });
  collect("all", "user.#");
  const event = createEvent("order.created", {});
  const first = watch([open.publish(event)]);
  await quiet();
  broker.bind(exchange, "all", "order.*");
  const second = watch([open.publish(event)]);
  await quiet();
  assert.deepEqual(
    { withoutQueue: first[0], withQueue: second[0] },
    { withoutQueue: "UnroutableError", withQueue: "resolved" },
  );
});

test("step 4 · without `mandatory`, an event that no queue waits for is confirmed", async () => {
  const { publisher, quiet } = await newDesk();
  await publisher({ mandatory: true });
  const open = await publisher();
  const states = watch([open.publish(registered(7))]);
  await quiet();
  assert.deepEqual({ publish: states }, { publish: ["resolved"] });
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
