import assert from "node:assert/strict";
import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { START } from "#bus/partition-log";
import { FileLog } from "../../../shared/bus/file-log.ts";
import { emptyFolder } from "../checks/desk.ts";

const writer = join(import.meta.dirname, "writer.ts");

test("kill -9 in the middle of writing: what was acknowledged is there, and it goes on", async (t) => {
  const path = join(emptyFolder(t), "orders-0.log");
  let acknowledged = -1;
  for (let round = 0; round < 3; round++) {
    const child = fork(writer, [path], { execArgv: ["--import", "tsx"] });
    t.after(() => child.kill("SIGKILL"));
    const goal = acknowledged + 40;
    child.on("message", (offset) => {
      acknowledged = Number(offset);
    });
    while (acknowledged < goal) await once(child, "message");
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  const log = new FileLog(path, { onRepair: () => {} });
  const [record] = log.append([{ time: 1, value: "after" }]);
  assert.equal((record?.offset ?? 0) > acknowledged, true);
  let place = START;
  for (;;) {
    const { records, next } = log.read(place, 500);
    if (records.length === 0) break;
    place = next;
  }
  assert.equal(place.offset, (record?.offset ?? 0) + 1);
});

test("a disk that is full takes all of a record or nothing of it", async (t) => {
  if (process.platform === "win32") {
    return t.skip("a full disk: run it on Linux or macOS, which have ulimit");
  }
  const path = join(emptyFolder(t), "orders-0.log");
  const node = `"${process.execPath}" --import tsx "${writer}" "${path}" until-full`;
  // A limit on the size of files, in blocks of 512 or 1,024 bytes, fails like a full disk.
  const result = spawnSync("sh", ["-c", `ulimit -f 64; exec ${node}`], {
    encoding: "utf8",
  });
  assert.match(result.stdout, /EFBIG|ENOSPC/, result.stderr);
  const text = readFileSync(path, "utf8");
  assert.equal(text.endsWith("}\n"), true);
  const log = new FileLog(path, { onRepair: () => assert.fail("Half a line was left.") });
  const lines = text.split("\n").length - 1;
  assert.equal(log.append([{ time: 1, value: "after" }])[0]?.offset, lines);
});
