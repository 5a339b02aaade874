import assert from "node:assert/strict";
import { ServerResponse } from "node:http";
import { test } from "node:test";
import { checkDays } from "#any-day";
import { shopDays } from "./any-day.ts";
import { RULES } from "./day.ts";
import { atEnd, machine, manyTurns, order, signedHeaders, until } from "./desk.ts";
import { Line, Luck, openShop } from "./wire.ts";

test("step 6 · the time of the event is the clock's at that moment; without a clock, it is `Date.now`", async (t) => {
  let now = 0;
  const shop = await openShop(t, { clock: () => now });
  // Each server has its own options.
  const other = await openShop(t);
  await shop.post(order, "d1");
  now = 9_000.5;
  await shop.post(order, "d2");
  now = 3_000;
  await shop.post(order, "d3");
  await shop.heardInTheEnd(3);
  machine.now = () => 7;
  atEnd(t, () => (machine.now = undefined));
  await other.post(order, "");
  await other.heardInTheEnd(1);
  assert.deepEqual(
    { "with a clock": shop.times, "where Date.now is 7": other.times },
    { "with a clock": [0, 9_000.5, 3_000], "where Date.now is 7": [7] },
  );
});

test("step 6 · neither answer nor event comes before the disk has the delivery", async (t) => {
  const luck = new Luck();
  const shop = await openShop(t, { luck });
  const answers: string[] = [];
  const ask = async (id: string) => answers.push(await shop.post(order, id));
  luck.hold();
  const first = ask("d1");
  await luck.busyWith(first);
  const ids = Array.from({ length: 40 }, (_, at) => `d${at + 1}`);
  const others = ids.map(ask);
  await manyTurns();
  const early = { answers: [...answers], heard: [...shop.heard] };
  luck.release();
  await Promise.all([first, ...others]);
  assert.deepEqual(
    { early, answers: answers.sort(), heard: (await shop.heardInTheEnd(40)).sort() },
    {
      early: { answers: [], heard: [] },
      answers: ["200", ...ids.map(() => "202")],
      heard: ids.map((id) => `order.created 777 ${id}`).sort(),
    },
  );
});

test("step 6 · the sender is answered before the bus gets the event, and nobody waits for listeners", async (t) => {
  const answers = t.mock.method(ServerResponse.prototype, "end").mock;
  const before: number[] = [];
  const bus = {
    deliver() {
      before.push(answers.callCount());
      return new Promise(() => {});
    },
  };
  const shop = await openShop(t, { bus, waiting: 2_000 });
  const atTheStart = before.splice(0).length;
  const status = await shop.post(order);
  await until(() => before.length > 0);
  assert.deepEqual(
    { "events at the start": atTheStart, status, "answers before the event": before },
    { "events at the start": 2_000, status: "202", "answers before the event": [1] },
  );
});

test("step 6 · a sender who hangs up before the answer changes nothing: the event is delivered", async (t) => {
  const luck = new Luck();
  const shop = await openShop(t, { luck });
  const line = new Line(shop.port);
  luck.hold();
  line.say({ headers: signedHeaders(order, "d1"), body: order });
  await luck.busyWith(line.answer());
  line.end();
  await until(() => line.isClosed);
  await manyTurns();
  luck.release();
  assert.deepEqual(
    { heard: await shop.heardInTheEnd(1), "onError was called with": shop.errors },
    { heard: ["order.created 777 d1"], "onError was called with": [] },
  );
});

checkDays(6, Object.values(RULES).slice(0, 4), shopDays(6));
