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
  const ids = Array.from({ length: 25 }, (_, number) => `${number}`);
  await Promise.all(ids.map((id) => store.add(eventOf(id))));
  const before = disk.syncs;
  const all: Promise<unknown>[] = [];
  await disk.hold(async () => all.push(store.add(eventOf("first"))) && all[0]);
  for (const id of ids) all.push(store.add(eventOf(`new ${id}`)), store.handled(id));
  disk.release();
  await Promise.all(all);
  const count = disk.syncs - before;
  const few = count <= 4 ? "4 or fewer" : count;
  assert.deepEqual({ fsyncs: few }, { fsyncs: "4 or fewer" });
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
  const told = (await Promise.allSettled(all)).map((one) =>
    one.status === "fulfilled" ? String(one.value) : "refused",
  );
  const isStored = told.includes("true");
  const last = await store.add(eventOf("b")).then(String, () => "refused");
  assert.deepEqual(
    {
      "at first": told[0],
      "another is told that it is known, although it is not":
        told.includes("false") && !isStored,
      "with room on the disk": last,
      "times it is stored": [...told, last].filter((one) => one === "true").length,
      waiting: idsOf(store.waiting),
    },
    {
      "at first": "refused",
      "another is told that it is known, although it is not": false,
      "with room on the disk": String(!isStored),
      "times it is stored": 1,
      waiting: ["b"],
    },
  );
});

test(`step 5 · ${RULES.handled}`, async (t) => {
  const disk = new Disk();
  const store = await openStore(t, fileFor(t), disk);
  await store.add(eventOf("a"));
  const moments: string[] = [];
  let noting: Promise<unknown> = Promise.resolve();
  await disk.hold(() => {
    noting = store.handled("a").then(() => moments.push("resolved"));
    return noting;
  });
  moments.push("the disk has it");
  disk.release();
  await noting;
  assert.deepEqual(
    { moments, waiting: idsOf(store.waiting) },
    { moments: ["the disk has it", "resolved"], waiting: [] },
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
