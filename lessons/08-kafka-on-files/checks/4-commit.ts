import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { anyDay } from "./any-day.ts";
import { consumerOf, drain, emptyFolder, idsOf, renamesOf, sendOrders } from "./desk.ts";

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
  const wanted = { billing: [3, 4], shipping: [1, 2, 3, 4] };
  assert.deepEqual({ billing, shipping }, wanted);
});

test("step 4 · a commit waits until the disk has a draft of its member's own, then renames it, again where Windows refuses", async (t) => {
  const drafts = new Set<string>();
  for (const name of ["mail@courier-1", "mail@courier-2", "billing@courier-1"]) {
    const [group = "", id = ""] = name.split("@");
    const folder = emptyFolder(t);
    await sendOrders(folder, 1);
    const file = join(folder, `${group}@orders-0.json`);
    const consumer = consumerOf({ folder, group, id });
    await consumer.poll();
    const renames = await renamesOf(t, () => consumer.commit());
    const drafted = renames.map(({ draft, to, synced }) => ({
      "the draft's name has the id": basename(draft).includes(id),
      "it stands beside its file": dirname(draft) === folder && to === file,
      "the disk has it": synced,
    }));
    const wrong = drafted.filter((one) => Object.values(one).includes(false));
    const how = ["not renamed", "not renamed again"][renames.length] ?? "renamed";
    const files = readdirSync(folder).filter((one) => one.includes(".json"));
    const wanted = { how: "renamed", wrong: [], files: [basename(file)] };
    assert.deepEqual({ how, wrong, files }, wanted);
    drafts.add(basename(renames[0]?.draft ?? ""));
  }
  assert.equal(drafts.size, 3, "three members' drafts have three names");
});

anyDay(4, "failing", "brokenPlace", "autoCommit");
