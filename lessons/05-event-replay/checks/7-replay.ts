import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { test } from "node:test";
import type { BusEvent } from "#bus/contract";
import { reaction } from "#lesson/05-event-replay/recorded-bus.ts";
import { busDays } from "./bus-day.ts";
import {
  fieldsOf,
  fullDisk,
  idsOf,
  lineIn,
  linesOf,
  logPath,
  noon,
  order,
  orders,
  outcomeOf,
  replayOf,
  shopBus,
} from "./desk.ts";

test("step 7 · a replay delivers the same events, frozen and with `replayed: true`, in order", async (t) => {
  const events = [...orders(3), order(3)]; // What was delivered twice is heard twice.
  const { bus, heard, path } = replayOf(t, linesOf(events));
  await bus.replayFromFile(path);
  const expected = events.map((event) => ({ ...event, replayed: true }));
  assert.deepEqual({ heard: heard.map(fieldsOf) }, { heard: expected });
});

test("step 7 · after a write has failed, what is in the log can still be replayed", async (t) => {
  const path = logPath();
  writeFileSync(path, linesOf(orders(2)));
  const bus = shopBus(t, path, { bus: { onError: () => {} }, log: fullDisk() });
  const heard: string[] = [];
  const { id } = bus.emit("order.paid", { orderId: 1 });
  bus.subscribe("#", (_data, event) => heard.push(event.id));
  const outcome = await outcomeOf(() => bus.replayFromFile(path));
  const flush = await outcomeOf(() => bus.flush(), id);
  assert.deepEqual(
    { outcome, heard, flush },
    {
      outcome: "nothing failed",
      heard: ["order-1", "order-2"],
      flush: `LogError about ${id}`,
    },
  );
});

test("step 7 · a `reaction` hears what happens now, and nothing that is replayed", () => {
  const news = { id: "order-1", name: "order.paid", data: undefined, timestamp: noon };
  const emails: string[] = [];
  const email = reaction((_data: unknown, { id }: BusEvent) => emails.push(id));
  // What it returns reaches the bus: else its failure would be lost.
  const returned = [email(news.data, news)];
  email(news.data, { ...news, replayed: true });
  returned.push(email(news.data, news));
  assert.deepEqual(
    { emails, "returned for news": returned },
    { emails: ["order-1", "order-1"], "returned for news": [1, 2] },
  );
});

test("step 7 · the report counts what was delivered, and says what was torn, or that there was no event", async (t) => {
  const half = linesOf([order(3)]).slice(0, 30);
  const { bus, heard, path } = replayOf(t, linesOf(orders(2)) + half);
  const atOnce = [bus.replayFromFile(path), bus.replayFromFile(path)];
  for (const { replayed, skipped, torn = "", empty } of await Promise.all(atOnce))
    assert.deepEqual(
      { replayed, skipped, torn: lineIn(torn, path), empty, heard: heard.length },
      { replayed: 2, skipped: 0, torn: "3", empty: undefined, heard: 4 },
    );
  bus.emit("order.paid", { orderId: 1 });
  // A path may be written in many ways.
  const own = await bus.replayFromFile(`${dirname(path)}/./events.log.new`);
  assert.deepEqual({ "of its new log": own.replayed }, { "of its new log": 1 });
  const broken = replayOf(t, `${linesOf(orders(2))}oops\n${linesOf([order(4)])}`);
  const replay = () => broken.bus.replayFromFile(broken.path);
  assert.deepEqual(
    { broken: await outcomeOf(replay, "events.log:3"), heard: idsOf(broken.heard) },
    { broken: "LogError about events.log:3", heard: ["order-1", "order-2"] },
  );
});

busDays(7, "news", "own", "notAgain");
