// npm run docs: builds the site. npm run docs serve: and shows it at an address of this machine.
import { join, relative } from "node:path";
import { serve } from "../shared/workbook/page/serve.ts";
import { courseRoot } from "../shared/workbook/work/course.ts";
import { tellRefusals } from "../shared/workbook/work/refusal.ts";
import { makeSite, writeSite } from "./build.ts";
import { complaintsIn } from "./sources.ts";
import { english as words } from "./words.ts";

tellRefusals();
const folder = join(courseRoot, "docs", "site");
const [word, ...more] = process.argv.slice(2);
if (more.length > 0 || (word !== undefined && word !== "serve")) {
  console.error(words.docsUnknown(process.argv.slice(2).join(" ")));
  process.exit(1);
}

const started = performance.now();
const { files, sources, broken } = await makeSite();
const made = performance.now() - started;
const complaints = await complaintsIn(sources, () => console.log(words.docsRuns));
if (complaints.length + broken.length > 0) {
  console.error([...complaints, ...broken].join("\n"));
  process.exit(1);
}
writeSite(files, folder);
const index = relative(process.cwd(), join(folder, "index.html"));
console.log(words.docsBuilt(index, made / 1000));
if (word === "serve") {
  const { address } = await serve(() => folder);
  console.log(words.docsServed(address));
}
