// npm run sync: writes what explanations include from elsewhere: code, output, and what a step asks.
import { writeFileSync } from "node:fs";
import { takesNoWords } from "../workbook/words.ts";
import { courseRoot, findLessons, readText, shortPath } from "../workbook/work/course.ts";
import { tellRefusals } from "../workbook/work/refusal.ts";
import { counted } from "./account.ts";
import { generalTexts, markdownUnder } from "./explanation.ts";
import { refresh } from "./includes.ts";
import { listed } from "./texts.ts";

tellRefusals();
takesNoWords("sync", "It writes all explanations anew.");
const lessons = findLessons().flatMap(({ given }) => markdownUnder(given));
for (const file of [...generalTexts(), ...lessons]) {
  const { text, broken, stale } = await refresh(readText(file), courseRoot, file);
  const name = shortPath(file);
  const leadNowhere = listed(name, broken);
  if (stale.length > 0) {
    writeFileSync(file, text);
    console.log(`${name}: ${counted(stale.length, "part")} written`);
  }
  if (leadNowhere) {
    console.error(leadNowhere);
    process.exitCode = 1;
  }
}
