import assert from "node:assert/strict";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { TodoError } from "#todo";
import { anyDay } from "./any-day.ts";
import { consumerOf, diskCalls, drain, emptyFolder, idsOf, sendOrders } from "./desk.ts";

test("step 4 · after a restart a consumer goes on behind its last commit, and the rest comes again", async (t) => {
  const folder = emptyFolder(t);
  const producer = await sendOrders(folder, 4);
  await producer.send("payments", "a payment");
  const options = { folder, group: "billing", id: "worker" };
  const before = consumerOf(options, "payments", "orders");
  await before.commit();
  for (let turn = 0; turn < 2; turn++) {
    await before.poll(1);
    await before.commit();
  }
  await before.poll(1);
  const restarted = consumerOf(options, "payments", "orders");
  const afterRestart = idsOf(await drain(restarted));
  assert.deepEqual({ afterRestart }, { afterRestart: [3, 4] });
});

test("step 4 · each group has offsets of its own", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 2);
  const billing = consumerOf({ folder, group: "billing" });
  await drain(billing);
  await billing.commit();
  const shipping = idsOf(await drain(consumerOf({ folder, group: "shipping" })));
  assert.deepEqual({ shipping }, { shipping: [1, 2] });
});

test("step 4 · a commit writes a draft of its member's own, waits for the disk, then renames the draft", async (t) => {
  const drafts: string[] = [];
  for (const [group, id] of [
    ["mail", "one"],
    ["mail", "two"],
    ["billing", "one"],
  ] as const) {
    const folder = emptyFolder(t);
    await sendOrders(folder, 1);
    const file = join(folder, `${group}@orders-0.json`);
    const consumer = consumerOf({ folder, group, id });
    await consumer.poll(1);
    const calls = await diskCalls(t, () => consumer.commit());
    const at = calls.findIndex(({ name }) => name === "rename");
    const [draft = "no draft", to] = calls[at]?.paths ?? [];
    const synced = calls.slice(0, at).some(({ name }) => name === "sync");
    assert.deepEqual(
      { "folder of the draft": dirname(draft), "renamed to": to, "synced first": synced },
      { "folder of the draft": folder, "renamed to": file, "synced first": true },
    );
    assert.deepEqual(
      { left: readdirSync(folder).filter((name) => name.includes(".json")) },
      { left: [basename(file)] },
    );
    drafts.push(basename(draft));
  }
  const names = new Set(drafts).size;
  assert.deepEqual({ "names of three drafts": names }, { "names of three drafts": 3 });
});

test("step 4 · a broken offset file is an error that names it, until it is deleted", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 2);
  const file = join(folder, "billing@orders-0.json");
  const options = { folder, group: "billing", id: "worker" };
  for (const text of ["", '{"offset":1,"pos', "null"]) {
    writeFileSync(file, text);
    const error = await consumerOf(options)
      .poll()
      .catch((thrown: Error) => thrown);
    if (error instanceof TodoError) throw error;
    const named = error instanceof Error && error.message.includes(file);
    assert.deepEqual(
      { text, "an error names the file": named },
      { text, "an error names the file": true },
    );
  }
  rmSync(file);
  const polled = idsOf(await drain(consumerOf(options)));
  assert.deepEqual({ "after it is deleted": polled }, { "after it is deleted": [1, 2] });
});

anyDay(4, "autoCommit");
