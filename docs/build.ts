import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { isDone, type Progress } from "../shared/workbook/checks/progress.ts";
import { courseRoot, type Lesson, shortPath } from "../shared/workbook/work/course.ts";
import { progressRecord, readRecord } from "../shared/workbook/work/work-folder.ts";
import { assets, coverageReport, figureScripts } from "./assets.ts";
import { differences } from "./difference.ts";
import { figureHtml, figures } from "./figures/render.ts";
import { withGlossaryLinks } from "./glossary.ts";
import { layOut, type Site } from "./layout.ts";
import { brokenLinks, withSiteLinks } from "./links.ts";
import { escapeHtml, type Rendered, renderMarkdown } from "./markdown.ts";
import { findPages, type Page } from "./pages.ts";
import { withParts } from "./parts.ts";
import { searchScript, sectionsOf } from "./search.ts";
import { editions, type Words } from "./words.ts";

/** Where `npm run docs` puts the site. */
export const siteFolder: string = join(courseRoot, "docs", "site");

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
  const files: SiteFiles = new Map([
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
      done: finishedLessons(),
    };
    for (const [file, text] of edition(site)) files.set(site.folder + file, text);
    for (const { source } of site.pages) sources.add(source);
  }
  const broken = [...brokenLinks(files), ...figuresAmiss([...sources])];
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
  const sections = rendered.flatMap(([page, { html, headings }]) =>
    sectionsOf(page, html, headings),
  );
  return files.set("search-data.js", searchScript(sections));
}

function renderPage(page: Page, site: Site): Rendered {
  const { lesson } = page;
  const { words } = site;
  const figure = lesson && figureOf(lesson, site);
  const rendered = renderMarkdown(page.body, words, figure);
  const html = withParts(withSiteLinks(rendered.html, page, site.pages), site);
  if (!lesson) return { ...rendered, html };
  // What changes from the starter to the answer stands where the steps end.
  const [, , , runIt] = [...html.matchAll(/<h2 /g)];
  const end = runIt?.index ?? html.length;
  const linked = withGlossaryLinks(html, glossary(site), words);
  const at = linked.indexOf(html.slice(end, html.indexOf(">", end)));
  return {
    ...rendered,
    html: linked.slice(0, at) + differences(lesson, words) + linked.slice(at),
  };
}

/** The moving figure of a lesson, which takes the place of the picture in its explanation. */
function figureOf({ folder }: Lesson, { words, root }: Site): string | undefined {
  if (!figures.has(folder)) return undefined;
  return figureHtml(folder, words).replaceAll(' src="figures/', ` src="${root}figures/`);
}

/** Figures that no explanation has a place for, and places that have no figure. */
function figuresAmiss(sources: string[]): string[] {
  return sources.flatMap((source) => {
    const lines = readFileSync(source, "utf8").split(/\r?\n/);
    const folder = basename(dirname(source));
    const at = lines.indexOf("<!-- figure -->");
    if (at >= 0 === figures.has(folder)) return [];
    const what =
      at < 0 ? "its figure has no <!-- figure --> here" : "there is no such figure";
    return [`${shortPath(source)}:${at + 1 || 1}: ${what}: docs/figures/${folder}.ts`];
  });
}

/** The headings of the glossary. */
function glossary({ pages }: Site): string[] {
  const page = pages.find(({ file }) => file === "glossary.html");
  return [...(page?.body ?? "").matchAll(/^## (.+)$/gm)].map(([, title = ""]) => title);
}

/**
 * All pages one after the other, with everything unfolded that is not long. The ids of each get
 * its name in front, to stay unique, and headings go down by one.
 */
function printPage(rendered: (readonly [Page, Rendered])[], site: Site): string {
  const { words } = site;
  const articles = rendered.map(([page, { html }]) => {
    const name = page.file.replace(".html", "");
    const own = html
      .replaceAll(/<script[\s\S]*?<\/script>/g, "")
      .replaceAll(/ (id|for|aria-[a-z]+by)="([^"]+)"/g, ` $1="${name}-$2"`)
      .replaceAll(/ href="#([^"]+)"/g, ` href="#${name}-$1"`)
      .replaceAll(/url\(#/g, `url(#${name}-`)
      .replaceAll(
        /<(\/?)h([23])\b/g,
        (_, slash, level) => `<${slash}h${Number(level) + 1}`,
      )
      .replaceAll("<details>", "<details open>");
    const number = page.lesson ? `${page.lesson.number} · ` : "";
    return `<article><h2 class="title" id="${name}">${number}${escapeHtml(page.title)}</h2>
<p class="tagline">${escapeHtml(page.tagline)}</p>
${own}</article>`;
  });
  const page: Page = {
    file: "print.html",
    source: "",
    language: words.language,
    title: words.print,
    tagline: "",
    body: "",
  };
  return layOut(page, articles.join("\n"), [], site);
}

/** The lessons whose checks passed when they were last run on the learner's code. */
function finishedLessons(): Set<string> {
  const kept = Object.entries(readRecord<Progress>(courseRoot, progressRecord));
  return new Set(kept.filter(([, progress]) => isDone(progress)).map(([name]) => name));
}

/** The path of a file as one would type it here. */
export function typed(path: string): string {
  return relative(process.cwd(), path);
}
