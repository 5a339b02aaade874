import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { courseRoot } from "../../workbook/work/course.ts";
import { askOf } from "../../workbook/work/readme.ts";

test("every rule of lesson 4's days is something that a step asks", () => {
  const read = (file: string) =>
    readFileSync(join(courseRoot, "lessons/04-event-queue", file), "utf8");
  const [list = ""] =
    /export const RULES = \{[^}]*\}/.exec(read("checks/story.ts")) ?? [];
  const rules = [...list.matchAll(/"([^"]+)"/g)].map(([, rule = ""]) => rule);
  assert.ok(rules.length > 30);
  const readme = read("README.md");
  const unasked = rules.filter((rule) => !readme.includes(`\n- ${askOf(rule)}\n`));
  assert.deepEqual(unasked, []);
});
