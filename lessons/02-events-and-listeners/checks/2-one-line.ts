import assert from "node:assert/strict";
import { test } from "node:test";
import { createEvent } from "#bus/contract";
import { anyDay } from "./any-day.ts";
import {
  ann,
  deleted,
  notebook,
  ordered,
  registered,
  type ShopEvent,
  stranger,
} from "./desk.ts";

test("step 2 · a line is the event's time in ISO form, its name and its data as JSON, with spaces between", () => {
  const { logger, lines } = notebook();
  const event = createEvent("user.registered", ann, Date.UTC(2026, 0, 31, 9, 30));
  logger(event.data, event);
  assert.deepEqual(lines(), [
    '2026-01-31T09:30:00.000Z user.registered {"userId":7,"name":"Ann","email":"ann@example.com"}',
  ]);
});

test("step 2 · the time is the event's own, not the time of writing", () => {
  const { logger, lines } = notebook();
  for (const timestamp of [0, -1, 1_700_000_000_000]) {
    const event = createEvent("user.deleted", ann, timestamp);
    logger(event.data, event);
  }
  assert.deepEqual(
    lines().map((line) => line.split(" ")[0]),
    ["1970-01-01T00:00:00.000Z", "1969-12-31T23:59:59.999Z", "2023-11-14T22:13:20.000Z"],
  );
});

test("step 2 · every event gets one line when it comes, in the catalogue or not", () => {
  const { logger, lines } = notebook();
  const events: ShopEvent[] = [ordered(), stranger("shop.closed"), deleted()];
  const counts: Record<string, number> = {};
  for (const event of events) {
    logger(event.data, event);
    counts[event.name] = lines().length;
  }
  assert.deepEqual(counts, { "order.created": 1, "shop.closed": 2, "user.deleted": 3 });
  assert.deepEqual(
    lines().map((line) => line.split(" ")[1]),
    ["order.created", "shop.closed", "user.deleted"],
  );
});

test("step 2 · the line has all of the data, however long, whatever characters are in it", () => {
  const names = {
    "a line break": "Eve\n2026-01-31T09:31:00.000Z user.deleted",
    "a carriage return": "Eve\rAnn",
    quotes: 'Nick "Red" O\'Hara \\',
    Cyrillic: "Оксана",
    "100,000 characters": "long ".repeat(20_000),
  };
  const shown = (line: string) =>
    line.length < 200 ? line : `${line.slice(0, 80)} … ${line.length} characters`;
  for (const [title, name] of Object.entries(names)) {
    const { logger, lines } = notebook();
    const event = registered({ ...ann, name });
    logger(event.data, event);
    const time = new Date(event.timestamp).toISOString();
    const line = `${time} user.registered ${JSON.stringify(event.data)}`;
    assert.deepEqual({ [title]: lines().map(shown) }, { [title]: [shown(line)] });
  }
});

test("step 2 · two loggers write each to its own", () => {
  const [kyiv, lviv] = [notebook(), notebook()];
  const event = registered();
  kyiv.logger(event.data, event);
  kyiv.logger(event.data, registered());
  lviv.logger(event.data, event);
  assert.deepEqual(
    { kyiv: kyiv.lines().length, lviv: lviv.lines().length },
    { kyiv: 2, lviv: 1 },
  );
});

anyDay(2);
