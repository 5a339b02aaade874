import assert from "node:assert/strict";
import { ServerResponse } from "node:http";
import { test } from "node:test";
import { statuses } from "../given/order-events.ts";
import type { Provider } from "../given/provider.ts";
import { anyDay } from "./any-day.ts";
import { Disk, eventOf, fileFor, manyTurns, openStore, order, until } from "./desk.ts";
import { openShop } from "./wire.ts";

test("step 6 · a signed delivery gets 202, and the bus one event of its status and its id", async (t) => {
  const shop = await openShop(t);
  // Another shop at the same time, whose partner sends the JSON in base64.
  const provider: Provider = {
    contentType: "application/json",
    verify: ({ body }) => ({ id: "b1", payload: Buffer.from(`${body}`, "base64") }),
  };
  const other = await openShop(t, { server: { provider } });
  const answers = [
    (await other.post(Buffer.from(order).toString("base64"))).status,
    (await shop.post('{"order_id": 9, "status": "shipped"}', "d1")).status,
  ];
  assert.deepEqual(
    {
      answers,
      heard: await shop.heardInTheEnd(1),
      elsewhere: await other.heardInTheEnd(1),
    },
    {
      answers: [202, 202],
      heard: ["order.shipped 9 d1"],
      elsewhere: ["order.created 777 b1"],
    },
  );
});

test("step 6 · the time of the event is the clock's at that moment; without a clock, it is `Date.now`", async (t) => {
  let now = 5_001;
  const shop = await openShop(t, { server: { clock: () => now } });
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

test("step 6 · the signature is over the raw bytes, spaces and all", async (t) => {
  const shop = await openShop(t);
  const body = `  {"status" : "paid",\r\n\t"order_id":7.77e2, "note": "чай \\u0026 мед"}\n`;
  const { status } = await shop.post(body, "d1");
  assert.deepEqual(
    { status, heard: await shop.heardInTheEnd(1) },
    { status: 202, heard: ["order.paid 777 d1"] },
  );
});

test("step 6 · neither answer nor event comes before the disk has the delivery", async (t) => {
  const disk = new Disk();
  const shop = await openShop(t, { disk });
  disk.hold();
  const answers: unknown[] = [];
  const ask = async (id: string) => answers.push((await shop.post(order, id)).status);
  const first = ask("d1");
  await Promise.race([first, until(() => disk.syncs > 0)]);
  const second = ask("d2");
  await manyTurns();
  const early = { answers: [...answers], heard: [...shop.heard] };
  // Who is refused need not wait for those who are being stored.
  const { code } = await shop.post("{", "d3");
  disk.release();
  await Promise.all([first, second]);
  assert.deepEqual(
    { early, "a third one is refused meanwhile": code >= 400, "in the end": answers },
    {
      early: { answers: [], heard: [] },
      "a third one is refused meanwhile": true,
      "in the end": [202, 202],
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
  const { status } = await shop.post(order);
  await until(() => moments.length >= 2);
  assert.deepEqual({ status, moments }, { status: 202, moments: ["answer", "event"] });
});

test("step 6 · a sender who hangs up before the answer changes nothing: the event is delivered", async (t) => {
  const disk = new Disk();
  const shop = await openShop(t, { disk });
  disk.hold();
  const line = shop.say(order, "d1");
  await until(() => disk.syncs > 0);
  line.end();
  await until(() => line.isClosed);
  await manyTurns();
  disk.release();
  assert.deepEqual(await shop.heardInTheEnd(1), ["order.created 777 d1"]);
});

test("step 6 · a known delivery gets 200 and no event, also at once and after a restart", async (t) => {
  const path = fileFor(t);
  const shop = await openShop(t, { path });
  const twice = await Promise.all([shop.post(order, "d1"), shop.post(order, "d1")]);
  const heard = [...(await shop.heardInTheEnd(1))];
  await until(() => shop.store.waiting.length === 0);
  await shop.server.close();
  await shop.store.close();
  const later = await openShop(t, { path });
  assert.deepEqual(
    {
      "twice at once": twice.map(({ status }) => status).sort(),
      "after a restart": (await later.post(order, "d1")).status,
      heard: [...heard, ...later.heard],
    },
    {
      "twice at once": [200, 202],
      "after a restart": 200,
      heard: ["order.created 777 d1"],
    },
  );
});

test("step 6 · at the start, the bus gets what is stored and not handled, whatever its status", async (t) => {
  const path = fileFor(t);
  const before = await openStore(t, path);
  for (const status of statuses) await before.add(eventOf(`d-${status}`, status));
  await before.handled("d-paid");
  await before.close();
  const shop = await openShop(t, { path });
  const rest = statuses.filter((status) => status !== "paid");
  assert.deepEqual(
    { heard: shop.heard, times: shop.times },
    {
      heard: rest.map((status) => `order.${status} 777 d-${status}`),
      times: Array(4).fill(1_000),
    },
  );
});

anyDay(6);
