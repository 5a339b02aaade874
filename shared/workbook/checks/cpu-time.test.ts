import assert from "node:assert/strict";
import { test } from "node:test";
import { cpuTime, fromPs } from "./cpu-time.ts";

test("the processor time of a process grows while it works, and is unknown of one that is gone", async (t) => {
  const before = await cpuTime(process.pid);
  if (before === undefined && process.platform === "win32")
    return t.skip("no PowerShell here");
  const end = process.cpuUsage().user + 50_000;
  while (process.cpuUsage().user < end);
  const after = await cpuTime(process.pid);
  assert.ok(before !== undefined && after !== undefined && after > before);
  assert.equal(await cpuTime(2 ** 22 + 1), undefined);
});

test("what ps says is read with and without hours and days", () => {
  assert.deepEqual(
    ["0:01.50", "1:02:03", "3-04:05:06"].map(fromPs),
    [1.5, 3723, 273_906],
  );
});
