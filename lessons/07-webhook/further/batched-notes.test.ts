import assert from "node:assert/strict";
import { test } from "node:test";
import { Disk, eventOf, fileFor, idsOf, openStore } from "../checks/desk.ts";
import { BatchedNotes } from "./batched-notes.ts";

test("notes that are gathered share one fsync, and resolve when the disk has them", async (t) => {
  const path = fileFor(t);
  const disk = new Disk();
  const store = await openStore(t, path, disk);
  const ids = ["a", "b", "c", "d"];
  await Promise.all(ids.map((id) => store.add(eventOf(id))));
  const notes = new BatchedNotes(store, 1);
  const before = disk.syncs;
  await Promise.all(ids.slice(1).map((id) => notes.handled(id)));
  assert.deepEqual(
    { fsyncs: disk.syncs - before, waiting: idsOf(store.waiting) },
    { fsyncs: 1, waiting: ["a"] },
  );
});

test("a note that the disk cannot take rejects, and the next batch gets its chance", async (t) => {
  const disk = new Disk();
  const store = await openStore(t, fileFor(t), disk);
  for (const id of ["a", "b"]) await store.add(eventOf(id));
  const notes = new BatchedNotes(store, 1);
  disk.failure = "ENOSPC";
  await assert.rejects(notes.handled("a"));
  disk.failure = "";
  await notes.handled("b");
});

test("flush hands over what is gathered, at once", async (t) => {
  const store = await openStore(t, fileFor(t), new Disk());
  await store.add(eventOf("a"));
  const notes = new BatchedNotes(store, 50);
  const noted = notes.handled("a");
  await notes.flush();
  assert.deepEqual(idsOf(store.waiting), []);
  await noted;
});
