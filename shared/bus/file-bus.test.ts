import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { BusEvent } from "#bus/contract";
import { FileBus } from "./file-bus.ts";
import { FileLog } from "./file-log.ts";
import type { Entry, PartitionLog } from "./partition-log.ts";

interface ShopEvents {
  "order.created": { orderId: number };
  "order.paid": { orderId: number };
}

function logFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "file-bus-"));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return join(folder, "events-0.log");
}

/** A listener that writes down the names of the events it hears. */
function notebook() {
  const heard: string[] = [];
  const listener = (_data: unknown, event: BusEvent) => {
    heard.push(`${event.name}${event.replayed ? " again" : ""}`);
  };
  return { heard, listener };
}

test("emit returns at once; what is stored is heard, in the order of the log", async (t) => {
  const bus = new FileBus<ShopEvents>(new FileLog(logFile(t)));
  const { heard, listener } = notebook();
  bus.subscribe("order.*", listener);
  const event = bus.emit("order.created", { orderId: 15 });
  bus.emit("order.paid", { orderId: 15 });
  const before = [...heard];
  await bus.flush();
  assert.deepEqual(before, []);
  assert.deepEqual(heard, ["order.created", "order.paid"]);
  assert.equal(bus.history[0], event);
});

test("the event that is heard is the one that was emitted, frozen", async (t) => {
  const bus = new FileBus<ShopEvents>(new FileLog(logFile(t)), { clock: () => 1_000 });
  const heard: BusEvent[] = [];
  bus.subscribe("order.created", (_data, event) => heard.push(event));
  const event = bus.emit("order.created", { orderId: 15 });
  await bus.flush();
  assert.deepEqual(heard, [event]);
  assert.equal(Object.isFrozen(heard[0]), true);
});

test("what a listener emits comes after everything that was emitted before it", async (t) => {
  const bus = new FileBus<ShopEvents>(new FileLog(logFile(t)));
  const heard: string[] = [];
  bus.subscribe("order.created", ({ orderId }) => bus.emit("order.paid", { orderId }));
  bus.subscribe("#", ({ orderId }, event) => heard.push(`${event.name} ${orderId}`));
  bus.emit("order.created", { orderId: 1 });
  bus.emit("order.created", { orderId: 2 });
  await bus.flush();
  assert.deepEqual(heard, [
    "order.created 1",
    "order.created 2",
    "order.paid 1",
    "order.paid 2",
  ]);
});

test("two buses on one log hear each other, each event once", async (t) => {
  const path = logFile(t);
  const kyiv = new FileBus<ShopEvents>(new FileLog(path));
  const lviv = new FileBus<ShopEvents>(new FileLog(path));
  const { heard, listener } = notebook();
  lviv.subscribe("#", listener);
  kyiv.emit("order.created", { orderId: 15 });
  await kyiv.flush();
  lviv.emit("order.paid", { orderId: 15 });
  await lviv.flush();
  lviv.poll();
  assert.deepEqual(heard, ["order.created", "order.paid"]);
  assert.deepEqual(
    lviv.history.map((event) => event.name),
    ["order.paid"],
  );
});

test("a new bus does not hear the past, unless it asks for it", async (t) => {
  const path = logFile(t);
  const yesterday = new FileBus<ShopEvents>(new FileLog(path));
  yesterday.emit("order.created", { orderId: 15 });
  yesterday.emit("order.paid", { orderId: 15 });
  await yesterday.flush();
  const today = new FileBus<ShopEvents>(new FileLog(path));
  const { heard, listener } = notebook();
  today.subscribe("#", listener);
  const polled = today.poll();
  const replayed = today.replay();
  assert.deepEqual({ polled, replayed }, { polled: 0, replayed: 2 });
  assert.deepEqual(heard, ["order.created again", "order.paid again"]);
});

test("a listener that fails stops neither the others nor the log", async (t) => {
  const failures: string[] = [];
  const bus = new FileBus<ShopEvents>(new FileLog(logFile(t)), {
    onError: (_error, event, pattern) => failures.push(`${pattern} at ${event.name}`),
  });
  const { heard, listener } = notebook();
  bus.subscribe("order.*", () => {
    throw new Error("printer on fire");
  });
  bus.subscribe("#", listener);
  bus.emit("order.created", { orderId: 15 });
  bus.emit("order.paid", { orderId: 15 });
  await bus.flush();
  assert.deepEqual(heard, ["order.created", "order.paid"]);
  assert.deepEqual(failures, ["order.* at order.created", "order.* at order.paid"]);
});

test("unsubscribe ends a subscription, deliver goes past the log", async (t) => {
  const path = logFile(t);
  const bus = new FileBus<ShopEvents>(new FileLog(path));
  const { heard, listener } = notebook();
  const unsubscribe = bus.subscribe("#", listener);
  bus.deliver({ id: "1", name: "order.paid", data: { orderId: 15 }, timestamp: 0 });
  const results = [unsubscribe(), bus.unsubscribe("#", listener)];
  bus.emit("order.created", { orderId: 15 });
  await bus.flush();
  assert.deepEqual(heard, ["order.paid"]);
  assert.deepEqual(results, [true, false]);
  assert.equal(readFileSync(path, "utf8").trimEnd().split("\n").length, 1);
});

test("what JSON cannot write is refused where it is emitted, and spoils nothing", async (t) => {
  const bus = new FileBus(new FileLog(logFile(t)));
  const { heard, listener } = notebook();
  bus.subscribe("#", listener);
  bus.emit("order.created", 1);
  assert.throws(() => bus.emit("order.created", 10n), TypeError);
  bus.emit("order.created", 2);
  await bus.flush();
  assert.equal(heard.length, 2);
  assert.equal(bus.history.length, 2);
});

test("events that cannot be stored are kept: flush rejects, and a later one stores them", async (t) => {
  const log = new FileLog(logFile(t));
  let full = true;
  const disk: PartitionLog = {
    append(entries: readonly Entry[]) {
      if (full) throw new Error("no space left on device");
      return log.append(entries);
    },
    read: (from, limit) => log.read(from, limit),
    end: () => log.end(),
    placeOf: (offset) => log.placeOf(offset),
    placeAt: (time) => log.placeAt(time),
  };
  const failures: unknown[] = [];
  const bus = new FileBus<ShopEvents>(disk, {
    onFailure: (error) => failures.push(error),
  });
  const { heard, listener } = notebook();
  bus.subscribe("#", listener);
  bus.emit("order.created", { orderId: 15 });
  await assert.rejects(bus.flush(), /no space left/);
  assert.equal(failures.length, 1);
  full = false;
  bus.emit("order.paid", { orderId: 15 });
  await bus.flush();
  assert.deepEqual(heard, ["order.created", "order.paid"]);
});
