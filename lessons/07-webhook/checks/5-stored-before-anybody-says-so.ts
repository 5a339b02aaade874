import assert from "node:assert/strict";
import { appendFileSync, readFileSync, renameSync, rmSync } from "node:fs";
import { test } from "node:test";
import type { OrderEvent } from "../given/order-events.ts";
import { anyStore } from "./any-store.ts";
import { Disk, eventOf, fileFor, idsOf, manyTurns, openStore, until } from "./desk.ts";

/** The fields of an event that count, and whether it can be changed. */
const shown = (event: OrderEvent | undefined) =>
  event && { ...event, frozen: Object.isFrozen(event) };

/** "true", "false", or how an `add` was refused. */
const told = (result: PromiseSettledResult<boolean> | undefined) =>
  result?.status === "fulfilled" ? String(result.value) : "refused";

test("step 5 · `add` returns true once for each id, and false for an id that is stored", async (t) => {
  const store = await openStore(t, fileFor(t));
  const [one, other] = [await openStore(t, fileFor(t)), await openStore(t, fileFor(t))];
  const ids = ["a", "b", "a", "7", "constructor", "7", "b", "__proto__", "__proto__"];
  const news: string[] = [];
  for (const id of ids) news.push(`${id} ${await store.add(eventOf(id))}`);
  assert.deepEqual(news, [
    ...["a true", "b true", "a false", "7 true", "constructor true"],
    ...["7 false", "b false", "__proto__ true", "__proto__ false"],
  ]);
  const both = [await one.add(eventOf("a")), await other.add(eventOf("a"))];
  const many = Array.from({ length: 2_000 }, (_, at) => one.add(eventOf(`${at}`)));
  const firsts = (await Promise.all(many)).filter(Boolean).length;
  const seconds = [await one.add(eventOf("a")), await one.add(eventOf("0"))];
  assert.deepEqual(
    {
      "in two stores": both,
      "of 2,000 others": firsts,
      "and then the first two": seconds,
    },
    {
      "in two stores": [true, true],
      "of 2,000 others": 2_000,
      "and then the first two": [false, false],
    },
  );
});

test("step 5 · `add` resolves when the disk has the event, also for a second one of the same id", async (t) => {
  const path = fileFor(t);
  const disk = new Disk();
  const store = await openStore(t, path, disk);
  disk.hold();
  const answers: Record<string, unknown> = { first: "waits", second: "waits" };
  const ask = async (who: string) => {
    answers[who] = await store.add(eventOf("a"));
  };
  const both = Promise.all([ask("first"), ask("second")]);
  await Promise.race([both, until(() => disk.syncs > 0)]);
  await manyTurns();
  const meanwhile = { ...answers, waiting: idsOf(store.waiting) };
  disk.release();
  await both;
  const inFile = readFileSync(path, "utf8").includes('"a"');
  assert.deepEqual(
    { "while the disk is busy": meanwhile, "when it is done": answers, inFile },
    {
      "while the disk is busy": { first: "waits", second: "waits", waiting: [] },
      "when it is done": { first: true, second: false },
      inFile: true,
    },
  );
});

test("step 5 · those who come while the disk is busy share the next fsync", async (t) => {
  const disk = new Disk();
  const store = await openStore(t, fileFor(t), disk);
  const old = Array.from({ length: 20 }, (_, at) => `old ${at}`);
  await Promise.all(old.map((id) => store.add(eventOf(id))));
  const before = disk.syncs;
  disk.hold();
  const all = [store.add(eventOf("first"))];
  await Promise.race([all[0], until(() => disk.syncs > before)]);
  for (let number = 0; number < 50; number++) all.push(store.add(eventOf(`${number}`)));
  const notes = old.map((id) => store.handled(id));
  disk.release();
  const news = (await Promise.all(all)).filter(Boolean).length;
  await Promise.all(notes);
  const syncs = disk.syncs - before;
  const few = syncs <= 4 ? "4 or fewer" : syncs;
  assert.deepEqual({ news, fsyncs: few }, { news: 51, fsyncs: "4 or fewer" });
});

test("step 5 · when the disk is full, `add` rejects, and the id counts as unknown again", async (t) => {
  const disk = new Disk();
  const store = await openStore(t, fileFor(t), disk);
  await store.add(eventOf("a"));
  disk.full = true;
  const full = await Promise.allSettled(
    ["b", "b", "c"].map((id) => store.add(eventOf(id))),
  );
  const again = await Promise.allSettled([store.add(eventOf("b"))]);
  const waiting = idsOf(store.waiting);
  disk.full = false;
  assert.deepEqual(
    {
      "at once": full.map(told),
      again: again.map(told),
      waiting,
      "b later": await store.add(eventOf("b")),
      "a again": await store.add(eventOf("a")),
      "waiting later": idsOf(store.waiting),
    },
    {
      "at once": ["refused", "refused", "refused"],
      again: ["refused"],
      waiting: ["a"],
      "b later": true,
      "a again": false,
      "waiting later": ["a", "b"],
    },
  );
  // Full for the first of two and no longer for the second: it may fail as well, or try again.
  disk.full = true;
  const first = store.add(eventOf("d"));
  const second = store.add(eventOf("d"));
  first.catch(() => {
    disk.full = false;
  });
  const [one, other] = (await Promise.allSettled([first, second])).map(told);
  assert.deepEqual(
    { first: one, "the second is not told that it is known": other !== "false" },
    { first: "refused", "the second is not told that it is known": true },
  );
});

test("step 5 · `handled` takes an event out of `waiting`, once the disk has the note; its id stays known", async (t) => {
  const path = fileFor(t);
  const disk = new Disk();
  const store = await openStore(t, path, disk);
  for (const id of ["a", "b", "c"]) await store.add(eventOf(id));
  const earlier = disk.syncs;
  disk.hold();
  let noted = false;
  const noting = store.handled("b").then(() => {
    noted = true;
  });
  await Promise.race([noting, until(() => disk.syncs > earlier)]);
  await manyTurns();
  const before = noted;
  disk.release();
  await noting;
  await store.handled("b");
  assert.deepEqual(
    {
      "resolved before the disk had it": before,
      waiting: idsOf(store.waiting),
      "b again": await store.add(eventOf("b")),
    },
    { "resolved before the disk had it": false, waiting: ["a", "c"], "b again": false },
  );
  disk.full = true;
  const [full] = await Promise.allSettled([store.handled("c")]);
  disk.full = false;
  await store.close();
  const later = await openStore(t, path);
  assert.deepEqual(
    { "on a full disk": full?.status, "waiting after a restart": idsOf(later.waiting) },
    { "on a full disk": "rejected", "waiting after a restart": ["a", "c"] },
  );
});

test("step 5 · `waiting` lists what is stored and not handled, oldest first, and cannot be changed from outside", async (t) => {
  const store = await openStore(t, fileFor(t));
  for (const id of ["z", "10", "9", "a", "2"]) await store.add(eventOf(id));
  (store.waiting as OrderEvent[]).length = 0;
  await store.handled("9");
  assert.deepEqual({ waiting: idsOf(store.waiting) }, { waiting: ["z", "10", "a", "2"] });
});

test("step 5 · a store that is opened again knows its ids, and what waits, frozen and unchanged", async (t) => {
  const path = fileFor(t);
  const before = await openStore(t, path);
  for (const id of ["z", "10", "чай", "2"]) await before.add(eventOf(id, "paid"));
  await before.handled("10");
  await before.close();
  // Half a line, from a process that was killed.
  appendFileSync(path, '{"id":"half","name":"order.cre');
  const later = await openStore(t, path);
  const [first] = later.waiting;
  assert.deepEqual(
    { waiting: idsOf(later.waiting), first: shown(first) },
    { waiting: ["z", "чай", "2"], first: { ...eventOf("z", "paid"), frozen: true } },
  );
  const news: Record<string, boolean> = {};
  for (const id of ["10", "чай", "half"]) news[id] = await later.add(eventOf(id));
  await later.handled("z");
  await later.close();
  const last = await openStore(t, path);
  assert.deepEqual(
    { news, "waiting in the end": idsOf(last.waiting) },
    {
      news: { "10": false, чай: false, half: true },
      "waiting in the end": ["чай", "2", "half"],
    },
  );
});

test("step 5 · a file that was moved away, deleted, or has another writer makes the next `add` reject", async (t) => {
  const ways: Record<string, (path: string) => void> = {
    "moved away": (path) => renameSync(path, `${path}.old`),
    deleted: (path) => rmSync(path),
    "replaced by another": (path) => {
      renameSync(path, `${path}.old`);
      appendFileSync(path, readFileSync(`${path}.old`));
    },
    "written by somebody else": (path) =>
      appendFileSync(path, `${JSON.stringify(eventOf("not ours"))}\n`),
  };
  for (const [way, happens] of Object.entries(ways)) {
    const path = fileFor(t);
    const store = await openStore(t, path);
    await store.add(eventOf("a"));
    happens(path);
    const results = await Promise.allSettled([store.add(eventOf("b"))]);
    const news = {
      "b later": await store.add(eventOf("b")),
      a: await store.add(eventOf("a")),
    };
    assert.deepEqual(
      { [way]: results.map(told), ...news, waiting: idsOf(store.waiting) },
      { [way]: ["refused"], "b later": true, a: false, waiting: ["a", "b"] },
    );
    const inFile = readFileSync(path, "utf8").includes('"b"');
    assert.deepEqual({ [way]: inFile }, { [way]: true });
  }
});

anyStore();
