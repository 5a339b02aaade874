import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
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
  const file = join(folder, "billing@orders-0.json");
  const place = readFileSync(file);
  await before.poll(1);
  const billing = idsOf(await drain(consumerOf(options)));
  const shipping = idsOf(await drain(consumerOf({ folder, group: "shipping" })));
  await before.poll();
  await before.commit();
  // The last commit may be one of another process.
  writeFileSync(file, place);
  const again = idsOf(await drain(consumerOf(options)));
  const wanted = { billing: [3, 4], shipping: [1, 2, 3, 4], again: [3, 4] };
  assert.deepEqual({ billing, shipping, again }, wanted);
});

test("step 4 · a commit waits until the disk has a draft of its member's own, then renames it, again where Windows refuses", async (t) => {
  const drafts = new Set<string>();
  for (const name of ["mail@courier-1", "mail@courier-2", "billing@courier-1"]) {
    const [group = "", id = ""] = name.split("@");
    const folder = emptyFolder(t);
    await sendOrders(folder, 2);
    const file = join(folder, `${group}@orders-0.json`);
    const consumer = consumerOf({ folder, group, id });
    for (const offset of [1, 2]) {
      await consumer.poll(1);
      const renames = await renamesOf(t, () => consumer.commit());
      const drafted = renames.map(({ draft, to, synced }) => ({
        "the draft's name has the id": basename(draft).includes(id),
        "it stands beside its file": dirname(draft) === folder && to === file,
        "the disk has it": synced,
      }));
      const wrong = drafted.filter((one) => Object.values(one).includes(false));
      const committed = JSON.parse(readFileSync(file, "utf8")).offset;
      const how = ["not renamed", "not renamed again"][renames.length] ?? "renamed";
      const wanted = { committed: offset, how: "renamed", wrong: [] };
      assert.deepEqual({ committed, how, wrong }, wanted);
      const left = readdirSync(folder).filter((one) => one.includes(".json"));
      const draft = renames[0]?.draft ?? "no draft";
      drafts.add(draft.slice(folder.length));
      if (offset === 1) assert.deepEqual({ left }, { left: [basename(file)] });
      // A commit may die in the middle of its draft.
      writeFileSync(draft, "x".repeat(999));
    }
  }
  assert.equal(Math.min(3, drafts.size), 3, "three drafts have three names");
});

anyDay(4, "failing", "brokenPlace", "autoCommit");
