import assert from "node:assert/strict";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { anyDay } from "./any-day.ts";
import {
  consumerOf,
  drain,
  emptyFolder,
  idsOf,
  outcome,
  refusalOf,
  renamesOf,
  sendOrders,
} from "./desk.ts";

test("step 4 · after a restart a consumer goes on behind the last commit of its group, and the rest comes again", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 4);
  const options = { folder, group: "billing", id: "worker" };
  const before = consumerOf(options);
  await before.poll(2);
  await before.commit();
  await before.poll(1);
  const billing = idsOf(await drain(consumerOf(options)));
  const shipping = idsOf(await drain(consumerOf({ folder, group: "shipping" })));
  assert.deepEqual({ billing, shipping }, { billing: [3, 4], shipping: [1, 2, 3, 4] });
});

test("step 4 · a commit waits until the disk has a draft of its member's own, then renames it, again where Windows refuses", async (t) => {
  const drafts = new Set<string>();
  for (const name of ["mail@one", "mail@two", "billing@one"]) {
    const [group = "", id = ""] = name.split("@");
    const folder = emptyFolder(t);
    await sendOrders(folder, 2);
    const file = join(folder, `${group}@orders-0.json`);
    const consumer = consumerOf({ folder, group, id });
    for (const offset of [1, 2]) {
      await consumer.poll(1);
      const renames = await renamesOf(t, () => consumer.commit());
      const wrong = renames.filter(
        ({ draft, to, synced }) => dirname(draft) !== folder || to !== file || !synced,
      );
      const committed = JSON.parse(readFileSync(file, "utf8")).offset;
      assert.deepEqual(
        { committed, wrong, "tried again": renames.length > 1 },
        { committed: offset, wrong: [], "tried again": true },
      );
      const left = readdirSync(folder).filter((one) => one.includes(".json"));
      const draft = renames[0]?.draft ?? "no draft";
      drafts.add(draft.slice(folder.length));
      if (offset === 1) assert.deepEqual({ left }, { left: [basename(file)] });
      // A commit may die in the middle of its draft.
      writeFileSync(draft, "x".repeat(999));
    }
  }
  const names = Math.min(3, drafts.size);
  assert.deepEqual({ "names of three drafts": names }, { "names of three drafts": 3 });
});

test("step 4 · a broken offset file is an error that names it, until it is deleted", async (t) => {
  const folder = emptyFolder(t);
  await sendOrders(folder, 2);
  const file = join(folder, "billing@orders-0.json");
  const consumer = consumerOf({ folder, group: "billing", id: "worker" });
  for (const text of ["", '{"offset":1,"pos', "null"]) {
    writeFileSync(file, text);
    const { message = "no error" } = (await refusalOf(() => consumer.poll())) ?? {};
    const named = message.includes(file) ? file : message;
    assert.deepEqual(
      { "the file holds": text, named },
      { "the file holds": text, named: file },
    );
  }
  rmSync(file);
  const polled = idsOf(await drain(consumer));
  assert.deepEqual({ "after it is deleted": polled }, { "after it is deleted": [1, 2] });
});

test("step 4 · where a commit of `autoCommit` fails, so does the poll, and the next one gives all of it again", async (t) => {
  for (const full of ["orders", "payments"]) {
    const folder = emptyFolder(t);
    const producer = await sendOrders(folder, 1);
    await producer.send("payments", { id: 2 });
    const options = { folder, group: "billing", autoCommit: true };
    const consumer = consumerOf(options, "orders", "payments");
    await drain(consumer);
    await producer.send("orders", { id: 3 });
    await producer.send("payments", { id: 4 });
    // What is a folder cannot be replaced.
    const file = join(folder, `billing@${full}-0.json`);
    rmSync(file, { force: true });
    mkdirSync(file);
    const poll = await outcome(() => consumer.poll());
    rmdirSync(file);
    const next = idsOf(await drain(consumer)).sort();
    assert.deepEqual(
      { "cannot commit": full, poll, next },
      { "cannot commit": full, poll: "Error", next: [3, 4] },
    );
  }
});

anyDay(4, "autoCommit");
