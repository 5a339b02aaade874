import assert from "node:assert/strict";
import { appendFileSync, readFileSync, renameSync, rmSync } from "node:fs";
import { test } from "node:test";
import { anyStore } from "./any-store.ts";
import { Disk, eventOf, fileFor, idsOf, manyTurns, openStore, until } from "./desk.ts";

/** "true", "false", or how an `add` was refused. */
const told = (result: PromiseSettledResult<boolean> | undefined) =>
  result?.status === "fulfilled" ? String(result.value) : "refused";

test("step 5 · `add` returns true once for each id, and false for an id that is stored", async (t) => {
  const store = await openStore(t, fileFor(t));
  const other = await openStore(t, fileFor(t));
  const news: string[] = [];
  for (const id of ["a", "__proto__", "a", "__proto__"])
    news.push(`${id} ${await store.add(eventOf(id))}`);
  const ids = Array.from({ length: 300 }, (_, at) => `${at}`);
  const addAll = () => Promise.all(ids.map((id) => store.add(eventOf(id))));
  const firsts = await addAll();
  const waiting = store.waiting.length;
  await Promise.all(ids.map((id) => store.handled(id)));
  const seconds = await addAll();
  assert.deepEqual(
    {
      news,
      "of 300 others": firsts.filter(Boolean).length,
      "waiting then": waiting,
      "of 300 that were handled": seconds.filter(Boolean).length,
      "a again": await store.add(eventOf("a")),
      "a in another store": await other.add(eventOf("a")),
    },
    {
      news: ["a true", "__proto__ true", "a false", "__proto__ false"],
      "of 300 others": 300,
      "waiting then": 302,
      "of 300 that were handled": 0,
      "a again": false,
      "a in another store": true,
    },
  );
});

test("step 5 · `add` resolves when the disk has the event, also for a second one of the same id", async (t) => {
  const disk = new Disk();
  const store = await openStore(t, fileFor(t), disk);
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
  assert.deepEqual(
    { "while the disk is busy": meanwhile, "when it is done": answers },
    {
      "while the disk is busy": { first: "waits", second: "waits", waiting: [] },
      "when it is done": { first: true, second: false },
    },
  );
});

test("step 5 · those who come while the disk is busy share the next fsync", async (t) => {
  const disk = new Disk();
  const store = await openStore(t, fileFor(t), disk);
  disk.hold();
  const all = [store.add(eventOf("first"))];
  await Promise.race([all[0], until(() => disk.syncs > 0)]);
  for (let number = 0; number < 50; number++) all.push(store.add(eventOf(`${number}`)));
  disk.release();
  const news = (await Promise.all(all)).filter(Boolean).length;
  const few = disk.syncs <= 4 ? "4 or fewer" : disk.syncs;
  assert.deepEqual({ news, fsyncs: few }, { news: 51, fsyncs: "4 or fewer" });
});

test("step 5 · when the disk is full, `add` rejects, and the id counts as unknown again", async (t) => {
  const disk = new Disk();
  const store = await openStore(t, fileFor(t), disk);
  disk.full = true;
  const first = store.add(eventOf("b"));
  const second = store.add(eventOf("b"));
  // There is room before the second knows: it may fail as well, or try again.
  first.catch(() => {
    disk.full = false;
  });
  const [one, other] = (await Promise.allSettled([first, second])).map(told);
  const later = await store.add(eventOf("b"));
  assert.deepEqual(
    {
      first: one,
      "the second is told that it is known": other === "false",
      "it is stored once": later !== (other === "true"),
      waiting: idsOf(store.waiting),
    },
    {
      first: "refused",
      "the second is told that it is known": false,
      "it is stored once": true,
      waiting: ["b"],
    },
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
  const noting = Promise.all([store.handled("b"), store.handled("b")]).then(() => {
    noted = true;
  });
  await Promise.race([noting, until(() => disk.syncs > earlier)]);
  await manyTurns();
  const before = noted;
  disk.release();
  await noting;
  disk.full = true;
  const [full] = await Promise.allSettled([store.handled("c")]);
  disk.full = false;
  assert.deepEqual(
    {
      "resolved before the disk had it": before,
      "b again": await store.add(eventOf("b")),
      "on a full disk": full?.status,
    },
    {
      "resolved before the disk had it": false,
      "b again": false,
      "on a full disk": "rejected",
    },
  );
  await store.close();
  const later = await openStore(t, path);
  assert.deepEqual({ waiting: idsOf(later.waiting) }, { waiting: ["a", "c"] });
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
      { [way]: told(result), "b later": later, inFile },
      { [way]: "refused", "b later": true, inFile: true },
    );
  }
});

anyStore();
