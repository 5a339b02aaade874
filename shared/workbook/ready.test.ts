import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

test("before the install, one sentence says so, and how to install", () => {
  const folder = mkdtempSync(join(tmpdir(), "workbook-ready-"));
  try {
    for (const file of ["ready.mjs", "start.mjs"])
      cpSync(join(import.meta.dirname, file), join(folder, file));
    for (const file of ["ready.mjs", "start.mjs"]) {
      const { status, stderr } = spawnSync(process.execPath, [join(folder, file)], {
        encoding: "utf8",
      });
      assert.equal(
        stderr,
        "The workbook is not installed yet.\nInstall it with: npm ci\n",
      );
      assert.equal(status, 1);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("every command that runs TypeScript begins with that sentence", () => {
  const source = readFileSync(join(import.meta.dirname, "../../package.json"), "utf8");
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(source);
  const unready = Object.entries(scripts).filter(
    ([name, command]) =>
      name !== "postinstall" &&
      command.includes("node ") &&
      !/^node shared\/workbook\/(start\.mjs$|ready\.mjs && )/.test(command),
  );
  assert.deepEqual(unready, []);
});
