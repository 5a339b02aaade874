import { join } from "node:path";
import { filesUnder } from "../workbook/work/course.ts";

/** The course's test files in a folder. Those in fixtures and alternatives are material of others. */
export function testsUnder(folder: string): string[] {
  return filesUnder(folder)
    .filter((file) => file.endsWith(".test.ts"))
    .filter((file) => !/(^|\/)(fixtures|alternatives|site)\//.test(file))
    .map((file) => join(folder, file));
}
