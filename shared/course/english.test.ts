/** Plain English, wherever a learner or an engineer reads it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { courseRoot, filesUnder, readText } from "../workbook/work/course.ts";
import { counted, judge, proved } from "./account.ts";
import { proseOf, unplain } from "./english.ts";
import { listed } from "./texts.ts";

/** Where a learner reads; what is behind the course is for its maintainers. */
const learners = /^(lessons|shared\/bus)\//;
const rooms = ["lessons", "shared/bus", "shared/workbook", "shared/shop", "docs"];

const files = [
  "README.md",
  ...rooms.flatMap((room) =>
    filesUnder(join(courseRoot, room)).map((file) => `${room}/${file}`),
  ),
].filter((file) => /\.(md|ts)$/.test(file) && !/\/fixtures\/|\.types\.ts$/.test(file));

test("texts, docstrings and messages say it in plain English", (t) => {
  const complaints = files.flatMap((file) => {
    const text = readText(join(courseRoot, file));
    const prose = file.endsWith(".md") ? text : proseOf(text);
    return listed(file, unplain(prose, learners.test(file))) ?? [];
  });
  judge(complaints.length > 0 ? complaints.join("\n") : undefined);
  proved(t, `plain English in ${counted(files.length, "file")}`);
});

test("a habit is found with its line, in prose and in what code says", () => {
  const found = (text: string) => unplain(text, true).map(({ line }) => line);
  assert.deepEqual(
    found("A name.\nThis is no name.\nThere is no name.\nIt is no longer one."),
    [2],
  );
  assert.deepEqual(
    found("```ts\nthis is no code\n```\n`is no code`\nso many words"),
    [5],
  );
  const source =
    'const a = 1; // is no comment\n/** So many. */\nthrow new Error("it is no name");\nf("isno");';
  assert.deepEqual(found(proseOf(source)), [1, 2, 3]);
});
