import assert from "node:assert/strict";
import { test } from "node:test";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";
import { anyDay } from "./any-day.ts";
import { refusalOf } from "./desk.ts";

/** Values of every kind, and objects that have whatever one asks them for. */
const VALUES = [
  ...[undefined, null, true, false, 0, 1, -1, 1.5, -0.5, 2 ** 60, 2n, Symbol("order")],
  ...[Number.NaN, Infinity, -Infinity, "", "2", "Infinity", "order", () => 2],
  ...[[], [2], [Infinity], ["order"], {}, /order/, new Date(), Promise.resolve(2)],
  ...[new String("order"), new Number(2), new Boolean(false), Object.create(null)],
  ...[Function.prototype, String.prototype, Number.prototype].map(Object.create),
  new Proxy({}, { get: () => () => 2, has: () => true }),
];

test("step 7 · `subscribe` refuses a listener that is not a function", () => {
  const bus = new EventBus();
  refuses(
    VALUES.filter((value) => typeof value !== "function"),
    (listener) => bus.subscribe("order.created", listener as never),
  );
});

test("step 7 · `subscribe` refuses a pattern that is not a string, or is empty", () => {
  const bus = new EventBus();
  refuses(
    VALUES.filter((value) => typeof value !== "string" || value === ""),
    (pattern) => bus.subscribe(pattern as never, () => {}),
  );
});

test("step 7 · the constructor refuses a `historyLimit` that is neither a whole number of 0 or more nor `Infinity`", () => {
  const limits = [1, 2 ** 32, 2 ** 60, Number.MAX_VALUE, Infinity];
  refuses(
    VALUES.filter((value) => ![undefined, 0, ...limits].includes(value as number)),
    (historyLimit) => new EventBus({ historyLimit: historyLimit as never }),
  );
  const messages = new Set([
    refusalOf(() => new EventBus({ historyLimit: -1 })),
    refusalOf(() => new EventBus().subscribe("" as never, () => {})),
    refusalOf(() => new EventBus().subscribe("order.created", undefined as never)),
  ]);
  assert.deepEqual({ differentMessages: messages.size }, { differentMessages: 3 });
  for (const historyLimit of limits) {
    const bus = new EventBus({ historyLimit });
    const history = [bus.emit("order.created", {})];
    const actual = { historyLimit, history: [...bus.history] };
    assert.deepEqual(actual, { historyLimit, history });
  }
});

/** Fails if one of the inputs was not refused, with a TypeError that says something. */
function refuses(inputs: unknown[], action: (input: unknown) => unknown): void {
  const isTaken = (input: unknown) => !refusalOf(() => action(input))?.trim();
  const notRefused = inputs.filter(isTaken).slice(0, 3);
  assert.deepEqual({ notRefused }, { notRefused: [] });
}

anyDay(7, "emitRefuses", "trace");
