import assert from "node:assert/strict";
import { test } from "node:test";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";
import { anyDay } from "./any-day.ts";
import { refusalOf } from "./desk.ts";

test("step 7 · `subscribe` refuses a listener that is not a function", () => {
  const bus = new EventBus();
  refuses(
    [undefined, null, "sendEmail", {}, 42, { handleEvent() {}, call() {} }],
    (listener) => bus.subscribe("order.created", listener as never),
  );
});

test("step 7 · `subscribe` refuses a pattern that is not a string, or is empty", () => {
  const bus = new EventBus();
  refuses(
    ["", undefined, null, 7, ["order"], { length: 5 }, new String("order")],
    (pattern) => bus.subscribe(pattern as never, () => {}),
  );
});

test("step 7 · the constructor refuses a `historyLimit` that is neither a whole number of 0 or more nor `Infinity`", () => {
  refuses(
    [-1, 1.5, Number.NaN, -Infinity, "2", 2n, [2], null, true],
    (historyLimit) => new EventBus({ historyLimit: historyLimit as never }),
  );
  const messages = [
    refusalOf(() => new EventBus({ historyLimit: -1 })),
    refusalOf(() => new EventBus().subscribe("" as never, () => {})),
    refusalOf(() => new EventBus().subscribe("order.created", undefined as never)),
  ];
  const differentMessages = new Set(messages).size;
  assert.deepEqual({ differentMessages }, { differentMessages: 3 });
  for (const historyLimit of [1, 2 ** 32, 2 ** 60, Number.MAX_VALUE, Infinity]) {
    const bus = new EventBus({ historyLimit });
    const event = bus.emit("order.created", {});
    assert.deepEqual(
      { historyLimit, history: bus.history },
      { historyLimit, history: [event] },
    );
  }
});

/** Fails if one of the inputs was not refused with a TypeError that says something. */
function refuses(inputs: unknown[], action: (input: unknown) => unknown): void {
  const messages = inputs.map((input) => refusalOf(() => action(input)));
  assert.deepEqual(
    {
      accepted: inputs.filter((_, at) => messages[at] === undefined),
      "refused without a message": inputs.filter((_, at) => messages[at]?.trim() === ""),
    },
    { accepted: [], "refused without a message": [] },
  );
}

anyDay(7, "emitRefuses", "trace");
