import assert from "node:assert/strict";
import { test } from "node:test";
import { renderMarkdown } from "./markdown.ts";

test("a line of code stays one line, however long it is", () => {
  const line = `const text = "${"a string with spaces in it ".repeat(4)}";`;
  assert.equal(renderMarkdown(`\`\`\`ts\n${line}\n\`\`\``), `    ${line}`);
});

test("code within a sentence is not broken between its words", () => {
  const sentence = `${"so ".repeat(24)}look at \`{ step: 1, way: "back" }\` here`;
  const [first = "", second = ""] = renderMarkdown(sentence).split("\n");
  assert.equal(first, `${"so ".repeat(24)}look at`);
  assert.equal(second, '`{ step: 1, way: "back" }` here');
});
