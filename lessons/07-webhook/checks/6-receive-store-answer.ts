import assert from "node:assert/strict";
import { ServerResponse } from "node:http";
import { test } from "node:test";
import { anyDay, RULES } from "./any-day.ts";
import { Disk, manyTurns, order, signedHeaders, until } from "./desk.ts";
import { Line, openShop } from "./wire.ts";

test(`step 6 · ${RULES.heard}`, async (t) => {
  const [shop, other] = [await openShop(t), await openShop(t)];
  const answers = [
    await shop.post('{"order_id": 9, "status": "shipped"}', "d1"),
    await other.post(order, "b1"),
  ];
  assert.deepEqual(
    { answers, shop: await shop.heardInTheEnd(1), other: await other.heardInTheEnd(1) },
    {
      ...{ answers: ["202", "202"] },
      ...{ shop: ["order.shipped 9 d1"], other: ["order.created 777 b1"] },
    },
  );
});

test("step 6 · the time of the event is the clock's at that moment; without a clock, it is `Date.now`", async (t) => {
  let now = 5_001;
  const shop = await openShop(t, { clock: () => now });
  await shop.post(order, "d1");
  now = 9_000;
  await shop.post(order, "d2");
  await shop.heardInTheEnd(2);
  const other = await openShop(t);
  const before = Date.now();
  await other.post(order);
  await other.heardInTheEnd(1);
  const [time = 0] = other.times;
  assert.deepEqual(
    { "with a clock": shop.times, without: before <= time && time <= Date.now() },
    { "with a clock": [5_001, 9_000], without: true },
  );
});

test("step 6 · neither answer nor event comes before the disk has the delivery", async (t) => {
  const disk = new Disk();
  const shop = await openShop(t, { disk });
  const answers: string[] = [];
  const ask = async (id: string) => answers.push(await shop.post(order, id));
  const all: Promise<unknown>[] = [];
  await disk.hold(async () => all.push(ask("d1")) && all[0]);
  all.push(ask("d1"), ask("d2"));
  await manyTurns();
  const early = { answers: [...answers], heard: [...shop.heard] };
  disk.release();
  await Promise.all(all);
  assert.deepEqual(
    { early, "in the end": answers.sort() },
    {
      early: { answers: [], heard: [] },
      "in the end": ["200", "202", "202"],
    },
  );
});

test("step 6 · the sender is answered before the bus gets the event, and nobody waits for listeners", async (t) => {
  const shop = await openShop(t);
  const answers = t.mock.method(ServerResponse.prototype, "end").mock;
  const before: number[] = [];
  shop.bus.subscribe("order.*", () => {
    before.push(answers.callCount());
    return new Promise(() => {});
  });
  const status = await shop.post(order);
  await until(() => before.length > 0);
  assert.deepEqual(
    { status, "answers before the event": before },
    { status: "202", "answers before the event": [1] },
  );
});

test("step 6 · a sender who hangs up before the answer changes nothing: the event is delivered", async (t) => {
  const disk = new Disk();
  const shop = await openShop(t, { disk });
  const line = new Line(shop.port);
  await disk.hold(async () => {
    line.say({ headers: signedHeaders(order, "d1"), body: order });
    await until(() => disk.syncs > 0);
  });
  line.end();
  await until(() => line.isClosed);
  await manyTurns();
  disk.release();
  assert.deepEqual(await shop.heardInTheEnd(1), ["order.created 777 d1"]);
});

anyDay(6);
