/** What the given file under the store promises: it notices what others do to it. */
import assert from "node:assert/strict";
import { appendFileSync, readFileSync, renameSync, rmSync } from "node:fs";
import { test } from "node:test";
import { eventOf, fileFor, openStore } from "../checks/desk.ts";

const ways: Record<string, (path: string) => void> = {
  "was moved away": (path) => renameSync(path, `${path}.old`),
  "was deleted": (path) => rmSync(path),
  "has another writer": (path) =>
    appendFileSync(path, `${JSON.stringify(eventOf("not ours"))}\n`),
};

for (const [way, happens] of Object.entries(ways))
  test(`a file that ${way} makes the next add reject, and the one after it begins anew`, async (t) => {
    const path = fileFor(t);
    const store = await openStore(t, path);
    await store.add(eventOf("a"));
    happens(path);
    await assert.rejects(store.add(eventOf("b")));
    assert.equal(await store.add(eventOf("b")), true);
    assert.match(readFileSync(path, "utf8"), /"b"/);
  });
