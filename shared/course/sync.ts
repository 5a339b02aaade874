// npm run sync: writes the code and output that explanations include from elsewhere.
import { readFileSync, writeFileSync } from "node:fs";
import { courseRoot, shortPath } from "../workbook/work/course.ts";
import { markdownFiles } from "./explanation.ts";
import { refresh } from "./includes.ts";

for (const file of markdownFiles(courseRoot)) {
  const before = readFileSync(file, "utf8");
  const { text, broken, stale } = await refresh(before, courseRoot);
  const name = shortPath(file);
  if (stale.length > 0) {
    writeFileSync(file, text);
    console.log(`${name}: ${stale.length} fences written`);
  }
  for (const { line, message } of broken) {
    console.error(`${name}:${line}: ${message}`);
    process.exitCode = 1;
  }
}
