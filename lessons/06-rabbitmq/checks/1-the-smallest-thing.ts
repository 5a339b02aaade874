import assert from "node:assert/strict";
import { test } from "node:test";
import { type BusEvent, createEvent } from "#bus/contract";
import type { Work } from "#bus/rabbit-contract";
import { connect } from "#lesson/06-rabbitmq/rabbit-connection.ts";
import {
  consumerOn,
  exchange,
  newDesk,
  otherExchange,
  queue,
  registered,
  withBroker,
} from "./desk.ts";

const asJson = (event?: BusEvent): unknown => JSON.parse(JSON.stringify(event ?? null));

const long = `as.${"long".repeat(63)}`;
const paidAt = "2026-11-28T08:00:00.000Z";

/** Whatever JSON can hold is data, and may have a few kilobytes. */
const events = [
  createEvent("order.paid", { total: "100 ₴", customer: "Надія ".repeat(700) }),
  createEvent("Order.Paid", 0),
  createEvent("склад.порожній", null),
  createEvent("stock", undefined),
  createEvent("stock.low", { price: { toJSON: () => "100 ₴" } }),
  createEvent(long, { _id: 7, constructor: "Ann", paidAt, amount: "100.50", date: null }),
  { ...createEvent("stock", [paidAt, false]), timestamp: 0 },
  { ...createEvent("stock.low", ""), replayed: true as const },
];

test("step 1 · `connect` opens a connection to the broker at the URL", async () => {
  await withBroker(async (broker, place) => {
    const url = `amqp://${place}`;
    // Which broker the workers use is nothing to it.
    process.env.AMQP_URL = "amqp://127.0.0.1:1";
    const connections = [await connect(url), await connect(url)];
    delete process.env.AMQP_URL;
    for (const one of connections) await one.createChannel();
    const users = broker.lines.map(({ greeting }) => greeting.user);
    assert.deepEqual({ users }, { users: ["guest", "guest"] });
    for (const one of connections) await one.close();
  });
});

test("step 1 · `publish` sends the event as JSON, under its name, to the topic exchange", async () => {
  const { broker, publisher, collect, quiet } = await newDesk();
  const open = await publisher();
  const isNot = { autoDelete: false, internal: false, arguments: {} };
  const made = { type: "topic", durable: true, ...isNot };
  assert.deepEqual(broker.exchanges.get(exchange), made);
  collect("all", "#");
  const other = await publisher({ exchange: otherExchange });
  other.publish(registered("of another exchange"));
  for (const event of events) open.publish(event);
  await quiet();
  const arrived = broker.waiting("all");
  for (const [at, { key, content }] of arrived.entries()) {
    const event = events[at];
    const seen = { key, content: JSON.parse(String(content)) };
    assert.deepEqual(seen, { key: event?.name, content: asJson(event) });
  }
  assert.deepEqual({ arrived: arrived.length }, { arrived: events.length });
});

test("step 1 · a queue collects what one of its patterns matches, and nothing else", async () => {
  const { line, consumer, send, quiet } = await newDesk();
  const heard: string[] = [];
  const work = ({ name }: BusEvent) => heard.push(name);
  const patterns = [..."stock user.* a.b C.# C.*".split(" "), long];
  await consumer(work, { patterns });
  const asked = [...line.sent];
  await quiet();
  assert.deepEqual({ askedInOpen: asked }, { askedInOpen: line.sent });
  const other = { queue: "office", exchange: otherExchange, patterns: ["#"] };
  await consumer(() => heard.push("of another exchange"), other);
  const idle = { queue: "Email-Worker", patterns: [] };
  await consumer(() => heard.push("without a pattern"), idle);
  const others = `order.created user.email.changed order.paid ${queue}`.split(" ");
  const due = ["user.registered", long, "C.d.e"];
  for (const name of [...others, ...due]) await send(createEvent(name, {}));
  assert.deepEqual({ heard }, { heard: due });
});

test("step 1 · the work is called with each event, frozen, and the message", async () => {
  const { broker, consumer, send, quiet } = await newDesk();
  const calls: unknown[] = [];
  const work: Work = (event, { fields, content, properties }) => {
    const message = { key: fields.routingKey, id: properties.messageId };
    const json = content.subarray().toString();
    calls.push({ event, isFrozen: Object.isFrozen(event), ...message, json });
  };
  await consumer(work, { patterns: ["*.*", "stock"] });
  for (const event of events) await send(event);
  // Somebody carries dead letters back to the queue.
  const again = [registered(7), registered(8)];
  const headers = { "x-death": [{ queue, reason: "rejected", count: 1 }] };
  for (const event of again) {
    const content = Buffer.from(JSON.stringify(event));
    broker.route({ exchange: "", key: queue, properties: { headers }, content });
  }
  await quiet();
  for (const [at, event] of [...events, ...again].entries()) {
    const [key, id] = again.includes(event) ? [queue] : [event.name, event.id];
    const json = JSON.stringify(event);
    const call = { event: asJson(event), isFrozen: true, key, id, json };
    assert.deepEqual({ call: calls[at] }, { call });
  }
});

test("step 1 · two queues both get an event; two consumers of one queue share it", async () => {
  const { consumer, send } = await newDesk();
  const done = { first: 0, second: 0, analytics: 0 };
  const count = (who: keyof typeof done) => () => {
    done[who] += 1;
  };
  for (const who of ["first", "second"] as const) await consumer(count(who));
  await consumer(count("analytics"), { queue: "analytics-worker" });
  for (let userId = 0; userId < 5; userId++) await send(registered(userId));
  const { first, second, analytics } = done;
  const seen = { email: first + second, bothOfThem: first * second > 0, analytics };
  assert.deepEqual(seen, { email: 5, bothOfThem: true, analytics: 5 });
});

test("step 1 · while nobody consumes, the queue goes on collecting", async () => {
  const { consumer, makeQueue, send, another, line, broker } = await newDesk();
  await consumer();
  await makeQueue();
  line.cut();
  await send(registered(7));
  const waiting = broker.waiting(queue).length;
  const { connection } = await another();
  const heard: unknown[] = [];
  // What its queue has collected so far is its work, too.
  const patterns = ["stock"];
  await consumerOn(connection, ({ name }) => heard.push(name), { patterns });
  for (const name of ["user.registered", "stock"]) await send(createEvent(name, {}));
  assert.deepEqual({ waiting, heard: heard.length }, { waiting: 1, heard: 3 });
});
