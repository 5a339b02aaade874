import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EventBus } from "#bus/event-bus";
import { matches } from "#bus/wildcards";

const names = ["order.created", "order.paid", "user.registered", "order"];
const patterns = [...names, "order.*", "*.created", "#", "order.#", "#.paid"];

const action = fc.oneof(
  fc.record({
    kind: fc.constantFrom("subscribe" as const, "unsubscribe" as const),
    pattern: fc.constantFrom(...patterns),
    listener: fc.nat(3),
  }),
  fc.record({ kind: fc.constant("emit" as const), name: fc.constantFrom(...names) }),
);

test("whatever is subscribed and unsubscribed, an emit calls what a plain list would", () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const bus = new EventBus();
      const calls: string[] = [];
      const listeners = [0, 1, 2, 3].map(
        (number) => () => calls.push(`listener ${number}`),
      );
      let list: { pattern: string; listener: number }[] = [];
      const expected: string[] = [];
      for (const step of actions) {
        if (step.kind === "emit") {
          bus.emit(step.name, {});
          const heard = list.filter(({ pattern }) => matches(pattern, step.name));
          expected.push(...heard.map(({ listener }) => `listener ${listener}`));
          continue;
        }
        const { pattern, listener } = step;
        const callback = listeners[listener] ?? assert.fail();
        const others = list.filter(
          (one) => one.pattern !== pattern || one.listener !== listener,
        );
        const wasThere = others.length < list.length;
        if (step.kind === "unsubscribe") {
          assert.equal(bus.unsubscribe(pattern, callback), wasThere);
          list = others;
        } else {
          bus.subscribe(pattern, callback);
          if (!wasThere) list = [...list, { pattern, listener }];
        }
      }
      assert.deepEqual(calls, expected);
    }),
    { numRuns: 2_000, seed: 2026 },
  );
});

test("after more names than the bus remembers routes for, every event still arrives", () => {
  const bus = new EventBus({ historyLimit: 0 });
  let heard = 0;
  bus.subscribe("user.#", () => {
    heard += 1;
  });
  for (let round = 0; round < 2; round++) {
    for (let userId = 0; userId < 2_500; userId++) bus.emit(`user.${userId}.visited`, {});
  }
  assert.equal(heard, 5_000);
});

test("a long run with a history limit keeps the newest, in order", () => {
  const bus = new EventBus<{ "order.created": number }>({ historyLimit: 100 });
  for (let orderId = 1; orderId <= 1_050; orderId++) bus.emit("order.created", orderId);
  assert.deepEqual(
    bus.history.map(({ data }) => data),
    Array.from({ length: 100 }, (_, index) => 951 + index),
  );
});
