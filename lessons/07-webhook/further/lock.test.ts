import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { atEnd, fileFor } from "../checks/desk.ts";
import { lockFile } from "./lock.ts";

test("a file is locked once, also in one process, until it is unlocked", (t) => {
  const path = fileFor(t);
  const unlock = lockFile(path);
  assert.throws(() => lockFile(path), /in use by the process \d+/);
  unlock();
  unlock();
  assert.equal(existsSync(`${path}.lock`), false);
  lockFile(path)();
});

test("another process that holds it is named, and its lock is taken over when it has ended", async (t) => {
  const path = fileFor(t);
  const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1_000)"]);
  atEnd(t, () => other.kill("SIGKILL"));
  writeFileSync(`${path}.lock`, String(other.pid));
  assert.throws(() => lockFile(path), new RegExp(`in use by the process ${other.pid}`));
  other.kill("SIGKILL");
  await once(other, "exit");
  lockFile(path)();
});

test("an empty lock, or one of a process of this number that has ended, is taken over", (t) => {
  for (const left of ["", "\0\0", String(process.pid)]) {
    const path = fileFor(t);
    writeFileSync(`${path}.lock`, left);
    lockFile(path)();
  }
});
