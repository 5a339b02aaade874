/** What fails while it reports something disturbs nothing; what was thrown may be anything. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { ConsumeMessage } from "amqplib";
import { createEvent } from "#bus/contract";
import { lazyTimers } from "#bus/lazy-timers";
import { deduplicate } from "./deduplicate.ts";
import { ReconnectingBroker } from "./reconnecting-broker.ts";
import { Retries } from "./retries.ts";

const event = createEvent("user.registered", { name: "ann" });
const message = {
  content: Buffer.from(JSON.stringify(event)),
  properties: { messageId: event.id, headers: {} },
} as ConsumeMessage;

const failing = {
  throws: () => {
    throw new Error("no pager");
  },
  rejects: async () => {
    throw new Error("no pager");
  },
};

function printed(t: TestContext): string[] {
  const lines: string[] = [];
  t.mock.method(console, "error", (line: string) => lines.push(line));
  return lines;
}

/** Retries on a channel that takes everything; the reasons of what was sent. */
async function openRetries(observer?: () => unknown) {
  const reasons: string[] = [];
  const channel = {
    on() {},
    assertQueue: async () => {},
    sendToQueue(_queue: string, _content: Buffer, options: never, done: () => void) {
      reasons.push((options as { headers: { reason: string } }).headers.reason);
      done();
    },
  };
  const told = observer && { onRetry: observer, onDead: observer };
  const retries = new Retries({ queue: "email-worker", delays: [1], ...told });
  await retries.open({ createConfirmChannel: async () => channel } as never);
  return { retries, reasons };
}

for (const [how, observer] of Object.entries(failing)) {
  test(`a retry counts as handled, also when onRetry ${how}`, async (t) => {
    const lines = printed(t);
    const { retries } = await openRetries(observer);
    const work = retries.around(() => Promise.reject(new Error("no such address")));
    await work(event, message);
    await new Promise(setImmediate);
    assert.match(lines.join(), /^onRetry failed: Error: no pager/);
  });

  test(`a duplicate counts as handled, also when onDuplicate ${how}`, async (t) => {
    const lines = printed(t);
    const work = deduplicate(() => {}, { onDuplicate: observer });
    await work(event, message);
    await work(event, message);
    assert.match(lines.join(), /^onDuplicate failed: Error: no pager/);
  });

  test(`a broker that is not there is asked again, also when onWaiting ${how}`, async (t) => {
    const lines = printed(t);
    const once = { firstDelay: 1, onWaiting: observer };
    const broker = new ReconnectingBroker("amqp://127.0.0.1:1", once);
    while (lines.length < 2) await new Promise(setImmediate);
    await broker.close();
    assert.match(lines[1] ?? "", /^onWaiting failed: Error: no pager/);
  });
}

test("work that throws what is not a string waits for its retry, too", async () => {
  const { retries, reasons } = await openRetries();
  for (const thrown of [Object.create(null), Symbol("s")])
    await retries.around(() => Promise.reject(thrown))(event, message);
  assert.deepEqual(reasons, ["object that cannot be turned into a string", "Symbol(s)"]);
});

test("the next attempt to connect may be months away", async (t) => {
  const set = t.mock.method(lazyTimers, "setTimeout");
  const options = { firstDelay: 5e9, maxDelay: 5e9, onWaiting: () => {} };
  const broker = new ReconnectingBroker("amqp://127.0.0.1:1", options);
  while (set.mock.callCount() === 0) await new Promise(setImmediate);
  await broker.close();
  assert.ok(Number(set.mock.calls[0]?.arguments[1]) >= 2.5e9);
});
