import assert from "node:assert/strict";
import { ServerResponse } from "node:http";
import { test } from "node:test";
import { statuses } from "../given/order-events.ts";
import type { Provider } from "../given/provider.ts";
import { anyDay, RULES } from "./any-day.ts";
import {
  Disk,
  eventOf,
  fileFor,
  manyTurns,
  openStore,
  order,
  signedHeaders,
  until,
} from "./desk.ts";
import { Line, openShop } from "./wire.ts";

test(`step 6 · ${RULES.heard}`, async (t) => {
  const shop = await openShop(t);
  // Another shop at the same time, whose partner sends the JSON in base64.
  const provider: Provider = {
    contentType: "application/json",
    verify: ({ body }) => ({ id: "b1", payload: Buffer.from(`${body}`, "base64") }),
  };
  const other = await openShop(t, { provider });
  const answers = [
    await other.post(Buffer.from(order).toString("base64")),
    await shop.post('{"order_id": 9, "status": "shipped"}', "d1"),
  ];
  const heard = [...(await shop.heardInTheEnd(1)), ...(await other.heardInTheEnd(1))];
  assert.deepEqual(
    { answers, heard },
    { answers: ["202", "202"], heard: ["order.shipped 9 d1", "order.created 777 b1"] },
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
  // Who is refused need not wait for those who are being stored.
  const refused = Number.parseInt(await shop.post("{", "d3"), 10) >= 400;
  await manyTurns();
  const early = { answers: [...answers], heard: [...shop.heard], refused };
  disk.release();
  await Promise.all(all);
  assert.deepEqual(
    { early, "in the end": answers.sort() },
    {
      early: { answers: [], heard: [], refused: true },
      "in the end": ["200", "202", "202"],
    },
  );
});

test("step 6 · the sender is answered before the bus gets the event, and nobody waits for listeners", async (t) => {
  const shop = await openShop(t);
  const moments: string[] = [];
  shop.bus.subscribe("order.*", () => {
    moments.push("event");
    return new Promise(() => {});
  });
  const { end } = ServerResponse.prototype;
  t.mock.method(ServerResponse.prototype, "end", function (
    this: ServerResponse,
    ...rest: Parameters<typeof end>
  ) {
    moments.push("answer");
    return end.apply(this, rest);
  } as typeof end);
  const status = await shop.post(order);
  await until(() => moments.length >= 2);
  assert.deepEqual({ status, moments }, { status: "202", moments: ["answer", "event"] });
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

test(`step 6 · ${RULES.start}`, async (t) => {
  const path = fileFor(t);
  const store = await openStore(t, path);
  for (const status of statuses) await store.add(eventOf(status, status));
  await store.handled("paid");
  await store.close();
  const shop = await openShop(t, { path });
  const rest = statuses.filter((status) => status !== "paid");
  assert.deepEqual(
    { heard: shop.heard, times: shop.times },
    {
      heard: rest.map((status) => `order.${status} 777 ${status}`),
      times: rest.map(() => 1_000),
    },
  );
});

anyDay(6);
