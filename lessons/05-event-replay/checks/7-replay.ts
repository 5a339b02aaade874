import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
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

test("step 7 · a replay delivers the same events, ids and times, with `replayed: true`, in order", async (t) => {
  const events = [...orders(3), order(3)];
  const { bus, heard, path } = replayOf(t, linesOf(events));
  await bus.replayFromFile(path);
  const expected = events.map((event) => ({ ...event, replayed: true }));
  const title = "order-3 stands in the file twice, and is heard twice";
  assert.deepEqual({ [title]: heard.map(fieldsOf) }, { [title]: expected });
});

test("step 7 · after a write has failed, what is in the log can still be replayed", async (t) => {
  const path = logPath(t);
  writeFileSync(path, linesOf(orders(2)));
  const bus = shopBus(t, path, { bus: { onError: () => {} }, log: fullDisk() });
  const heard: string[] = [];
  bus.emit("order.paid", { orderId: 1 });
  bus.subscribe("#", (_data, event) => heard.push(event.id));
  const outcome = await outcomeOf(() => bus.replayFromFile(path));
  assert.deepEqual(
    { outcome, heard },
    { outcome: "nothing failed", heard: ["order-1", "order-2"] },
  );
});

test("step 7 · a `reaction` hears what happens now, and nothing that is replayed", async () => {
  const news = { id: "order-1", name: "order.paid", data: undefined, timestamp: noon };
  const emails: string[] = [];
  const email = reaction((data: unknown, { id }: BusEvent) => {
    if (data === "no address") throw new RangeError(data);
    return emails.push(id);
  });
  const returned = [news, { ...news, replayed: true as const }, news].map((event) =>
    email(event.data, event),
  );
  // What it returns or throws reaches the bus: else its failure would be lost.
  const thrown = await outcomeOf(() => email("no address", news));
  assert.deepEqual(
    { emails, "returned for news": [returned[0], returned[2]], thrown },
    { emails: ["order-1", "order-1"], "returned for news": [1, 2], thrown: "RangeError" },
  );
});

test("step 7 · the report counts what was delivered, and says what was torn, or that there was no event", async (t) => {
  const half = linesOf([order(3)]).slice(0, 30);
  const { bus, path } = replayOf(t, linesOf(orders(2)) + half);
  const atOnce = [bus.replayFromFile(path), bus.replayFromFile(path)];
  for (const { replayed, skipped, torn = "", empty } of await Promise.all(atOnce))
    assert.deepEqual(
      { replayed, skipped, torn: lineIn(torn, path), empty },
      { replayed: 2, skipped: 0, torn: "3", empty: undefined },
    );
  const broken = replayOf(t, `${linesOf(orders(2))}oops\n${linesOf([order(4)])}`);
  const outcome = (path: string, word: string) =>
    outcomeOf(() => broken.bus.replayFromFile(path), word);
  const outcomes = {
    broken: await outcome(broken.path, "events.log:3"),
    missing: await outcome(`${broken.path}.old`, "events.log.old"),
    own: await outcome(`${broken.path}.new`, "events.log.new"),
    heard: idsOf(broken.heard),
  };
  assert.deepEqual(outcomes, {
    broken: "LogError about events.log:3",
    missing: "LogError about events.log.old",
    own: "LogError about events.log.new",
    heard: ["order-1", "order-2"],
  });
});

busDays(7, "news", "own", "notAgain");
