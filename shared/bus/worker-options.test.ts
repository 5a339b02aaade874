import assert from "node:assert/strict";
import { test } from "node:test";
import { EventBus } from "#bus/event-bus";
import { EventQueue } from "#bus/event-queue";
import { QueuedBus } from "#bus/queued-bus";
import { Worker } from "#bus/worker";

test("options that make no sense are refused in a sentence", () => {
  const queue = new EventQueue<number>();
  const refused = [
    { concurrency: 0 },
    { attempts: 1.5 },
    { firstDelay: -1 },
    { maxDelay: Infinity },
    { firstDelay: Number.NaN },
    { timeLimit: 0 },
    { timeLimit: Number.NaN },
  ];
  for (const options of refused) {
    assert.throws(() => new Worker(queue, () => {}, options), {
      name: "RangeError",
      message: new RegExp(`^${Object.keys(options)[0]} must be `),
    });
  }
  assert.throws(() => new Worker(queue, "send" as unknown as () => void), TypeError);
});

test("undefined stands for the default", () => {
  const options = { timeLimit: undefined, attempts: undefined } as unknown as object;
  new Worker(new EventQueue<number>(), () => {}, options);
});

test("a capacity that is not a number of places is refused", () => {
  for (const capacity of [0, -1, 1.5, Number.NaN]) {
    assert.throws(() => new EventQueue({ capacity }), {
      name: "RangeError",
      message: `The capacity must be a whole number of 1 or more; got ${capacity}.`,
    });
  }
});

test("a listener of a queued bus that is not a function is refused at once", () => {
  const bus = new QueuedBus(new EventBus());
  const mistake = "sendEmail" as unknown as () => void;
  assert.throws(() => bus.subscribe("order.created", mistake), TypeError);
});

test("10,000 takers and as many producers wait their turn", async () => {
  const queue = new EventQueue<number>({ capacity: 1 });
  const count = 10_000;
  const taking = Array.from({ length: count }, () => queue.take());
  const putting = Array.from({ length: 2 * count }, (_, item) => queue.put(item));
  const taken = await Promise.all(taking);
  for (let item = count; item < 2 * count; item++) taken.push(queue.tryTake() as number);
  await Promise.all(putting);
  assert.ok(taken.every((item, index) => item === index));
});
