import assert from "node:assert/strict";
import { test } from "node:test";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";
import { anyDay } from "./any-day.ts";
import { ann, notebook, shopBus } from "./desk.ts";

test("step 2 · `unsubscribe` ends a subscription and returns whether there was one", () => {
  const bus = shopBus();
  const { heard, listener } = notebook();
  bus.subscribe("user.registered", listener);
  bus.subscribe("user.deleted", listener);
  const answers = {
    "another name": bus.unsubscribe("order.created", listener),
    "another listener": bus.unsubscribe("user.registered", () => {}),
    "the right pair": bus.unsubscribe("user.registered", listener),
    "the same pair again": bus.unsubscribe("user.registered", listener),
  };
  bus.emit("user.registered", ann);
  bus.emit("user.deleted", { userId: 7 });
  assert.deepEqual(answers, {
    "another name": false,
    "another listener": false,
    "the right pair": true,
    "the same pair again": false,
  });
  assert.deepEqual({ heard }, { heard: ["user.deleted"] });
});

test("step 2 · the same listener under the same pattern counts once", () => {
  const bus = shopBus();
  const calls: string[] = [];
  const logger = () => calls.push("logger");
  bus.subscribe("user.registered", logger);
  bus.subscribe("user.registered", () => calls.push("analytics"));
  bus.subscribe("user.registered", logger);
  bus.emit("user.registered", ann);
  assert.deepEqual(calls, ["logger", "analytics"]);

  const branches = new EventBus();
  const numbers = Array.from({ length: 20 }, (_, at) => at + 1);
  let count = 0;
  for (const _ of numbers) {
    const listener = () => {
      count += 1;
    };
    for (const number of numbers) branches.subscribe(`branch.${number}`, listener);
  }
  // Who comes and goes changes nothing for those who stay.
  branches.subscribe("branch.1", () => {})();
  for (const number of numbers) branches.emit(`branch.${number}`, {});
  const title = "calls of 20 listeners under 20 patterns each";
  assert.deepEqual({ [title]: count }, { [title]: 400 });

  const odd = notebook();
  for (const _ of ["once", "twice"]) branches.subscribe("__proto__", odd.listener);
  branches.emit("__proto__", {});
  assert.deepEqual(odd.heard, ["__proto__"]);
});

test("step 2 · the function that `subscribe` returns ends that subscription and no other", () => {
  const bus = shopBus();
  const { heard, listener } = notebook();
  const end = bus.subscribe("user.registered", listener);
  const first = end();
  const again = end();
  bus.subscribe("user.registered", listener);
  const afterSubscribingAnew = end();
  bus.emit("user.registered", ann);
  assert.deepEqual(
    { first, again, afterSubscribingAnew, heard },
    {
      first: true,
      again: false,
      afterSubscribingAnew: false,
      heard: ["user.registered"],
    },
  );
});

test("step 2 · an event under way is heard by those who were there when it began", () => {
  const bus = shopBus();
  const calls: string[] = [];
  const logger = () => calls.push("logger");
  const newcomer = () => calls.push("newcomer");
  bus.subscribe("user.registered", () => {
    calls.push("email-sender");
    bus.unsubscribe("user.registered", logger);
    bus.subscribe("user.registered", newcomer);
  });
  bus.subscribe("user.registered", logger);
  bus.emit("user.registered", ann);
  calls.push("and again");
  bus.emit("user.registered", ann);
  assert.deepEqual(calls, [
    "email-sender",
    "logger",
    "and again",
    "email-sender",
    "newcomer",
  ]);

  const branches = new EventBus();
  const ends: (() => boolean)[] = [];
  let closed = 0;
  branches.subscribe("day.closed", () => {
    for (const end of ends) end();
  });
  for (let at = 0; at < 100; at++) {
    ends.push(
      branches.subscribe("day.closed", () => {
        closed += 1;
      }),
    );
  }
  branches.emit("day.closed", {});
  assert.deepEqual({ closed }, { closed: 100 });
});

test("step 2 · an event that a listener emits is heard before the first one goes on", () => {
  const bus = shopBus();
  const calls: string[] = [];
  bus.subscribe("user.registered", () => {
    bus.subscribe("order.created", () => calls.push("newcomer"));
    bus.emit("order.created", { orderId: 15 });
    calls.push("shop");
  });
  bus.subscribe("user.registered", () => calls.push("logger"));
  bus.subscribe("order.created", () => calls.push("stock"));
  bus.emit("user.registered", ann);
  assert.deepEqual(calls, ["stock", "newcomer", "shop", "logger"]);

  const rocket = new EventBus<{ countdown: number }>();
  const done: number[] = [];
  rocket.subscribe("countdown", (left) => {
    if (left > 0) rocket.emit("countdown", left - 1);
    done.push(left);
  });
  rocket.emit("countdown", 50);
  assert.deepEqual(done, [...Array(51).keys()]);
});

anyDay(2);
