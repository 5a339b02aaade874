import assert from "node:assert/strict";
import { test } from "node:test";
import { busDays } from "./bus-day.ts";
import { fullDisk, idsIn, logPath, outcomeOf, shopBus } from "./desk.ts";

test("step 6 · every event of the bus is in the log, heard or not", async (t) => {
  const path = logPath();
  const bus = shopBus(t, path);
  const created = bus.emit("order.created", { orderId: 1, total: 450 });
  const paid = bus.emit("order.paid", { orderId: 1 });
  await bus.flush();
  assert.deepEqual({ ids: idsIn(path) }, { ids: [created.id, paid.id] });
});

test("step 6 · a full disk does not stop the shop, but `flush` and `close` throw", async (t) => {
  for (const fsync of [false, true]) {
    const failures: unknown[] = [];
    const onError = (error: unknown) => failures.push(error);
    const log = { ...fullDisk(1), fsync };
    const bus = shopBus(t, "events.log", { bus: { onError }, log });
    const heard: number[] = [];
    bus.subscribe("order.paid", ({ orderId }) => heard.push(orderId));
    bus.emit("order.paid", { orderId: 1 });
    await bus.flush();
    const { id } = bus.emit("order.paid", { orderId: 2 });
    const outcomes = [await outcomeOf(() => bus.flush(), id)];
    for (const orderId of [3, 4]) bus.emit("order.paid", { orderId });
    for (const action of ["flush", "close", "close"] as const)
      outcomes.push(await outcomeOf(() => bus[action](), id));
    assert.deepEqual(
      { heard, outcomes, "how many onError hears": failures.length },
      {
        heard: [1, 2, 3, 4],
        outcomes: Array(4).fill(`LogError about ${id}`),
        "how many onError hears": 2,
      },
    );
    const due = `open append ${fsync ? "sync " : ""}append close closed`;
    assert.deepEqual({ asked: log.calls.join(" ") }, { asked: due });
  }
});

busDays(6, "lost", "before", "delivered", "closed");
