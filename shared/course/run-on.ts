import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Runs a program of this folder, such as `prove.ts`, on the small course in another folder. */
export function runOn(
  root: string,
  program: string,
  words: string[],
  settings: NodeJS.ProcessEnv = {},
) {
  const { NODE_TEST_CONTEXT: _, WORKBOOK_STRICT: __, ...own } = process.env;
  const env = { ...own, ...settings, WORKBOOK_ROOT: root, NO_COLOR: "1" };
  const args = ["--conditions=solution", "--import", import.meta.resolve("tsx")];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...args, join(import.meta.dirname, program), ...words],
    { cwd: root, env, encoding: "utf8" },
  );
  return { status, output: stdout + stderr };
}
