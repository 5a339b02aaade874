import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EventQueue } from "#bus/event-queue";
import { QueueClosed } from "#bus/queue-contract";

/** What can be done with a queue; items are numbered as they are put. */
type Action = "put" | "tryPut" | "take" | "tryTake" | "close";

const actions = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<Action>("put") },
    { weight: 2, arbitrary: fc.constant<Action>("tryPut") },
    { weight: 3, arbitrary: fc.constant<Action>("take") },
    { weight: 2, arbitrary: fc.constant<Action>("tryTake") },
    { weight: 1, arbitrary: fc.constant<Action>("close") },
  ),
  { maxLength: 200 },
);
const capacities = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant(Infinity));

/** Plays the actions and tells what became of each item. */
async function play(capacity: number, script: readonly Action[]) {
  const queue = new EventQueue<number>({ capacity });
  const accepted = new Set<number>();
  const refused = new Set<number>();
  const taken: number[] = [];
  const waiting: Promise<unknown>[] = [];
  let puts = 0;
  let largest = 0;

  const put = (item: number) =>
    queue.put(item).then(
      () => accepted.add(item),
      (error) => {
        assert.ok(error instanceof QueueClosed);
        refused.add(item);
      },
    );
  const take = async () => {
    try {
      taken.push(await queue.take());
    } catch (error) {
      assert.ok(error instanceof QueueClosed);
    }
  };
  for (const action of script) {
    if (action === "put") waiting.push(put(++puts));
    if (action === "tryPut") (queue.tryPut(++puts) ? accepted : refused).add(puts);
    if (action === "take") waiting.push(take());
    if (action === "tryTake" && queue.size > 0) taken.push(queue.tryTake() as number);
    if (action === "close") queue.close();
    largest = Math.max(largest, queue.size);
    await Promise.resolve();
  }
  queue.close();
  await Promise.all(waiting);
  const left: number[] = [];
  while (queue.size > 0) left.push(queue.tryTake() as number);
  return { accepted, refused, out: [...taken, ...left], puts, largest };
}

const ascending = (one: number, other: number) => one - other;

test("whatever is accepted comes out once, and what is refused never does", async () => {
  await fc.assert(
    fc.asyncProperty(capacities, actions, async (capacity, script) => {
      const { accepted, refused, out, puts } = await play(capacity, script);
      assert.deepEqual([...out].sort(ascending), [...accepted].sort(ascending));
      assert.equal(accepted.size + refused.size, puts);
    }),
  );
});

test("items that producers put with put alone come out in their order", async () => {
  await fc.assert(
    fc.asyncProperty(capacities, actions, async (capacity, script) => {
      // tryPut may slip in where a put has to wait, so the order is one of puts alone.
      const puts = script.map((action) => (action === "tryPut" ? "put" : action));
      const { out } = await play(capacity, puts);
      assert.deepEqual(out, [...out].sort(ascending));
    }),
  );
});

test("no more are waiting than there is room for", async () => {
  await fc.assert(
    fc.asyncProperty(capacities, actions, async (capacity, script) => {
      const { largest } = await play(capacity, script);
      assert.ok(largest <= capacity);
    }),
  );
});

test("a capacity that is no number of places is refused", () => {
  for (const capacity of [0, -1, 1.5, Number.NaN]) {
    assert.throws(() => new EventQueue({ capacity }), {
      name: "RangeError",
      message: `The capacity must be a whole number, 1 or more; got ${capacity}.`,
    });
  }
});

test("100,000 takers and as many producers wait their turn", async () => {
  const queue = new EventQueue<number>({ capacity: 1 });
  const count = 100_000;
  const taking = Array.from({ length: count }, () => queue.take());
  const putting = Array.from({ length: 2 * count }, (_, item) => queue.put(item));
  const taken = await Promise.all(taking);
  for (let item = count; item < 2 * count; item++) taken.push(queue.tryTake() as number);
  await Promise.all(putting);
  assert.ok(taken.every((item, index) => item === index));
});
