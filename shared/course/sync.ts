// npm run sync: writes what explanations include from elsewhere: code, output, and what a step asks.
import { readFileSync, writeFileSync } from "node:fs";
import { courseRoot, shortPath } from "../workbook/work/course.ts";
import { markdownFiles } from "./explanation.ts";
import { refresh } from "./includes.ts";

for (const file of markdownFiles(courseRoot)) {
  const before = readFileSync(file, "utf8");
  const { text, broken, stale } = await refresh(before, courseRoot, file);
  const name = shortPath(file);
  if (stale.length > 0) {
    writeFileSync(file, text);
    console.log(
      `${name}: ${stale.length} ${stale.length === 1 ? "part" : "parts"} written`,
    );
  }
  for (const { line, message } of broken) {
    console.error(`${name}:${line}: ${message}`);
    process.exitCode = 1;
  }
}
