import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConsumeMessage } from "amqplib";
import { StandIn } from "#broker/stand-in";
import { connect } from "#bus/rabbit-connection";
import { RabbitConsumer } from "#bus/rabbit-consumer";
import { deadLetterQueueOf, type Work } from "#bus/rabbit-contract";
import { brokerTest } from "./broker-test.ts";
import { type Failure, Retries } from "./retries.ts";
import { type Desk, findTestBroker, registered, until } from "./test-desk.ts";

await findTestBroker();

/** A consumer whose work is tried again after 20 and 40 ms; what it is told, as short lines. */
async function retrying(desk: Desk, work: Work) {
  const { exchange, queue } = desk;
  const connection = desk.keep(await connect(desk.url));
  const told: string[] = [];
  const retries = new Retries({
    queue,
    delays: [20, 40],
    onRetry: ({ failures, reason }: Failure, delay) =>
      told.push(`failure ${failures}, again in ${delay} ms: ${reason}`),
    onDead: ({ failures, reason }) => told.push(`dead after ${failures}: ${reason}`),
  });
  await retries.open(connection);
  const options = { exchange, queue, patterns: ["user.*"], onError: () => {} };
  await RabbitConsumer.open(connection, options, retries.around(work));
  const removeQueues = async () => {
    for (const delay of [20, 40]) await desk.deleteQueue(Retries.queueFor(queue, delay));
  };
  return { told, removeQueues };
}

brokerTest(
  "work that fails is tried again after each delay, and then done",
  async (desk) => {
    const attempts: string[] = [];
    const { told, removeQueues } = await retrying(desk, ({ id }) => {
      attempts.push(id);
      if (attempts.length < 3) throw new Error("mail server is down");
    });
    const event = registered(7);
    await desk.sendEvent(event);
    await until(() => attempts.length === 3, "the third attempt");
    // The broker may send the message again before its confirm of it is read.
    await until(() => told.length === 2, "both failures were told");
    assert.deepEqual(attempts, [event.id, event.id, event.id]);
    assert.deepEqual(told, [
      "failure 1, again in 20 ms: Error: mail server is down",
      "failure 2, again in 40 ms: Error: mail server is down",
    ]);
    assert.equal(await desk.waiting(deadLetterQueueOf(desk.queue)), 0);
    await removeQueues();
  },
);

brokerTest("after the last delay, the dead letter carries its reason", async (desk) => {
  const { told, removeQueues } = await retrying(desk, () => {
    throw new TypeError("no such address");
  });
  const event = registered(7);
  await desk.sendEvent(event);
  await until(() => told.length === 3, "the message is given up");
  assert.equal(told[2], "dead after 3: TypeError: no such address");
  const [letter] = await desk.takeAll(deadLetterQueueOf(desk.queue));
  assert.deepEqual(
    { id: letter?.properties.messageId, ...letter?.properties.headers },
    { id: event.id, failures: 3, reason: "TypeError: no such address" },
  );
  assert.deepEqual(JSON.parse(String(letter?.content)), { ...event });
  await removeQueues();
});

brokerTest("a message that waits for its retry holds up no other", async (desk) => {
  const done: string[] = [];
  const bad = registered(1);
  const good = registered(2);
  const { removeQueues } = await retrying(desk, ({ id }) => {
    if (id === bad.id && !done.includes(good.id)) throw new Error("not yet");
    done.push(id);
  });
  await desk.sendEvent(bad);
  await desk.sendEvent(good);
  await until(() => done.length === 2, "both are done");
  assert.deepEqual(done, [good.id, bad.id]);
  await removeQueues();
});

brokerTest(
  "where the retry queue is missing, the message becomes a dead letter",
  async (desk) => {
    const { removeQueues } = await retrying(desk, () => {
      throw new Error("printer on fire");
    });
    await removeQueues();
    await desk.sendEvent(registered(7));
    const dead = deadLetterQueueOf(desk.queue);
    await until(async () => (await desk.waiting(dead)) === 1, "a dead letter arrives");
  },
);

test("of two copies of a message for which no queue waits, neither is lost", async () => {
  const broker = new StandIn();
  const retries = new Retries({ queue: "email-worker", delays: [20] });
  await retries.open((await broker.connect()).connection);
  broker.deleteQueue(Retries.queueFor("email-worker", 20));
  const event = registered(7);
  const content = Buffer.from(JSON.stringify(event));
  const message = { content, properties: { messageId: event.id } } as ConsumeMessage;
  const work = retries.around(() => Promise.reject(new Error("printer on fire")));
  const ended = await Promise.allSettled([work(event, message), work(event, message)]);
  assert.deepEqual(
    ended.map(({ status }) => status),
    ["rejected", "rejected"],
  );
});
