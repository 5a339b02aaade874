import assert from "node:assert/strict";
import { ServerResponse } from "node:http";
import { test } from "node:test";
import { statuses } from "../given/order-events.ts";
import type { Provider } from "../given/provider.ts";
import { anyDay } from "./any-day.ts";
import {
  Disk,
  eventOf,
  fileFor,
  idsOf,
  manyTurns,
  openStore,
  order,
  signedHeaders,
  until,
} from "./desk.ts";
import { bytesOf, Line, openShop } from "./wire.ts";

test("step 6 · a signed delivery gets 202, and the bus one event of its status and its id", async (t) => {
  const shop = await openShop(t);
  // Another shop at the same time, whose partner sends the JSON in base64.
  const provider: Provider = {
    contentType: "application/json",
    verify: ({ body }) => ({ id: "b1", payload: Buffer.from(`${body}`, "base64") }),
  };
  const other = await openShop(t, { server: { provider } });
  const packed = await other.post(Buffer.from(order).toString("base64"));
  const answers = [packed.status];
  for (const [at, name] of statuses.entries()) {
    const body = `{"order_id": ${at + 1}, "status": "${name}"}`;
    answers.push((await shop.post(body, `d${at + 1}`)).status);
  }
  const events = statuses.map((name, at) => `order.${name} ${at + 1} d${at + 1}`);
  const heard = await shop.heardInTheEnd(5);
  const elsewhere = await other.heardInTheEnd(1);
  assert.deepEqual(
    { answers, heard, elsewhere },
    { answers: Array(6).fill(202), heard: events, elsewhere: ["order.created 777 b1"] },
  );
});

test("step 6 · the time of the event is the clock's at that moment; without a clock, it is `Date.now`", async (t) => {
  let now = 5_000;
  const shop = await openShop(t, { idle: true, server: { clock: () => now } });
  await shop.post(order, "d1");
  now = 9_000;
  await shop.post(order, "d2");
  await shop.heardInTheEnd(2);
  const times = shop.store.waiting.map(({ timestamp }) => timestamp);
  const other = await openShop(t, { idle: true });
  const before = Date.now();
  await other.post(order);
  const [event] = other.store.waiting;
  const isNow =
    before <= Number(event?.timestamp) && Number(event?.timestamp) <= Date.now();
  assert.deepEqual(
    {
      "with a clock": times,
      "the bus has": shop.times,
      "without a clock, it is now": isNow,
    },
    {
      ...{ "with a clock": [5_000, 9_000], "the bus has": [5_000, 9_000] },
      "without a clock, it is now": true,
    },
  );
});

test("step 6 · the signature is over the raw bytes, spaces and all", async (t) => {
  const shop = await openShop(t);
  const body = `  {"status" : "paid",\r\n\t"order_id":7.77e2, "note": "чай \\u0026 мед"}\n`;
  const { status } = await shop.post(body);
  const forged = await shop.post(body.replace("7.77e2", "7.77e3").trim(), "d2");
  const other = await shop.post(body, "d3");
  const headers = signedHeaders(body, "d4");
  const line = new Line(shop.port);
  line.say(bytesOf({ headers, body: body.replace("чай", "мед") }));
  const changed = (await line.answer()).status;
  line.end();
  assert.deepEqual(
    {
      status,
      "another body": forged.status,
      again: other.status,
      "changed on the way": changed >= 400,
      heard: await shop.heardInTheEnd(3),
    },
    {
      status: 202,
      "another body": 202,
      again: 202,
      "changed on the way": true,
      heard: ["order.paid 777 delivery-1", "order.paid 7770 d2", "order.paid 777 d3"],
    },
  );
});

test("step 6 · neither answer nor event comes before the disk has the delivery", async (t) => {
  const disk = new Disk();
  const shop = await openShop(t, { disk });
  disk.hold();
  const seen: string[] = [];
  const answering = shop.post(order).then(({ status }) => seen.push(`answer ${status}`));
  await Promise.race([answering, until(() => disk.syncs > 0)]);
  await manyTurns();
  const early = { answered: [...seen], heard: [...shop.heard] };
  disk.release();
  await answering;
  assert.deepEqual(
    { "before the disk has it": early, "when it has": seen },
    {
      "before the disk has it": { answered: [], heard: [] },
      "when it has": ["answer 202"],
    },
  );
  assert.deepEqual(await shop.heardInTheEnd(1), ["order.created 777 delivery-1"]);
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
  const line = new Line(shop.port);
  line.say(bytesOf({ headers: signedHeaders(order), body: order }));
  await until(() => disk.syncs > 0);
  line.end();
  await until(() => line.isClosed);
  await manyTurns();
  disk.release();
  assert.deepEqual(await shop.heardInTheEnd(1), ["order.created 777 delivery-1"]);
});

test("step 6 · a known delivery gets 200 and no event, also at once and after a restart", async (t) => {
  const path = fileFor(t);
  const shop = await openShop(t, { path });
  const answers: Record<string, unknown> = {};
  for (const id of ["d1", "d2", "d1"]) answers[id] = (await shop.post(order, id)).status;
  const twice = await Promise.all([shop.post(order, "d3"), shop.post(order, "d3")]);
  answers["d3 twice at once"] = twice.map(({ status }) => status).sort();
  const heard = [...(await shop.heardInTheEnd(3))];
  await until(() => shop.store.waiting.length === 0);
  await shop.server.close();
  await shop.store.close();
  const later = await openShop(t, { path });
  for (const id of ["d3", "d4"]) {
    answers[`${id} after a restart`] = (await later.post(order, id)).status;
  }
  assert.deepEqual(
    { answers, heard, "heard after a restart": await later.heardInTheEnd(1) },
    {
      answers: {
        ...{ d1: 200, d2: 202, "d3 twice at once": [200, 202] },
        ...{ "d3 after a restart": 200, "d4 after a restart": 202 },
      },
      heard: ["d1", "d2", "d3"].map((id) => `order.created 777 ${id}`),
      "heard after a restart": ["order.created 777 d4"],
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
  assert.deepEqual(
    { "times heard at once": shop.times },
    { "times heard at once": Array(4).fill(1_000) },
  );
  assert.deepEqual(await shop.heardInTheEnd(4), [
    "order.created 777 d-created",
    "order.shipped 777 d-shipped",
    "order.delivered 777 d-delivered",
    "order.cancelled 777 d-cancelled",
  ]);
  await until(() => shop.store.waiting.length === 0);
  assert.deepEqual({ waiting: idsOf(shop.store.waiting) }, { waiting: [] });
});

anyDay(6);
