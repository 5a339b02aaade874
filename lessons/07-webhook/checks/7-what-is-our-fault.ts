import assert from "node:assert/strict";
import { test } from "node:test";
import { problemIn, stderrOf } from "./answers.ts";
import { anyDay } from "./any-day.ts";
import { Disk, manyTurns, order, signedHeaders, until } from "./desk.ts";
import { bytesOf, Line, openShop, send } from "./wire.ts";

const { "X-Hub-Signature-256": _, ...unsigned } = signedHeaders(order);

test("step 7 · a delivery that cannot be stored gets 503 with `Retry-After`, and 202 when it comes again", async (t) => {
  const disk = new Disk();
  const shop = await openShop(t, { disk });
  disk.full = true;
  const answer = await shop.post(order, "d1");
  const { errors } = shop;
  const seconds = answer.headers["retry-after"] ?? "none";
  const isTold = errors.some((error) => String(error).includes("ENOSPC"));
  const calls = errors.length;
  disk.full = false;
  const later = await shop.post(order, "d1");
  disk.broken = true;
  const broken = problemIn(await shop.post(order, "d2"));
  const callsInTheEnd = errors.length;
  assert.deepEqual(
    {
      answer: problemIn(answer),
      "Retry-After": /^\d+$/.test(seconds) ? "in seconds" : seconds,
      "onError was called": calls,
      "with the cause": isTold,
      "sent again": later.status,
      "on a broken disk": broken,
      "onError was called in the end": callsInTheEnd,
      heard: await shop.heardInTheEnd(1),
    },
    {
      answer: "503 problem",
      "Retry-After": "in seconds",
      "onError was called": 1,
      "with the cause": true,
      "sent again": 202,
      "on a broken disk": "503 problem",
      "onError was called in the end": 2,
      heard: ["order.created 777 d1"],
    },
  );
});

test("step 7 · a failure of our own gets 500, and `onError` its cause; what the sender did wrong is not told", async (t) => {
  const failure = new Error("the password of the database is tea");
  let thrown: unknown = failure;
  const failing = {
    contentType: "application/json",
    verify(): never {
      throw thrown;
    },
  };
  const shop = await openShop(t, { server: { provider: failing } });
  const answer = await shop.post(order);
  thrown = "no error, but a string";
  await shop.post(order);
  const other = await openShop(t);
  await send(other.port, { headers: unsigned, body: order });
  // Somebody begins to send, is told to go on, and hangs up.
  const line = new Line(other.port);
  const half = {
    ...signedHeaders(order),
    Expect: "100-continue",
    "Content-Length": "900",
  };
  line.say(bytesOf({ headers: half }));
  await line.answer();
  line.end();
  await until(() => line.isClosed);
  await send(other.port, { method: "GET" });
  await manyTurns();
  assert.deepEqual(
    {
      answer: problemIn(answer),
      "it tells the password": answer.body.includes("tea"),
      "onError was called with": shop.errors,
      "for mistakes of the sender with": other.errors,
    },
    {
      answer: "500 problem",
      "it tells the password": false,
      "onError was called with": [failure, thrown],
      "for mistakes of the sender with": [],
    },
  );
});

test("step 7 · an `onError` that throws or rejects changes no answer; without one, stderr is told", async (t) => {
  const lines = stderrOf(t);
  const escaped: unknown[] = [];
  const hear = (error: unknown) => escaped.push(error);
  process.on("unhandledRejection", hear);
  t.after(() => process.removeListener("unhandledRejection", hear));
  const ways: Record<string, ((error: unknown) => unknown) | undefined> = {
    throws: () => {
      throw new Error("the log is full");
    },
    rejects: () => Promise.reject(new Error("the log is far away")),
    "rejects with nothing": () => Promise.reject(undefined),
    "never comes back": () => new Promise(() => {}),
    "is not given": undefined,
  };
  const answers: Record<string, unknown> = {};
  for (const [way, onError] of Object.entries(ways)) {
    const disk = new Disk();
    const server = onError ? { onError } : {};
    const shop = await openShop(t, { disk, isQuiet: true, server });
    disk.full = true;
    answers[way] = [problemIn(await shop.post(order)), problemIn(await shop.post(order))];
    disk.full = false;
    answers[`${way}, and then`] = (await shop.post(order)).status;
  }
  await manyTurns();
  const told = ["the log is full", "the log is far away", "ENOSPC"].filter((reason) =>
    lines.some((line) => line.includes(reason)),
  );
  const right = Object.keys(ways).map((way) => [
    [way, ["503 problem", "503 problem"]],
    [`${way}, and then`, 202],
  ]);
  assert.deepEqual(
    { ...answers, "told on stderr": told, "failures that nobody handles": escaped },
    {
      ...Object.fromEntries(right.flat()),
      "told on stderr": ["the log is full", "the log is far away", "ENOSPC"],
      "failures that nobody handles": [],
    },
  );
});

anyDay(7);
