import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { courseRoot } from "../workbook/work/course.ts";
import { judge, proved } from "./account.ts";

const biome = join(courseRoot, "node_modules", "@biomejs", "biome", "bin", "biome");

test("format and lint", async (t) => {
  const args = [biome, "check", "--error-on-warnings", "--max-diagnostics=200", "."];
  const complaint = await new Promise<string | undefined>((done) => {
    execFile(process.execPath, args, { cwd: courseRoot }, (error, stdout, stderr) =>
      done(
        error
          ? `${stdout}${stderr}\nTo mend what can be mended: npm run format`
          : undefined,
      ),
    );
  });
  judge(complaint);
  proved(t, "format and lint of every file");
});
