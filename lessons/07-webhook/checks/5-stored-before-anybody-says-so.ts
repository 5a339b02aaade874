import assert from "node:assert/strict";
import { test } from "node:test";
import { anyStore } from "./any-store.ts";
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
  const [disk, path] = [new Disk(), fileFor(t)];
  const store = await openStore(t, path, disk);
  const ids = Array.from({ length: 3_000 }, (_, number) => `${number}`);
  await Promise.all(ids.map((id) => store.add(eventOf(id))));
  const before = disk.syncs;
  disk.hold();
  const first = store.add(eventOf("first"));
  await disk.busyWith(first);
  const more = ids.flatMap((id) => [store.add(eventOf(`new ${id}`)), store.handled(id)]);
  disk.release();
  await Promise.all([first, ...more]);
  const count = disk.syncs - before;
  const again = await openStore(t, path, disk);
  const told = await Promise.all(ids.map((id) => store.add(eventOf(id))));
  assert.deepEqual(
    {
      fsyncs: count <= 4 ? "4 or fewer" : count,
      "stored again": told.filter((isNews) => isNews).length,
      "waiting, reopened": [store, again].map((one) => one.waiting.length),
    },
    { fsyncs: "4 or fewer", "stored again": 0, "waiting, reopened": [3_001, 3_001] },
  );
});

anyStore();
