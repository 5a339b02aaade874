// npm run bench: the benchmark of every lesson that has one, one after the other.
import { existsSync } from "node:fs";
import { join } from "node:path";
import bench from "./commands/bench.ts";
import { findLessons } from "./course.ts";
import { endWithChildren } from "./processes.ts";
import { say } from "./terminal.ts";

endWithChildren();
for (const lesson of findLessons()) {
  if (!existsSync(join(lesson.given, "bench.ts"))) continue;
  const status = await bench(lesson);
  if (status !== 0) process.exitCode = status;
  say();
}
