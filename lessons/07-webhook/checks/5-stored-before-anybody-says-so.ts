import assert from "node:assert/strict";
import { appendFileSync, readFileSync, renameSync, rmSync } from "node:fs";
import { test } from "node:test";
import { anyStore, RULES } from "./any-store.ts";
import { Disk, eventOf, fileFor, idsOf, openStore } from "./desk.ts";

test("step 5 · `add` resolves when the disk has the event, also for a second one of the same id", async (t) => {
  const disk = new Disk();
  const store = await openStore(t, fileFor(t), disk);
  const answers: string[] = [];
  const ask = async (who: string) =>
    answers.push(`${who} ${await store.add(eventOf("a"))}`);
  let both: Promise<unknown> = Promise.resolve();
  await disk.hold(() => (both = Promise.all([ask("first"), ask("second")])));
  const early = { answers: [...answers], waiting: idsOf(store.waiting) };
  disk.release();
  await both;
  assert.deepEqual(
    { "while the disk is busy": early, "when it is done": answers.sort() },
    {
      "while the disk is busy": { answers: [], waiting: [] },
      "when it is done": ["first true", "second false"],
    },
  );
});

test("step 5 · those who come while the disk is busy share the next fsync", async (t) => {
  const disk = new Disk();
  const store = await openStore(t, fileFor(t), disk);
  const all: Promise<boolean>[] = [];
  const add = (id: string) => all[all.push(store.add(eventOf(id))) - 1];
  await disk.hold(async () => add("first"));
  for (let number = 0; number < 50; number++) add(`${number}`);
  disk.release();
  const news = (await Promise.all(all)).filter(Boolean).length;
  const few = disk.syncs <= 4 ? "4 or fewer" : disk.syncs;
  assert.deepEqual({ news, fsyncs: few }, { news: 51, fsyncs: "4 or fewer" });
});

test(`step 5 · ${RULES.add}`, async (t) => {
  const store = await openStore(t, fileFor(t));
  const events = Array.from({ length: 2_000 }, (_, at) => eventOf(`${at}`));
  const addAll = async () =>
    (await Promise.all(events.map((event) => store.add(event)))).filter(Boolean).length;
  const first = await addAll();
  await Promise.all(events.slice(0, 1_000).map(({ id }) => store.handled(id)));
  assert.deepEqual({ first, again: await addAll() }, { first: 2_000, again: 0 });
});

test(`step 5 · ${RULES.full}`, async (t) => {
  const disk = new Disk();
  const store = await openStore(t, fileFor(t), disk);
  disk.full = true;
  const all = [1, 2, 3].map(() => store.add(eventOf("b")));
  // There is room before the others know: they may fail as well, or try again.
  all[0]?.catch(() => {
    disk.full = false;
  });
  const [first, ...others] = await Promise.allSettled(all);
  const told = others.map((one) =>
    one.status === "fulfilled" ? String(one.value) : "refused",
  );
  const isKnown = told.includes("true");
  const isFalse = told.includes("false") && !isKnown;
  const refused = () => "refused, with room on the disk";
  told.push(String(await store.add(eventOf("b")).catch(refused)));
  const isRefused = told.includes(refused());
  assert.deepEqual(
    {
      first: first?.status,
      "another is told that it is known, although it is not": isFalse,
      "refused again, with room on the disk": isRefused,
      "times it is stored": told.filter((one) => one === "true").length,
      waiting: idsOf(store.waiting),
    },
    {
      first: "rejected",
      "refused again, with room on the disk": false,
      "another is told that it is known, although it is not": false,
      "times it is stored": 1,
      waiting: ["b"],
    },
  );
});

test(`step 5 · ${RULES.handled}`, async (t) => {
  const disk = new Disk();
  const store = await openStore(t, fileFor(t), disk);
  await store.add(eventOf("a"));
  let isNoted = false;
  let noting: Promise<unknown> = Promise.resolve();
  await disk.hold(() => {
    noting = store.handled("a").then(() => {
      isNoted = true;
    });
    return noting;
  });
  const before = isNoted;
  disk.release();
  await noting;
  assert.deepEqual(
    { "resolved before the disk had it": before, waiting: idsOf(store.waiting) },
    { "resolved before the disk had it": false, waiting: [] },
  );
});

test("step 5 · a file that was moved away, deleted, or has another writer makes the next `add` reject", async (t) => {
  const ways: Record<string, (path: string) => void> = {
    "moved away": (path) => renameSync(path, `${path}.old`),
    deleted: (path) => rmSync(path),
    "written by somebody else": (path) =>
      appendFileSync(path, `${JSON.stringify(eventOf("not ours"))}\n`),
  };
  for (const [way, happens] of Object.entries(ways)) {
    const path = fileFor(t);
    const store = await openStore(t, path);
    await store.add(eventOf("a"));
    happens(path);
    const [result] = await Promise.allSettled([store.add(eventOf("b"))]);
    const later = await store.add(eventOf("b"));
    const inFile = readFileSync(path, "utf8").includes('"b"');
    assert.deepEqual(
      { [way]: result?.status, "b later": later, inFile },
      { [way]: "rejected", "b later": true, inFile: true },
    );
  }
});

anyStore();
