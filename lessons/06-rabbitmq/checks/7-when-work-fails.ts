import assert from "node:assert/strict";
import { test } from "node:test";
import { type ConsumeMessage, IllegalOperationError } from "amqplib";
import { catchEscaped } from "#any-day";
import { type BusEvent, createEvent } from "#bus/contract";
import type { ConsumerOptions, Work } from "#bus/rabbit-contract";
import { anyDay } from "./any-day.ts";
import {
  consumerOn,
  dead,
  newDesk,
  queue,
  registered,
  times,
  wantsTheSame,
} from "./desk.ts";

const never = new Promise(() => {});

/** A consumer whose work fails at `user.registered`, after one such event and one other. */
async function failing(fail: () => unknown, options: Partial<ConsumerOptions> = {}) {
  const desk = await newDesk();
  const attempts: string[] = [];
  const work: Work = ({ name }) => {
    attempts.push(name);
    return name === "user.registered" ? fail() : undefined;
  };
  await desk.consumer(work, options);
  await desk.send(registered(7));
  await desk.send(createEvent("user.deleted", { userId: 7 }));
  return { ...desk, attempts };
}

test("step 7 · when work throws or rejects, `onError` is called once, with that and the message", async () => {
  // Work may find that a channel of its own is closed; and what is thrown need not be an Error.
  for (const failure of [new IllegalOperationError("Channel closed", ""), undefined]) {
    const calls: unknown[][] = [];
    const onError = (error: unknown, { content, fields }: ConsumeMessage) =>
      calls.push([error, fields.routingKey, JSON.parse(String(content)).name]);
    await catchEscaped(async (escaped) => {
      const fail = () => {
        throw failure;
      };
      const { attempts, ends } = await failing(fail, { onError });
      const [one, two] = ["user.registered", "user.deleted"];
      assert.deepEqual(
        { onError: calls, attempts, ends, stderr: escaped.stderr },
        { onError: [[failure, one, one]], attempts: [one, two], ends: [], stderr: "" },
      );
    });
  }
});

test("step 7 · its message is rejected once: it lies in the dead-letter queue, and is not tried again", async () => {
  const { broker, line, consumer, makeQueue, another, send, users, quiet } =
    await newDesk();
  // Where that queue was made differently, `open` rejects, and nothing else fails.
  await wantsTheSame((one) => consumerOn(one, () => {}), {
    [dead]: (broker) => broker.declareQueue({ queue: dead, arguments: {} }),
  });
  const work = ({ name }: BusEvent) =>
    name === "user.deleted" ? Promise.reject(new Error("no paper")) : never;
  await makeQueue();
  for (const userId of [4, 5, 6, 7]) await send(registered(userId));
  await send(createEvent("user.deleted", { userId: 9 }));
  // They were dead letters before, sent without a message id; the last fails as soon as anybody consumes.
  const headers = { "x-death": [{ queue, reason: "rejected", count: 1 }] };
  for (const one of broker.waiting(queue))
    Object.assign(one, { redelivered: true, properties: { deliveryMode: 2, headers } });
  await consumer(work, { onError: () => {} });
  await quiet();
  // What came before it, and is still in hand, is not rejected with it.
  const inHand = broker.inHand().length;
  const rejected = times(line, "BasicReject", "BasicNack");
  const { autoDelete, arguments: limits } = broker.queues.get(dead) ?? {};
  const ends = Object.keys({ ...(autoDelete && { autoDelete }), ...limits }).filter(
    (name) => /autoDelete|ttl|expires|max-length/.test(name),
  );
  broker.restart();
  await consumerOn((await another()).connection, () => never);
  assert.deepEqual(
    { rejected, inHand, ends, deadLettersAfterARestart: users(dead) },
    { rejected: 1, inHand: 4, ends: [], deadLettersAfterARestart: [9] },
  );
});

test("step 7 · a message that is not an event has failed, too", async () => {
  const { broker, consumer, put, send } = await newDesk();
  const failed: unknown[] = [];
  const heard: string[] = [];
  await consumer(({ name }) => heard.push(name), {
    onError: (error) => error instanceof Error && failed.push(error),
  });
  const contents = ["", "{ half", "null", "[]", '{"name":"user.registered"}'];
  for (const content of contents) put(registered(7), content);
  await send(registered(8));
  const [errors, deadLetters] = [failed.length, broker.waiting(dead).length];
  const { length } = contents;
  const due = { errors: length, heard: ["user.registered"], deadLetters: length };
  assert.deepEqual({ errors, heard, deadLetters }, due);
});

test("step 7 · without `onError`, a failure is a line on stderr", async () => {
  for (const reason of [new Error("printer on fire"), undefined, null])
    await catchEscaped(async (escaped) => {
      const { line, users, quiet } = await failing(() => Promise.reject(reason));
      // Without `onLost`, nobody is told.
      for (const tag of line.channels.keys()) line.refuse(tag);
      await quiet();
      const { failures: unhandled, stderr } = escaped;
      const saysWhy = !reason || stderr.includes(reason.message);
      const lines = stderr.split("\n").length - 1;
      const due = { saysWhy: true, lines: 1, deadLetters: [7], unhandled: [] };
      assert.deepEqual({ saysWhy, lines, deadLetters: users(dead), unhandled }, due);
    });
});

anyDay(7, "onLost", "late");
