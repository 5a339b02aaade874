import assert from "node:assert/strict";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { emptyFolder } from "../checks/desk.ts";
import { Members } from "../given/members.ts";
import { readPlace, replaceFile } from "../given/topic-files.ts";

/** What Windows says while somebody has the file open. */
const refused = () =>
  Object.assign(new Error("operation not permitted"), { code: "EPERM" });

test("a file that somebody has open for a moment is replaced after that moment", (t) => {
  const folder = emptyFolder(t);
  const [draft, file] = [join(folder, "draft"), join(folder, "file")];
  writeFileSync(draft, "new");
  let tries = 0;
  replaceFile(draft, file, (from, to) => {
    tries += 1;
    if (tries < 3) throw refused();
    renameSync(from, to);
  });
  assert.deepEqual([tries, readFileSync(file, "utf8")], [3, "new"]);
});

test("a file that stays open is an error that names it; any other error comes at once", () => {
  const open = () => {
    throw refused();
  };
  assert.throws(() => replaceFile("draft", "billing@orders-0.json", open), {
    message:
      "billing@orders-0.json could not be replaced: somebody has it open. Try the commit again.",
  });
  let tries = 0;
  const full = () => {
    tries += 1;
    throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
  };
  assert.throws(() => replaceFile("draft", "file", full), /no space left/);
  assert.equal(tries, 1);
});

test("a broken offset file is named, with the way out", (t) => {
  const file = join(emptyFolder(t), "billing@orders-0.json");
  assert.deepEqual(readPlace(file), { offset: 0, position: 0 });
  for (const text of [
    "",
    "\0\0",
    '{"offset":1,"po',
    "null",
    '{"offset":1.5,"position":2}',
  ]) {
    writeFileSync(file, text);
    assert.throws(
      () => readPlace(file),
      /billing@orders-0\.json is broken.* Delete the file, and the group begins again/s,
    );
  }
});

test("a group whose files somebody deletes goes on with the same members", (t) => {
  const folder = emptyFolder(t);
  const [one, two] = ["one", "two"].map(
    (id) => new Members({ folder, group: "billing" }, id),
  ) as [Members, Members];
  one.join("orders");
  two.join("orders");
  one.beat("orders");
  rmSync(join(folder, "billing@orders.group"));
  const rolls = [one.beat("orders").ids, two.beat("orders").ids];
  assert.deepEqual(rolls, [
    ["one", "two"],
    ["one", "two"],
  ]);
});
