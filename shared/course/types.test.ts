import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { courseRoot } from "../workbook/work/course.ts";
import { judge, proved, unproved } from "./account.ts";

const compiler = join(courseRoot, "node_modules", "typescript", "bin", "tsc");
const project = join(courseRoot, "shared", "course", "tsconfig.json");

for (const condition of ["solution", "starter"]) {
  test(`types are right with the ${condition} of every lesson`, (t) => {
    compile(project, "--customConditions", condition);
    proved(t, `types, negative ones too, with every ${condition}`);
  });
}

for (const folder of ["06-rabbitmq/further/redis", "08-kafka-on-files/further/kafka"]) {
  test(`types are right in lessons/${folder}`, (t) => {
    const path = join(courseRoot, "lessons", folder);
    if (!existsSync(join(path, "node_modules"))) {
      const how = `npm install --prefix lessons/${folder}`;
      return unproved(t, `the types in lessons/${folder}`, how);
    }
    compile(path, "--customConditions", "solution");
    proved(t, `the types in lessons/${folder}`);
  });
}

function compile(...project: string[]): void {
  const args = [compiler, "--noEmit", "--project", ...project];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: courseRoot,
    encoding: "utf8",
  });
  judge(status === 0 ? undefined : stdout + stderr);
}
