import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { courseRoot } from "../../workbook/work/course.ts";
import { askOf } from "../../workbook/work/readme.ts";

test("every rule of lesson 7's days is something that a step asks", () => {
  const read = (file: string) =>
    readFileSync(join(courseRoot, "lessons/07-webhook", file), "utf8");
  const checks = ["any-signature", "4-news-that-comes-late", "any-store", "day"];
  const rules = checks.flatMap((name) => {
    const [list = ""] =
      /const RULES = \{[\s\S]*?\n\}/.exec(read(`checks/${name}.ts`)) ?? [];
    return [...list.matchAll(/"([^"]{12,})"/g)].map(([, rule = ""]) => rule);
  });
  assert.ok(rules.length > 18);
  const readme = read("README.md");
  const unasked = rules.filter((rule) => !readme.includes(`\n- ${askOf(rule)}\n`));
  assert.deepEqual(unasked, []);
});
