import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { SeekTo } from "#given/08-kafka-on-files/given/options.ts";
import { FileLog } from "#lesson/08-kafka-on-files/file-log.ts";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import { anyDay } from "./any-day.ts";
import {
  all,
  consumerOf,
  drain,
  emptyFolder,
  idsOf,
  outcome,
  outcomes,
  sendOrders,
} from "./desk.ts";

test("step 5 · after `seek` to the beginning, the end or an offset, the next poll begins there", async (t) => {
  const folder = emptyFolder(t);
  const producer = await sendOrders(folder, 3);
  const consumer = consumerOf({ folder, group: "billing" });
  const after = async (to: SeekTo) => {
    await consumer.seek("orders", to);
    return idsOf(await consumer.poll());
  };
  const found = {
    end: await after("end"),
    beginning: await after("beginning"),
    "offset 2": await after({ offset: 2 }),
    "offset 0": await after({ offset: 0 }),
    "offset 3, the end": await after({ offset: 3 }),
  };
  await producer.send("orders", { id: 4 });
  assert.deepEqual(
    { ...found, "one record later": idsOf(await consumer.poll()) },
    {
      end: [],
      beginning: [1, 2, 3],
      "offset 2": [3],
      "offset 0": [1, 2, 3],
      "offset 3, the end": [],
      "one record later": [4],
    },
  );
});

/** Sends a record at each of the times, and tells where a seek to each of `wanted` leads. */
async function soughtTimes(folder: string, times: number[], wanted: number[]) {
  let now = 0;
  const producer = new Producer({ folder, clock: () => now });
  for (now of times) await producer.send("orders", `at ${now}`);
  const consumer = consumerOf({ folder, group: "billing" });
  const found: Record<string, unknown> = {};
  for (const time of wanted) {
    await consumer.seek("orders", { time });
    const [record] = await consumer.poll(1);
    found[`time ${time}`] = record ? `offset ${record.offset}` : "the end";
  }
  return found;
}

test("step 5 · `seek` to a time finds the first record at or after it, even where a clock was set back", async (t) => {
  const wanted = [-Infinity, 0, 1_000, 1_001, 2_000, 3_000, 3_001, Infinity];
  const found = await soughtTimes(emptyFolder(t), [1_000, 2_000, 2_000, 3_000], wanted);
  assert.deepEqual(found, {
    "time -Infinity": "offset 0",
    "time 0": "offset 0",
    "time 1000": "offset 0",
    "time 1001": "offset 1",
    "time 2000": "offset 1",
    "time 3000": "offset 3",
    "time 3001": "the end",
    "time Infinity": "the end",
  });
  const setBack = await soughtTimes(emptyFolder(t), [50, 90, 30, 40], [40, 60, 91]);
  assert.deepEqual(setBack, {
    "time 40": "offset 0",
    "time 60": "offset 1",
    "time 91": "the end",
  });
});

test("step 5 · a time far down a long log is found", async (t) => {
  const folder = emptyFolder(t);
  const log = new FileLog(join(folder, "orders-0.log"));
  await log.append(Array.from({ length: 2_345 }, (_, time) => ({ time, value: "чай" })));
  const consumer = consumerOf({ folder, group: "billing" });
  await consumer.seek("orders", { time: 1_777 });
  const offsets = (await drain(consumer)).map(({ offset }) => offset);
  assert.deepEqual(
    { first: offsets[0], last: offsets.at(-1) },
    { first: 1_777, last: 2_344 },
  );
});

test("step 5 · `seek` commits nothing, and a commit after it does, backwards too", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 3);
  const options = { folder, group: "billing", id: "worker" };
  const first = consumerOf(options);
  await first.poll();
  await first.commit();
  await first.seek("orders", "beginning");
  const second = consumerOf(options);
  const afterSeek = idsOf(await second.poll());
  await second.seek("orders", "beginning");
  await second.poll(1);
  await second.commit();
  const third = consumerOf(options);
  const afterCommit = idsOf(await third.poll());
  await third.seek("orders", "beginning");
  await third.commit();
  const atOnce = idsOf(await consumerOf(options).poll());
  assert.deepEqual(
    { afterSeek, afterCommit, "after seek and commit": atOnce },
    { afterSeek: [], afterCommit: [2, 3], "after seek and commit": [1, 2, 3] },
  );
});

test("step 5 · an offset that is not there is a RangeError, and the consumer stays where it was", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 3);
  const consumer = consumerOf({ folder, group: "billing" });
  await consumer.seek("orders", { offset: 2 });
  appendFileSync(join(folder, "orders-0.log"), '{"offset":3');
  const offsets = [4, -1, 1.5, Number.NaN, Infinity];
  const seeks = await outcomes(offsets, (offset) => consumer.seek("orders", { offset }));
  assert.deepEqual(seeks, all(offsets, "RangeError"));
  const next = idsOf(await consumer.poll());
  assert.deepEqual({ "the next poll": next }, { "the next poll": [3] });
});

test("step 5 · an empty log has offset 0 and no other", async (t) => {
  const log = new FileLog(join(emptyFolder(t), "orders-0.log"));
  const offset1 = await outcome(() => log.placeOf(1));
  assert.deepEqual(
    { "placeOf(0)": log.placeOf(0), "placeAt(0)": log.placeAt(0), "placeOf(1)": offset1 },
    {
      "placeOf(0)": { offset: 0, position: 0 },
      "placeAt(0)": { offset: 0, position: 0 },
      "placeOf(1)": "RangeError",
    },
  );
});

test("step 5 · `seek` in a topic that is not subscribed to is refused", async (t) => {
  const consumer = consumerOf({ folder: emptyFolder(t), group: "billing" });
  await consumer.seek("orders", "end");
  const found = await outcome(() => consumer.seek("payments", "end"));
  assert.deepEqual({ refused: found !== "accepted" }, { refused: true });
});

anyDay(5);
