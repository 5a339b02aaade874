import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { strFromU8, unzipSync } from "fflate";
import { greeter, TrialCourse } from "../trial-course.ts";

function archiveOf({ root }: TrialCourse): Record<string, string> {
  const entries = unzipSync(readFileSync(join(root, "work", "hand-in.zip")));
  return Object.fromEntries(
    Object.entries(entries).map(([name, bytes]) => [name, strFromU8(bytes)]),
  );
}

test("before anything is done, the archive says what is missing", async () => {
  using course = new TrialCourse();
  const { status, output } = await course.lesson("hand-in");
  assert.equal(status, 0);
  assert.match(output, /What is handed in\n {2}Nothing yet\./);
  assert.match(output, /1 Your own greeter: not begun/);
  assert.match(output, /0 of 5 questions answered/);
  assert.deepEqual(Object.keys(archiveOf(course)), ["contents.md", "work/comments.md"]);
});

test("code, logs and comments that are there are in it, each in its place", async () => {
  using course = new TrialCourse();
  course.solve({ 1: greeter[1] });
  course.write("work/01-greeter/events.log", '{"name":"greeted"}\n');
  course.write("work/01-greeter/long.log", "x".repeat(1_000_001));
  course.write(
    "work/comments.md",
    "# Mine\n\n## What?\n\nThis.\n\n## Where?\n\n## Why?\n",
  );
  const { output } = await course.lesson("hand-in");
  assert.match(output, /✔ 1 Your own greeter: 1 of 3 steps/);
  assert.match(output, /✔ the event log work\/01-greeter\/events\.log/);
  assert.match(
    output,
    /· the event log work\/01-greeter\/long\.log: it is longer than 1 MB/,
  );
  assert.match(output, /· comments: 1 of 3 questions answered, in work\/comments\.md/);
  const archive = archiveOf(course);
  assert.deepEqual(Object.keys(archive).sort(), [
    "contents.md",
    "work/01-greeter/events.log",
    "work/01-greeter/greeter.ts",
    "work/comments.md",
  ]);
  assert.match(
    archive["contents.md"] ?? "",
    /^# What is handed in\n\n- 1 Your own greeter/,
  );
  assert.equal(
    archive["work/01-greeter/greeter.ts"],
    course.read("work/01-greeter/greeter.ts"),
  );
});
