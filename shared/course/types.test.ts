import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { courseRoot } from "../workbook/work/course.ts";
import { judge, proved } from "./account.ts";

const compiler = join(courseRoot, "node_modules", "typescript", "bin", "tsc");
const project = join(courseRoot, "shared", "course", "tsconfig.json");

for (const condition of ["solution", "starter"]) {
  test(`types are right with the ${condition} of every lesson`, async (t) => {
    const args = [
      compiler,
      "--noEmit",
      "--project",
      project,
      "--customConditions",
      condition,
    ];
    judge(await complaints(args));
    proved(t, `types, negative ones too, with every ${condition}`);
  });
}

function complaints(args: string[]): Promise<string | undefined> {
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd: courseRoot }, (error, stdout, stderr) =>
      done(error ? stdout + stderr || error.message : undefined),
    );
  });
}
