import assert from "node:assert/strict";
import { test } from "node:test";
import { anyStore, RULES } from "./any-store.ts";
import { Disk, eventOf, fileFor, idsOf, openStore } from "./desk.ts";

test("step 5 · `add` resolves when the disk has the event, also for a second one of the same id", async (t) => {
  const disk = new Disk();
  const store = await openStore(t, fileFor(t), disk);
  const answers: string[] = [];
  const ask = async (who: string) =>
    answers.push(`${who} ${await store.add(eventOf("a"))}`);
  disk.hold();
  const both = Promise.all([ask("first"), ask("second")]);
  await disk.busyWith(both);
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
  disk.hold();
  const first = store.add(eventOf("first"));
  await disk.busyWith(first);
  const others = ids.flatMap((id) => [
    store.add(eventOf(`new ${id}`)),
    store.handled(id),
  ]);
  disk.release();
  await Promise.all([first, ...others]);
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
  const told = await Promise.all(all.map((one) => one.then(String, () => "refused")));
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

anyStore();
