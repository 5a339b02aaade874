import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { courseRoot } from "../workbook/work/course.ts";
import { judge, proved } from "./account.ts";

const biome = join(courseRoot, "node_modules", "@biomejs", "biome", "bin", "biome");

test("format and lint", (t) => {
  const args = [biome, "check", "--error-on-warnings", "--max-diagnostics=200", "."];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: courseRoot,
    encoding: "utf8",
  });
  const mend = "To mend what can be mended: npm run format";
  judge(status === 0 ? undefined : `${stdout}${stderr}\n${mend}`);
  proved(t, "format and lint of every file");
});
