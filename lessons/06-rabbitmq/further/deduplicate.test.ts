import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConsumeMessage } from "amqplib";
import { createEvent } from "#bus/contract";
import { deduplicate } from "./deduplicate.ts";
import { gate, turn } from "./test-desk.ts";

const message = {} as ConsumeMessage;
const newEvent = (name: string) => createEvent("user.registered", { name });
const [ann, bo, cy] = [newEvent("ann"), newEvent("bo"), newEvent("cy")];

test("an event that comes twice is worked on once", async () => {
  const done: string[] = [];
  const dropped: string[] = [];
  const work = deduplicate(({ id }) => done.push(id), {
    onDuplicate: ({ id }) => dropped.push(id),
  });
  for (const event of [ann, bo, ann]) await work(event, message);
  assert.deepEqual([done, dropped], [[ann.id, bo.id], [ann.id]]);
});

test("work that failed is done again", async () => {
  let attempts = 0;
  const work = deduplicate(() => {
    attempts += 1;
    if (attempts === 1) throw new Error("printer on fire");
  });
  await assert.rejects(async () => work(ann, message), /printer/);
  await work(ann, message);
  await work(ann, message);
  assert.equal(attempts, 2);
});

test("a copy that comes while the first is in hand shares its outcome", async () => {
  const { opened, open } = gate();
  let begun = 0;
  const work = deduplicate(async () => {
    begun += 1;
    await opened;
  });
  const settled: string[] = [];
  for (const name of ["first", "second"]) {
    Promise.resolve(work(ann, message)).then(() => settled.push(name));
  }
  await turn();
  assert.deepEqual([begun, settled], [1, []]);
  open();
  await turn();
  assert.deepEqual([begun, settled.sort()], [1, ["first", "second"]]);
});

test("it remembers as many ids as it was told to, and not without end", async () => {
  let done = 0;
  const work = deduplicate(
    () => {
      done += 1;
    },
    { remember: 1 },
  );
  for (const event of [ann, ann]) await work(event, message);
  assert.equal(done, 1);
  for (const event of [bo, cy, ann]) await work(event, message);
  assert.equal(done, 4);
});
