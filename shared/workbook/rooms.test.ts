import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { filesUnder } from "./work/course.ts";

/** Each room leans on those before it. */
const rooms = ["work", "checks", "results", "page", "screens", "commands"];

for (const [at, room] of rooms.entries()) {
  test(`${room}/ leans on no room above it`, () => {
    const folder = join(import.meta.dirname, room);
    const files = filesUnder(folder).filter((file) => !file.endsWith(".test.ts"));
    const above = files.flatMap((file) =>
      [...readFileSync(join(folder, file), "utf8").matchAll(/"\.\.\/(\w+)\/[\w-]+\.ts"/g)]
        .filter(([, other = ""]) => rooms.indexOf(other) > at)
        .map(([path]) => `${room}/${file} imports ${path}`),
    );
    assert.deepEqual(above, []);
  });
}
