import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { courseRoot } from "../shared/workbook/course.ts";
import { differences } from "./difference.ts";
import { layOut, type Site } from "./layout.ts";
import { brokenLinks, withSiteLinks } from "./links.ts";
import { type Rendered, renderMarkdown } from "./markdown.ts";
import { findPages, type Page } from "./pages.ts";
import { searchScript, sectionsOf } from "./search.ts";
import { english } from "./words.ts";

const folder = join(courseRoot, "docs", "site");

/**
 * Writes the whole site to `docs/site`.
 *
 * @throws Error in a sentence, if a page, link, anchor or region is missing
 */
export function buildSite(): void {
  const site: Site = { pages: findPages(), words: english, done: new Set() };
  const rendered = site.pages.map((page) => [page, renderPage(page, site)] as const);
  const files = new Map(
    rendered.map(([page, { html, headings }]) => [
      page.file,
      layOut(page, html, headings, site),
    ]),
  );
  files.set("print.html", printPage(rendered, site));
  const broken = brokenLinks(files);
  if (broken.length > 0) throw new Error(broken.join("\n"));

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [file, html] of files) writeFileSync(join(folder, file), html);
  const sections = rendered.flatMap(([page, { html, headings }]) =>
    sectionsOf(page, html, headings),
  );
  writeFileSync(join(folder, "search-data.js"), searchScript(sections));
  for (const [from, to] of assets()) copyFileSync(from, join(folder, to));
}

function renderPage(page: Page, site: Site): Rendered {
  const { lesson } = page;
  const rendered = renderMarkdown(page.body, site.words);
  const html = withSiteLinks(rendered.html, page, site.pages);
  if (!lesson) return { ...rendered, html };
  const runIt = html.indexOf('<h2 id="run-it"');
  const difference = differences(lesson, site.words);
  return { ...rendered, html: html.slice(0, runIt) + difference + html.slice(runIt) };
}

/** All pages one after the other; the ids of each get its name in front, to stay unique. */
function printPage(rendered: (readonly [Page, Rendered])[], site: Site): string {
  const { words } = site;
  const articles = rendered.map(([page, { html }]) => {
    const name = page.file.replace(".html", "");
    const own = html
      .replaceAll(/ id="([^"]+)"/g, ` id="${name}-$1"`)
      .replaceAll(/ href="#([^"]+)"/g, ` href="#${name}-$1"`);
    return `<article><h2 class="title">${page.title}</h2>${own}</article>`;
  });
  const page: Page = {
    file: "print.html",
    source: "",
    title: words.print,
    tagline: "",
    body: "",
  };
  return layOut(page, articles.join("\n"), [], site);
}

function assets(): [from: string, to: string][] {
  const { resolve } = createRequire(import.meta.url);
  const theme = (file: string): [string, string] => [
    join(import.meta.dirname, "theme", file),
    file,
  ];
  return [
    theme("style.css"),
    theme("theme.js"),
    theme("site.js"),
    [
      resolve("@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"),
      "inter-latin.woff2",
    ],
    [
      resolve("@fontsource-variable/inter/files/inter-cyrillic-wght-normal.woff2"),
      "inter-cyrillic.woff2",
    ],
    [
      resolve("@fontsource/jetbrains-mono/files/jetbrains-mono-latin-400-normal.woff2"),
      "jetbrains-mono.woff2",
    ],
    [join(resolve("minisearch"), "..", "..", "umd", "index.js"), "minisearch.js"],
  ];
}

function main(): void {
  const started = performance.now();
  try {
    buildSite();
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
    return;
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `The site is built, in ${seconds} s. Open ${relative(process.cwd(), join(folder, "index.html"))}`,
  );
}

main();
