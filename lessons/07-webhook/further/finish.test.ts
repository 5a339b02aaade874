/** When the store may hear that a delivery is done with, and when it must not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { quiet } from "#any-day";
import { createEvent } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import type { OrderEvents } from "../given/order-events.ts";
import { Finish } from "./finish.ts";

const news = createEvent("order.created", { orderId: 777, status: "created" } as const);

function desk() {
  const handled: string[] = [];
  const bus = new EventBus<OrderEvents>({ onError: () => {} });
  const store = { handled: async (id: string) => void handled.push(id) };
  return { handled, bus, finish: new Finish(bus, store) };
}

test("the store is told when the last of the workers has finished, once", async () => {
  const { handled, bus, finish } = desk();
  let release = () => {};
  finish.subscribe("order.*", () => {});
  finish.subscribe("order.created", () => new Promise<void>((done) => (release = done)));
  bus.deliver(news);
  await quiet();
  assert.deepEqual(handled, []);
  release();
  await quiet();
  assert.deepEqual(handled, [news.id]);
});

test("it is not called for an event at which a worker fails", async () => {
  const { handled, bus, finish } = desk();
  finish.subscribe("order.*", () => {});
  finish.subscribe("order.created", () => Promise.reject(new Error("no paper")));
  bus.deliver(news);
  await quiet();
  assert.deepEqual(handled, []);
});

test("it is not called for an event that comes again", async () => {
  const { handled, bus, finish } = desk();
  finish.subscribe("order.*", () => {});
  bus.deliver({ ...news, replayed: true });
  await quiet();
  assert.deepEqual(handled, []);
});
