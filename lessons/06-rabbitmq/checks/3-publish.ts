import assert from "node:assert/strict";
import { test } from "node:test";
import { createEvent } from "#bus/contract";
import {
  exchange,
  fate,
  newDesk,
  publisherOn,
  publishing,
  refusalOf,
  registered,
  watch,
} from "./desk.ts";

test("step 3 · `publish` resolves when the broker has confirmed the event, not before", async () => {
  const { broker, line, publisher, collect, quiet } = await newDesk();
  const open = await publisher();
  collect("all", "#");
  line.hold();
  const states = watch([open.publish(registered(7))]);
  await quiet();
  const before = { stored: broker.waiting("all").length, publish: states[0] };
  line.release();
  await quiet();
  assert.deepEqual(
    { before, after: states[0] },
    { before: { stored: 1, publish: "pending" }, after: "resolved" },
  );
});

test("step 3 · a confirmed event survives a restart of the broker, and has its id as message id", async () => {
  const { broker, publisher, collect, quiet } = await newDesk();
  const open = await publisher();
  collect("all", "#");
  const event = registered(7);
  open.publish(event);
  await quiet();
  broker.restart();
  const ids = broker.waiting("all").map(({ properties }) => properties.messageId);
  assert.deepEqual(
    { messageIds: ids, exchange: broker.exchanges.has(exchange) },
    { messageIds: [event.id], exchange: true },
  );
});

test("step 3 · an event that the broker refuses rejects, and no other does", async () => {
  const { broker, publisher, collect, quiet } = await newDesk();
  const open = await publisher();
  const full = { "x-max-length": 0, "x-overflow": "reject-publish" };
  broker.declareQueue({ queue: "full", durable: true, arguments: full });
  broker.bind(exchange, "full", "user.deleted");
  collect("all", "user.*");
  const events = [
    registered(1),
    createEvent("user.deleted", { userId: 2 }),
    registered(3),
  ];
  const states = watch(events.map((event) => publishing(open, event)));
  await quiet();
  const [first, refused, last] = states.map(fate);
  assert.deepEqual(
    { first, refused, last },
    { first: "resolved", refused: "rejected", last: "resolved" },
  );
});

test("step 3 · data that JSON cannot hold rejects its own `publish` alone; nothing is thrown", async () => {
  const { publisher, collect, users, quiet } = await newDesk();
  const open = await publisher();
  collect("all", "#");
  let states: string[] = [];
  try {
    states = watch([1, 7n, 2].map((userId) => open.publish(registered(userId))));
  } catch (error) {
    if ((error as Error).name === "TodoError") throw error;
    assert.deepEqual({ thrown: (error as Error).message }, { thrown: undefined });
  }
  await quiet();
  const [first, bigInt, last] = states.map(fate);
  assert.deepEqual(
    { first, bigInt, last, arrived: users("all") },
    { first: "resolved", bigInt: "rejected", last: "resolved", arrived: [1, 2] },
  );
});

test("step 3 · what is not confirmed when the line is cut or the channel closed rejects", async () => {
  const { broker, ends, publisher, collect, another, quiet } = await newDesk();
  const { connection, line } = await another();
  const [open, other] = [await publisher(), await publisherOn(connection)];
  collect("all", "#");
  line.hold();
  const cut = watch([publishing(other, registered(1))]);
  await quiet();
  line.cut();
  // The broker closes the channel of who publishes to no exchange.
  broker.deleteExchange(exchange);
  const closed = watch([publishing(open, registered(2))]);
  await quiet();
  const later = watch([publishing(open, registered(3))]);
  await quiet();
  assert.deepEqual(
    {
      cut: cut.map(fate),
      closed: closed.map(fate),
      later: later.map(fate),
      connectionEnds: ends,
    },
    { cut: ["rejected"], closed: ["rejected"], later: ["rejected"], connectionEnds: [] },
  );
});

test("step 3 · `open` rejects where the exchange is of another kind; the connection lives on", async () => {
  const { broker, connection, ends, quiet } = await newDesk();
  broker.declareExchange(exchange, "fanout", true, false);
  const opened = await refusalOf(publisherOn(connection));
  await quiet();
  assert.deepEqual(
    { opened: fate(opened), connectionEnds: ends },
    { opened: "rejected", connectionEnds: [] },
  );
  await connection.createChannel();
});
