import { readFileSync } from "node:fs";
import { test } from "node:test";
import { courseRoot, shortPath } from "../workbook/work/course.ts";
import { counted, eachLesson, judge, proved } from "./account.ts";
import { markdownFiles, misleading, outOfForm } from "./explanation.ts";
import { type Complaint, refresh } from "./includes.ts";

eachLesson(courseRoot, (lesson) => {
  test(`lesson ${lesson.number} · the explanation has the form of all`, (t) => {
    judge(listed(`lessons/${lesson.folder}/README.md`, outOfForm(lesson)));
    proved(t, "explanation in form", lesson);
  });
});

const only = process.env.WORKBOOK_LESSON;
const files = markdownFiles(courseRoot).filter(
  (file) =>
    !only || /^lessons\/(\d+)/.exec(shortPath(file))?.[1] === only.padStart(2, "0"),
);

for (const file of files) {
  const name = shortPath(file);

  test(`${name} · links, commands and file names lead somewhere`, () =>
    judge(listed(name, misleading(file, courseRoot))));

  test(`${name} · code and output are those of the source`, async () => {
    const text = readFileSync(file, "utf8");
    const { broken, stale } = await refresh(text, courseRoot, file);
    judge(listed(name, [...broken, ...stale]));
  });
}

test("the account", (t) => {
  proved(
    t,
    `${counted(files.length, "text")}: links, commands, file names, included code and output`,
  );
});

function listed(name: string, complaints: Complaint[]): string | undefined {
  if (complaints.length === 0) return undefined;
  return complaints.map(({ line, message }) => `${name}:${line}: ${message}`).join("\n");
}
