import assert from "node:assert/strict";
import { test } from "node:test";
import type { BusEvent } from "#bus/contract";
import { busDays } from "./bus-day.ts";
import {
  Disk,
  fullDisk,
  idsOf,
  logPath,
  noon,
  outcomeOf,
  recordedIn,
  settled,
  shopBus,
  watch,
} from "./desk.ts";

const namesOf = (events: readonly BusEvent[]) => events.map(({ name }) => name);

test("step 6 · every event of the bus is in the log, heard or not", async (t) => {
  const path = logPath(t);
  const bus = shopBus(t, path);
  const created = bus.emit("order.created", { orderId: 1, total: 450 });
  const paid = bus.emit("order.paid", { orderId: 1 });
  await bus.flush();
  assert.deepEqual(recordedIn(path), [{ ...created }, { ...paid }]);
});

test("step 6 · an event is in the log before those that its listeners emit", async (t) => {
  const path = logPath(t);
  const bus = shopBus(t, path);
  bus.subscribe("order.created", ({ orderId }) => bus.emit("order.paid", { orderId }));
  bus.emit("order.created", { orderId: 1, total: 450 });
  await bus.flush();
  assert.deepEqual(
    { log: namesOf(recordedIn(path)) },
    { log: ["order.created", "order.paid"] },
  );
});

test("step 6 · a delivered event is recorded, a replayed one is not", async (t) => {
  const path = logPath(t);
  const bus = shopBus(t, path);
  const event = { name: "order.paid", data: { orderId: 1 }, timestamp: noon } as const;
  for (const _time of ["first", "second"])
    bus.deliver({ ...event, id: "from-elsewhere" });
  bus.deliver({ ...event, id: "from-the-past", replayed: true });
  await bus.flush();
  assert.deepEqual(
    { ids: idsOf(recordedIn(path)) },
    { ids: ["from-elsewhere", "from-elsewhere"] },
  );
});

test("step 6 · `close` stops the recording at once and writes what waits; the bus goes on", async (t) => {
  const disk = new Disk();
  const failures: unknown[] = [];
  const onError = (error: unknown) => failures.push(error);
  const log = { open: disk.open, fsync: true };
  const bus = shopBus(t, "events.log", { bus: { onError }, log });
  const heard: number[] = [];
  bus.subscribe("order.paid", ({ orderId }) => heard.push(orderId));
  const { id } = bus.emit("order.paid", { orderId: 1 });
  const closing = watch(bus.close());
  bus.emit("order.paid", { orderId: 2 });
  await settled();
  const during = closing.is;
  while (await disk.answer());
  bus.emit("order.paid", { orderId: 3 });
  const again = await outcomeOf(() => bus.close());
  assert.deepEqual(
    {
      heard,
      "what onError hears": failures,
      during,
      after: closing.is,
      again,
      recorded: disk.ids,
      "what the file is asked for": disk.calls.join(" "),
    },
    {
      heard: [1, 2, 3],
      "what onError hears": [],
      during: "pending",
      after: "done",
      again: "nothing failed",
      recorded: [id],
      "what the file is asked for": "open append sync close",
    },
  );
});

test("step 6 · an event that JSON cannot hold is heard, and `flush` and `close` throw a TypeError that names it", async (t) => {
  const disk = new Disk(false);
  const failures: unknown[] = [];
  const onError = (error: unknown) => failures.push(error);
  const bus = shopBus(t, "events.log", { bus: { onError }, log: disk });
  const heard: string[] = [];
  bus.subscribe("#", (_data, event) => heard.push(event.name));
  const lost = bus.emit("stock.counted", { tea: 10n });
  const { id } = bus.emit("order.paid", { orderId: 1 });
  bus.emit("stock.counted", { tea: 20n });
  const outcomes = [];
  for (const action of ["flush", "flush", "close", "close"] as const)
    outcomes.push(await outcomeOf(() => bus[action](), "stock.counted", lost.id));
  assert.deepEqual(outcomes, Array(4).fill(`TypeError about stock.counted, ${lost.id}`));
  assert.deepEqual(
    {
      heard,
      log: disk.ids,
      "how many onError hears": failures.length,
      file: disk.calls.at(-1),
    },
    {
      heard: ["stock.counted", "order.paid", "stock.counted"],
      log: [id],
      "how many onError hears": 2,
      file: "close",
    },
  );
});

test("step 6 · a full disk does not stop the shop, but `flush` and `close` throw", async (t) => {
  const options = { bus: { onError: () => {} }, log: fullDisk() };
  const bus = shopBus(t, "events.log", options);
  const heard: number[] = [];
  bus.subscribe("order.paid", ({ orderId }) => heard.push(orderId));
  const first = bus.emit("order.paid", { orderId: 1 });
  const flush = await outcomeOf(() => bus.flush(), first.id);
  bus.emit("order.paid", { orderId: 2 });
  const close = await outcomeOf(() => bus.close(), first.id);
  const names = `LogError about ${first.id}`;
  assert.deepEqual(
    { heard, flush, close },
    { heard: [1, 2], flush: names, close: names },
  );
});

busDays(6);
