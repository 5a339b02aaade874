import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { format } from "node:util";
import type { Bus } from "#bus/contract";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";
import { anyDay } from "./any-day.ts";
import { notebook, settled, shopBus } from "./desk.ts";

test("step 6 · a listener that throws or rejects stops neither the others nor the producer", async () => {
  const bus = shopBus({ onError: () => {} });
  const calls = { printer: 0, mailer: 0, logger: 0 };
  bus.subscribe("order.created", () => {
    calls.printer += 1;
    throw new Error("the printer is out of paper");
  });
  bus.subscribe("order.created", async () => {
    calls.mailer += 1;
    throw new Error("mail server is down");
  });
  bus.subscribe("order.created", () => {
    calls.logger += 1;
  });
  for (let orderId = 1; orderId <= 50; orderId++) {
    bus.deliver(bus.emit("order.created", { orderId }));
    await settled();
  }
  assert.deepEqual(calls, { printer: 100, mailer: 100, logger: 100 });
});

test("step 6 · `emit` does not wait for listeners that are async", async () => {
  const bus = shopBus();
  const calls: string[] = [];
  bus.subscribe("order.created", async () => {
    await settled();
    calls.push("email sent");
  });
  bus.subscribe("order.created", () => calls.push("logged"));
  bus.emit("order.created", { orderId: 15 });
  calls.push("emit returned");
  await settled();
  await settled();
  assert.deepEqual(calls, ["logged", "emit returned", "email sent"]);
});

test("step 6 · `onError` is called once for each failure, with the error, the event and the pattern", async () => {
  const calls: unknown[][] = [];
  const never = new Promise(() => {});
  const onError = (...call: unknown[]) => calls.push(call) && never;
  const bus = shopBus({ onError });
  const errors = ["no paper", "no mail"].map((reason) => new Error(reason));
  bus.subscribe("order.*", () => {
    throw errors[0];
  });
  class Task extends Promise<never> {}
  bus.subscribe("#", () => Task.reject(errors[1]));
  for (const fine of [null, {}, [], Promise.resolve(), never])
    bus.subscribe("order.created", () => fine);
  const event = bus.emit("order.created", { orderId: 15 });
  await settled();
  const found = new Map(calls.map(([error, ...rest]) => [error, rest]));
  assert.deepEqual({ calls: calls.length }, { calls: 2 });
  assert.deepEqual(found.get(errors[0])?.slice(0, 2), [event, "order.*"]);
  assert.deepEqual(found.get(errors[1])?.slice(0, 2), [event, "#"]);
});

test("step 6 · whatever is thrown or rejected is reported, an Error or not", async () => {
  const reported: unknown[] = [];
  const bus = shopBus({ onError: (error) => reported.push(error) });
  const abort = new DOMException("stopped", "AbortError");
  const things = ["a string", 0, null, undefined, new TypeError("no ink"), abort];
  for (const thing of things) {
    bus.subscribe("order.created", () => {
      throw thing;
    });
    bus.subscribe("order.created", () => Promise.reject(thing));
  }
  bus.emit("order.created", { orderId: 15 });
  await settled();
  const count = (thing: unknown) => reported.filter((one) => one === thing).length;
  assert.deepEqual(
    Object.fromEntries(things.map((thing) => [String(thing), count(thing)])),
    {
      "a string": 2,
      0: 2,
      null: 2,
      undefined: 2,
      "TypeError: no ink": 2,
      "AbortError: stopped": 2,
    },
  );
});

test("step 6 · without `onError`, a failure is told on stderr", async (t) => {
  const lines = stderrOf(t);
  const bus = shopBus();
  bus.subscribe("order.created", () => {
    throw new Error("no paper");
  });
  bus.subscribe("order.created", () => Promise.reject(new Error("no mail")));
  bus.subscribe("order.created", () => {
    throw "no ink";
  });
  const reasons = ["no paper", "no mail", "no ink"];
  for (const time of ["the first time", "the second time"]) {
    lines.length = 0;
    bus.emit("order.created", { orderId: 15 });
    await settled();
    assert.deepEqual({ [time]: told(lines, reasons) }, { [time]: reasons });
  }
});

test("step 6 · when `onError` throws or rejects, the others still hear, and its failure is on stderr", async (t) => {
  const lines = stderrOf(t);
  const failures = ["the log is full", "the log is far away"];
  const buses = failures.map((failure, at) => {
    const onError = () => {
      if (at === 0) throw new Error(failure);
      return Promise.reject(new Error(failure));
    };
    const bus = shopBus({ onError });
    const { heard, listener } = notebook();
    bus.subscribe("order.created", () => {
      throw new Error("no paper");
    });
    bus.subscribe("order.created", () => Promise.reject(new Error("no mail")));
    bus.subscribe("order.created", listener);
    bus.emit("order.created", { orderId: 15 });
    return { bus, heard };
  });
  await settled();
  assert.deepEqual(
    { heard: buses.map(({ heard }) => heard), told: told(lines, failures) },
    { heard: [["order.created"], ["order.created"]], told: failures },
  );
  lines.length = 0;
  for (const { bus } of buses) bus.emit("order.created", { orderId: 16 });
  await settled();
  assert.deepEqual({ "told again": told(lines, failures) }, { "told again": failures });
});

test("step 6 · an `onError` may emit and unsubscribe, as anybody may", async () => {
  const { heard, listener } = notebook();
  const reported: string[] = [];
  const bus: Bus = new EventBus({
    onError: (error, event) => {
      reported.push((error as Error).message);
      bus.unsubscribe("order.created", listener);
      if (event.name === "order.created") bus.emit("printer.failed", {});
    },
  });
  bus.subscribe("order.created", () => {
    throw new Error("no paper");
  });
  bus.subscribe("order.created", listener);
  bus.subscribe("printer.failed", () => {
    throw new Error("no mail");
  });
  bus.emit("order.created", { orderId: 15 });
  await settled();
  assert.deepEqual(
    { heard, reported },
    { heard: ["order.created"], reported: ["no paper", "no mail"] },
  );
});

/** What is printed on stderr while a check runs, by whatever function. */
function stderrOf(t: TestContext): string[] {
  const lines: string[] = [];
  t.mock.method(console, "error", (...parts: unknown[]) => lines.push(format(...parts)));
  t.mock.method(console, "warn", (...parts: unknown[]) => lines.push(format(...parts)));
  t.mock.method(process.stderr, "write", (text: unknown) => lines.push(String(text)));
  return lines;
}

function told(lines: string[], reasons: string[]): string[] {
  return reasons.filter((reason) => lines.some((line) => line.includes(reason)));
}

anyDay(6);
