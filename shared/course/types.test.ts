import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { courseRoot } from "../workbook/work/course.ts";
import { judge, proved, unproved } from "./account.ts";

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

for (const folder of ["06-rabbitmq/further/redis", "08-kafka-on-files/further/kafka"]) {
  test(`types are right in lessons/${folder}`, async (t) => {
    const path = join(courseRoot, "lessons", folder);
    if (!existsSync(join(path, "node_modules"))) {
      const how = `npm install --prefix lessons/${folder}`;
      return unproved(t, `the types in lessons/${folder}`, how);
    }
    judge(await complaints([compiler, "--noEmit", "--project", path]));
    proved(t, "types of what has a client of its own");
  });
}

function complaints(args: string[]): Promise<string | undefined> {
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd: courseRoot }, (error, stdout, stderr) =>
      done(error ? stdout + stderr || error.message : undefined),
    );
  });
}
