import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, relative } from "node:path";
import { test } from "node:test";
import type { BusEvent } from "#bus/contract";
import { reaction } from "#lesson/05-event-replay/recorded-bus.ts";
import { busDays } from "./bus-day.ts";
import {
  Disk,
  fieldsOf,
  fullDisk,
  idsOf,
  linesOf,
  logPath,
  order,
  orders,
  outcomeOf,
  recordedIn,
  replayOf,
  settled,
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

test("step 7 · what a listener emits during a replay is news: recorded, and not replayed with it", async (t) => {
  const path = logPath(t);
  const bus = shopBus(t, path);
  bus.emit("order.created", { orderId: 1, total: 450 });
  bus.subscribe("order.created", ({ orderId }) => bus.emit("order.paid", { orderId }));
  const { replayed } = await bus.replayFromFile(path);
  await bus.flush();
  assert.deepEqual(
    { replayed, log: recordedIn(path).map(({ name }) => name) },
    { replayed: 1, log: ["order.created", "order.paid"] },
  );
  const other = replayOf(t, linesOf(orders(1)));
  const replay = other.bus.replayFromFile(other.path);
  const { id } = other.bus.emit("order.paid", { orderId: 2 });
  await replay;
  await other.bus.flush();
  const ids = idsOf(recordedIn(`${other.path}.new`));
  assert.deepEqual({ "emitted meanwhile": ids }, { "emitted meanwhile": [id] });
});

test("step 7 · its own log is written before it is read, however the path is spelled", async (t) => {
  const path = logPath(t);
  writeFileSync(path, linesOf(orders(1)));
  // From another drive of Windows, no relative path leads there.
  const folder = relative(process.cwd(), dirname(path));
  const spellings = [path, `${folder}/./${basename(path)}`];
  for (const spelling of spellings) {
    const disk = new Disk();
    const bus = shopBus(t, spelling, { log: disk });
    bus.emit("order.paid", { orderId: 1 });
    const heard: string[] = [];
    bus.subscribe("#", (_data, event) => heard.push(event.id));
    const replay = bus.replayFromFile(
      spellings.find((other) => other !== spelling) ?? "",
    );
    replay.catch(() => {}); // If it fails, the check hears of it further down.
    // The write is held up. Who does not wait for it has read the file by the end of this.
    for (let times = 0; times < 10; times++) await readFile(path);
    const tooEarly = [...heard];
    await disk.answer();
    await replay;
    assert.deepEqual({ tooEarly, heard }, { tooEarly: [], heard: ["order-1"] });
  }
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

test("step 7 · a `reaction` hears what happens now, and nothing that is replayed", async (t) => {
  const path = logPath(t);
  const told: string[] = [];
  const onError = (error: unknown) => told.push(String(error));
  const bus = shopBus(t, path, { bus: { onError } });
  const emails: string[] = [];
  const email = (_data: unknown, { id }: BusEvent) => {
    emails.push(id);
    // What it returns reaches the bus: else the failure of an async one would be lost.
    return Promise.reject(new Error("no network"));
  };
  bus.subscribe("order.*", reaction(email));
  const event = bus.emit("order.paid", { orderId: 1 });
  bus.deliver(event); // It has happened twice.
  await bus.replayFromFile(path);
  await settled();
  const { id } = event;
  const noNetwork = "Error: no network";
  assert.deepEqual({ emails, told }, { emails: [id, id], told: [noNetwork, noNetwork] });
});

test("step 7 · the report counts what was delivered, and says what was torn, or that there was no event", async (t) => {
  const half = linesOf([order(3)]).slice(0, 30);
  const texts = {
    "two orders": linesOf(orders(2)),
    "two and a half": linesOf(orders(2)) + half,
    "half an order": half,
    nothing: "",
    "blank lines": "\n\n",
  };
  const reports: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(texts)) {
    const { bus, path } = replayOf(t, text);
    const { replayed, skipped, torn, empty } = await bus.replayFromFile(path);
    const line = /events\.log:\d+/.exec(String(torn))?.[0];
    const file = /events\.log/.exec(String(empty))?.[0];
    const sentences = [line ? `names ${line}` : torn, file ? `names ${file}` : empty];
    reports[name] =
      `${replayed}, ${skipped}, torn ${sentences[0]}, empty ${sentences[1]}`;
  }
  assert.deepEqual(reports, {
    "two orders": "2, 0, torn undefined, empty undefined",
    "two and a half": "2, 0, torn names events.log:3, empty undefined",
    "half an order": "0, 0, torn names events.log:1, empty names events.log",
    nothing: "0, 0, torn undefined, empty names events.log",
    "blank lines": "0, 0, torn undefined, empty names events.log",
  });
  const two = replayOf(t, linesOf(orders(2)));
  const atOnce = [two.bus.replayFromFile(two.path), two.bus.replayFromFile(two.path)];
  const counts = (await Promise.all(atOnce)).map(({ replayed }) => replayed);
  assert.deepEqual({ "two replays at once": counts }, { "two replays at once": [2, 2] });
  const text = `${linesOf(orders(2))}oops\n${linesOf([order(4)])}`;
  const { bus, heard, path } = replayOf(t, text);
  const outcome = await outcomeOf(() => bus.replayFromFile(path), "events.log:3");
  const missing = await outcomeOf(
    () => bus.replayFromFile(`${path}.old`),
    "events.log.old",
  );
  const own = await outcomeOf(() => bus.replayFromFile(`${path}.new`), "events.log.new");
  assert.deepEqual(
    { outcome, missing, own, heard: idsOf(heard) },
    {
      outcome: "LogError about events.log:3",
      missing: "LogError about events.log.old",
      own: "LogError about events.log.new",
      heard: ["order-1", "order-2"],
    },
  );
});

busDays(7, "notAgain");
