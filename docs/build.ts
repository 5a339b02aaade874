import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { readText, shortPath } from "../shared/workbook/work/course.ts";
import { assets, coverageReport } from "./assets.ts";
import { differences } from "./difference.ts";
import { figureHtml, figureScripts, figures } from "./figures/render.ts";
import { withGlossaryLinks } from "./glossary.ts";
import { layOut, type Site } from "./layout.ts";
import { brokenLinks, withSiteLinks } from "./links.ts";
import { headingsIn, type Rendered, renderMarkdown } from "./markdown.ts";
import { findPages, finishedLessons, type Page } from "./pages.ts";
import { withParts } from "./parts.ts";
import { describedIn, drawPictures, sourcesIn } from "./pictures.ts";
import { printed } from "./print.ts";
import { searchScript, sectionsOf } from "./search.ts";
import { editions, type Words } from "./words.ts";

/** The files of the site by their paths, with forward slashes. */
export type SiteFiles = Map<string, string | Uint8Array>;

/**
 * Makes every page of every edition, and what the pages need.
 *
 * @returns the files, the Markdown that they were made from, and what leads nowhere, as sentences
 */
export async function makeSite(
  languages: readonly Words[] = editions,
): Promise<{ files: SiteFiles; sources: string[]; broken: string[] }> {
  const files: SiteFiles = new Map<string, string | Uint8Array>([
    ...assets(),
    ...coverageReport(),
    ...(await figureScripts()),
  ]);
  const sources = new Set<string>();
  for (const [at, words] of languages.entries()) {
    const site: Site = {
      pages: findPages(words.language),
      words,
      editions: languages,
      folder: at === 0 ? "" : `${words.language}/`,
      root: at === 0 ? "" : "../",
      done: new Set(finishedLessons().map(({ folder }) => folder)),
    };
    for (const { body } of site.pages) await drawPictures(body);
    for (const [file, text] of edition(site)) files.set(site.folder + file, text);
    for (const { source } of site.pages) sources.add(source);
  }
  const amiss = [...sources].flatMap((source) => [
    ...figuresAmiss(source),
    ...picturesAmiss(source),
  ]);
  const broken = [...brokenLinks(files), ...amiss];
  return { files, sources: [...sources], broken };
}

/** Puts the files into a folder, in the place of what was there. */
export function writeSite(files: SiteFiles, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [file, content] of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  }
}

function edition(site: Site): Map<string, string> {
  const rendered = site.pages.map((page) => [page, renderPage(page, site)] as const);
  const files = new Map(
    rendered.map(([page, { html, headings }]) => [
      page.file,
      layOut(page, html, headings, site),
    ]),
  );
  files.set("print.html", printPage(rendered, site));
  const sections = rendered.flatMap(([page, { html }]) => sectionsOf(page, html));
  return files.set("search-data.js", searchScript(sections, site.words));
}

function renderPage(page: Page, site: Site): Rendered {
  const { lesson } = page;
  const { words, root } = site;
  const figure = lesson && figureHtml(lesson.folder, words, root);
  const rendered = renderMarkdown(page.body, words, figure);
  let html = withParts(withSiteLinks(rendered, page, site.pages), site);
  if (lesson) {
    html = withGlossaryLinks(html, glossary(site), words);
    // What changes from the starter to the answer stands where the steps end.
    const [, , , runIt] = [...html.matchAll(/<h2 /g)];
    const end = runIt?.index ?? html.length;
    html = html.slice(0, end) + differences(lesson, words) + html.slice(end);
  }
  return { html, headings: headingsIn(html) };
}

/** Figures that no explanation has a place for, and places that have no figure. */
function figuresAmiss(source: string): string[] {
  const lines = readText(source).split("\n");
  const folder = basename(dirname(source));
  const at = lines.indexOf("<!-- figure -->");
  if (at >= 0 === figures.has(folder)) return [];
  const what =
    at < 0 ? "its figure has no <!-- figure --> here" : "there is no such figure";
  return [`${shortPath(source)}:${at + 1 || 1}: ${what}: docs/figures/${folder}.ts`];
}

/** Pictures that do not say in words what they show. */
function picturesAmiss(source: string): string[] {
  return sourcesIn(readText(source))
    .filter((picture) => !describedIn(picture))
    .map((picture) => `${shortPath(source)}: a picture has no accDescr: ${picture}`);
}

/** The headings of the glossary. */
function glossary({ pages }: Site): string[] {
  const page = pages.find(({ file }) => file === "glossary.html");
  return [...(page?.body ?? "").matchAll(/^## (.+)$/gm)].map(([, title = ""]) => title);
}

function printPage(rendered: (readonly [Page, Rendered])[], site: Site): string {
  const { words } = site;
  const page: Page = {
    file: "print.html",
    source: "",
    language: words.language,
    title: words.print,
    tagline: "",
    body: "",
  };
  return layOut(page, printed(rendered, words), [], site);
}
