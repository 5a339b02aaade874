import assert from "node:assert/strict";
import { test } from "node:test";
import { catchEscaped } from "#any-day";
import { type BusEvent, createEvent } from "#bus/contract";
import type { ConsumerOptions, Work } from "#bus/rabbit-contract";
import { anyDay } from "./any-day.ts";
import { dead, newDesk, queue, registered, slowWork, times } from "./desk.ts";

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
  const reasons = [new Error("printer on fire"), undefined, null, 0, "a string"];
  const ways: [string, (reason: unknown) => unknown][] = [
    [
      "throws",
      (reason) => {
        throw reason;
      },
    ],
    ["rejects", (reason) => Promise.reject(reason)],
  ];
  for (const reason of reasons)
    for (const [way, fail] of ways) {
      const calls: unknown[][] = [];
      const { attempts, ends } = await catchEscaped((escaped) =>
        failing(() => fail(reason), {
          onError: (error, { fields, content }) => {
            const isWhole = String(content).includes(fields.routingKey);
            calls.push([error, isWhole ? fields.routingKey : "no content"]);
          },
        }).then((seen) => {
          assert.deepEqual({ stderr: escaped.stderr }, { stderr: "" });
          return seen;
        }),
      );
      assert.deepEqual(
        { way, onError: calls, attempts, connectionEnds: ends },
        {
          way,
          onError: [[reason, "user.registered"]],
          attempts: ["user.registered", "user.deleted"],
          connectionEnds: [],
        },
      );
    }
});

test("step 7 · its message is rejected once: it lies in the dead-letter queue, and is not tried again", async () => {
  const { broker, line, users } = await failing(
    () => Promise.reject(new Error("no paper")),
    {
      onError: () => {},
    },
  );
  const rejected = times(line, "BasicReject", "BasicNack");
  assert.deepEqual(
    {
      queue: users(queue),
      deadLetters: users(dead),
      rejected,
      acknowledged: times(line, "BasicAck"),
    },
    { queue: [], deadLetters: [7], rejected: 1, acknowledged: 1 },
  );
  // What came before it, and is still in hand, is not rejected with it.
  const other = await newDesk();
  const slow = (event: BusEvent) =>
    event.name === "user.deleted" ? Promise.reject(new Error("no paper")) : never;
  await other.consumer(slow, { onError: () => {} });
  await other.send(registered(8));
  await other.send(createEvent("user.deleted", { userId: 9 }));
  assert.deepEqual(
    { deadLetters: other.users(dead), inHand: other.broker.inHand().length },
    { deadLetters: [9], inHand: 1 },
  );
  broker.restart();
  assert.deepEqual({ afterARestart: users(dead) }, { afterARestart: [7] });
});

test("step 7 · a message that is not an event has failed, too", async () => {
  const { broker, consumer, send } = await newDesk();
  const failed: unknown[] = [];
  const heard: string[] = [];
  await consumer(({ name }) => heard.push(name), {
    onError: (error) => failed.push(error instanceof TypeError),
  });
  for (const content of ["{ half an event", "null", "[]"])
    await send(registered(7), content);
  await send(registered(8));
  assert.deepEqual(
    { failed, heard, deadLetters: broker.waiting(dead).length },
    { failed: [true, true, true], heard: ["user.registered"], deadLetters: 3 },
  );
});

test("step 7 · without `onError`, a failure is a line on stderr", async () => {
  await catchEscaped(async (escaped) => {
    await failing(() => Promise.reject(new Error("printer on fire")));
    const lines = escaped.stderr
      .split("\n")
      .filter((line) => line.includes("printer on fire"));
    assert.deepEqual(
      { linesThatSayIt: lines.length, unhandled: escaped.failures },
      { linesThatSayIt: 1, unhandled: [] },
    );
  });
});

test("step 7 · `onLost` is called once, with the reason, when the queue or the channel is gone", async () => {
  const refusal = { code: 406, message: "PRECONDITION_FAILED - unknown delivery tag 7" };
  const ways = [
    "the queue is deleted",
    "the broker closes the channel",
    "the line is cut",
  ];
  for (const way of ways) {
    const { broker, line, consumer, quiet } = await newDesk();
    const lost: string[] = [];
    await consumer(() => {}, {
      onLost: (reason) =>
        lost.push(reason instanceof Error ? reason.message : "no Error"),
    });
    if (way === ways[0]) broker.deleteQueue(queue);
    if (way === ways[1]) line.refuse(1, refusal);
    if (way === ways[2]) line.cut();
    await quiet();
    const [reason = "nothing"] = lost;
    const calls = lost.length;
    line.cut();
    await quiet();
    const saysWhy = way !== ways[1] || reason.includes("unknown delivery tag");
    assert.deepEqual(
      { way, calls, later: lost.length, reason, saysWhy, isError: reason !== "no Error" },
      { way, calls: 1, later: 1, reason, saysWhy: true, isError: true },
    );
  }
});

test("step 7 · a channel that the broker closes does not take the connection with it", async () => {
  const { connection, line, ends, consumer, quiet } = await newDesk();
  await consumer();
  line.refuse(1, { code: 406, message: "PRECONDITION_FAILED - unknown delivery tag 7" });
  await quiet();
  assert.deepEqual({ connectionEnds: ends }, { connectionEnds: [] });
  await connection.createChannel();
});

test("step 7 · work may end, or fail, after the line was cut: that alone is not a failure", async () => {
  for (const [ending, toldToOnError] of [
    ["ends", []],
    ["fails", ["no paper"]],
  ] as const) {
    const told: string[] = [];
    await catchEscaped(async (escaped) => {
      const { line, consumer, send, users, quiet } = await newDesk();
      const { work, finish } = slowWork();
      const onError = (error: unknown) => told.push((error as Error).message);
      const then: Work = async (event, message) => {
        await work(event, message);
        if (ending === "fails") throw new Error("no paper");
      };
      await consumer(then, { onError });
      await send(registered(7));
      line.cut();
      await quiet();
      finish();
      await quiet();
      assert.deepEqual(
        { ending, unhandled: escaped.failures, backInTheQueue: users(queue) },
        { ending, unhandled: [], backInTheQueue: [7] },
      );
    });
    assert.deepEqual({ ending, told }, { ending, told: [...toldToOnError] });
  }
});

anyDay(7);
