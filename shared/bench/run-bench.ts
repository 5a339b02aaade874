// Runs a benchmark: node … run-bench.ts <file>
//
// tsx gives every function that is made while the code runs its name, which can cost more than the
// function does. So a benchmark and all it imports are put into one plain file first.
import { bundled } from "../workbook/checks/bundle.ts";
import { makeFolder } from "../workbook/checks/trial-folder.ts";
import { courseRoot } from "../workbook/work/course.ts";

const [, , file = ""] = process.argv;
await import(await bundled(makeFolder(courseRoot), file, "bench"));
