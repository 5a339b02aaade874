import assert from "node:assert/strict";
import { test } from "node:test";
import { anyDay } from "./any-day.ts";
import { exchange, newDesk, publisherOn, registered, wantsTheSame } from "./desk.ts";

test("step 3 · a confirmed event survives a restart of the broker, and has its id as message id", async () => {
  const { broker, publisher, collect, users, quiet } = await newDesk();
  const open = await publisher();
  collect("all", "#");
  const event = registered(7);
  open.publish(event);
  await quiet();
  broker.restart();
  const ids = broker.waiting("all").map(({ properties }) => properties.messageId);
  assert.deepEqual(
    { messageIds: ids, users: users("all"), exchange: broker.exchanges.has(exchange) },
    { messageIds: [event.id], users: [7], exchange: true },
  );
});

test("step 3 · `open` rejects where the exchange is of another kind; the connection lives on", async () => {
  await wantsTheSame(publisherOn, {
    fanout: (one) => one.declareExchange(exchange, { type: "fanout", durable: true }),
    "not durable": (one) => one.declareExchange(exchange, { type: "topic" }),
  });
});

anyDay(3, "resolves", "refused", "json", "cut");
