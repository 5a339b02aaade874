/** The texts that belong to no lesson, and the folders that are none yet. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { courseRoot, findLessons, shortPath } from "../workbook/work/course.ts";
import { counted, judge, proved, unproved } from "./account.ts";
import { generalTexts } from "./explanation.ts";
import { complaintsIn } from "./texts.ts";

const files = generalTexts();

for (const file of files) {
  test(`${shortPath(file)} says what is so`, async () => judge(await complaintsIn(file)));
}

test("the account", (t) => {
  const texts = counted(files.length, "text");
  proved(t, `${texts}: links, commands, file names, included code and output`);
});

const standing = findLessons().map(({ folder }) => folder);
for (const name of readdirSync(join(courseRoot, "lessons"))) {
  if (standing.includes(name)) continue;
  test(`lessons/${name} stands`, (t) => {
    unproved(t, `lessons/${name} has no README.md`, "with one, it is a lesson");
  });
}
