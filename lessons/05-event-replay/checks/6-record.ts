import assert from "node:assert/strict";
import { test } from "node:test";
import { busDays } from "./bus-day.ts";
import {
  Disk,
  fieldsOf,
  fullDisk,
  logPath,
  outcomeOf,
  recordedIn,
  shopBus,
} from "./desk.ts";

test("step 6 · every event of the bus is in the log, heard or not", async (t) => {
  const path = logPath(t);
  const bus = shopBus(t, path);
  const created = bus.emit("order.created", { orderId: 1, total: 450 });
  const paid = bus.emit("order.paid", { orderId: 1 });
  await bus.flush();
  assert.deepEqual(recordedIn(path).map(fieldsOf), [created, paid].map(fieldsOf));
});

test("step 6 · an event that JSON cannot hold is heard, and `flush` and `close` throw a TypeError that names it", async (t) => {
  for (const fsync of [false, true]) {
    const disk = new Disk(false);
    const options = { bus: { onError: () => {} }, log: { open: disk.open, fsync } };
    const bus = shopBus(t, "events.log", options);
    const heard: string[] = [];
    bus.subscribe("#", (_data, event) => heard.push(event.name));
    const lost = bus.emit("stock.counted", { tea: 10n });
    bus.emit("order.paid", { orderId: 1 });
    bus.emit("stock.counted", { tea: 20n });
    const outcomes = [];
    for (const action of ["flush", "flush", "close", "close"] as const)
      outcomes.push(await outcomeOf(() => bus[action](), "stock.counted", lost.id));
    assert.deepEqual(
      outcomes,
      Array(4).fill(`TypeError about stock.counted, ${lost.id}`),
    );
    assert.deepEqual(
      { heard, "what the file is asked for": disk.calls.join(" ") },
      {
        heard: ["stock.counted", "order.paid", "stock.counted"],
        "what the file is asked for": `open append ${fsync ? "sync " : ""}close`,
      },
    );
  }
});

test("step 6 · a full disk does not stop the shop, but `flush` and `close` throw", async (t) => {
  const failures: unknown[] = [];
  const onError = (error: unknown) => failures.push(error);
  const bus = shopBus(t, "events.log", { bus: { onError }, log: fullDisk() });
  const heard: number[] = [];
  bus.subscribe("order.paid", ({ orderId }) => heard.push(orderId));
  const first = bus.emit("order.paid", { orderId: 1 });
  const outcomes = [await outcomeOf(() => bus.flush(), first.id)];
  bus.emit("order.paid", { orderId: 2 });
  bus.emit("order.paid", { orderId: 3 });
  for (const action of ["flush", "close"] as const)
    outcomes.push(await outcomeOf(() => bus[action](), first.id));
  assert.deepEqual(
    { heard, outcomes, "how many onError hears": failures.length },
    {
      heard: [1, 2, 3],
      outcomes: Array(3).fill(`LogError about ${first.id}`),
      "how many onError hears": 2,
    },
  );
  const closed = shopBus(t, "events.log", { log: fullDisk() });
  const { id } = closed.emit("order.paid", { orderId: 1 });
  for (const time of ["first", "second"]) {
    const close = await outcomeOf(() => closed.close(), id);
    assert.deepEqual({ [time]: close }, { [time]: `LogError about ${id}` });
  }
});

busDays(6, "before", "delivered", "closed");
