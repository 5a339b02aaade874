// What fails the build: each complaint names the file and the line.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { courseRoot, readText } from "../shared/workbook/work/course.ts";
import { withGlossaryLinks } from "./glossary.ts";
import { brokenLinks } from "./links.ts";
import { complaintsIn } from "./sources.ts";
import { english } from "./words.ts";

const source = "lessons/01-event-bus/main.ts";

const amiss: [what: string, text: string, told: RegExp][] = [
  [
    "code that has changed",
    `<!-- from ${source}#first -->\n\`\`\`ts\nconst old = 1;\n\`\`\``,
    /text\.md:4: differs from .*main\.ts#first/,
  ],
  [
    "a region that is gone",
    `<!-- from ${source}#gone -->\n\`\`\`ts\n\`\`\``,
    /text\.md:3: .*has no region "gone"/,
  ],
  ["a link that leads nowhere", "[B](nothing.md)", /text\.md:3: .*nothing\.md/],
  [
    "a command that is not there",
    "Try\n`npm run lesson 1 dance`.",
    /text\.md:4: .*"dance"/,
  ],
];

for (const [what, text, told] of amiss)
  test(`${what} is told with file and line`, async () =>
    assert.match(await complaints(`# A\n\n${text}\n`), told));

test("a link to a place that is not on a page is told", () => {
  const files = new Map([
    ["a.html", '<a href="b.html#there">there</a><a href="b.html#gone">gone</a>'],
    ["b.html", '<h2 id="there">There</h2>'],
  ]);
  assert.deepEqual(brokenLinks(files), [
    "a.html links to b.html#gone: there is no such place on that page.",
  ]);
});

test("the first use of a word leads to the glossary, outside code, links and headings", () => {
  const html =
    "<h2>Sagas</h2><p><code>saga</code> Sagas are event-driven; a saga, an event.</p>";
  assert.equal(
    withGlossaryLinks(html, ["Saga", "Event"], english),
    '<h2>Sagas</h2><p><code>saga</code> <a class="term" href="glossary.html#saga">Sagas</a> are event-driven; a saga, an <a class="term" href="glossary.html#event">event</a>.</p>',
  );
});

test("a lesson uses the words of the glossary that lead to it", () => {
  const glossary = readText(join(courseRoot, "docs/chapters/glossary.md"));
  const missing = glossary.split("\n## ").flatMap((entry) => {
    const [title = "", ...text] = entry.toLowerCase().split("\n");
    const lessons = text.join("\n").match(/lessons\/[\w-]+\/readme\.md/g) ?? [];
    return lessons.flatMap((lesson) => {
      const path = join(courseRoot, lesson.replace("readme", "README"));
      const words = title.split(", ").map((word) => word.replace(/s$/, ""));
      const told = readFileSync(path, "utf8").toLowerCase();
      return words
        .filter((word) => !told.includes(word))
        .map((word) => `${lesson}: ${word}`);
    });
  });
  assert.deepEqual(missing, []);
});

async function complaints(text: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "workbook-text-"));
  const file = join(folder, "text.md");
  try {
    writeFileSync(file, text);
    return (await complaintsIn([file])).join("\n");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
