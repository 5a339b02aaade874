import { themeScript } from "./assets.ts";
import { escapeHtml } from "./escape-html.ts";
import type { Heading } from "./markdown.ts";
import type { Page } from "./pages.ts";
import type { Words } from "./words.ts";

export interface Site {
  pages: Page[];
  words: Words;
  /** The words of all editions. */
  editions: readonly Words[];
  /** Of this edition, in the site: empty for the first one, else such as `uk/`. */
  folder: string;
  /** The way back to what all editions share. */
  root: string;
  /** The folders of the lessons whose checks pass on the learner's own code. */
  done: ReadonlySet<string>;
}

/** A whole HTML page around the text of one. */
export function layOut(
  page: Page,
  html: string,
  headings: Heading[],
  site: Site,
): string {
  const { words, root } = site;
  const title = page.file === "index.html" ? words.site : `${page.title} · ${words.site}`;
  return `<!doctype html>
<html lang="${words.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<meta name="description" content="${escapeHtml(plain(page.tagline) || page.title)}">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(mark("#0b6b66", "#a84a10", "#6d4fc4"))}">
<link rel="stylesheet" href="${root}style.css">
<script>${themeScript}</script>
<script src="${root}site.js" defer></script>
</head>
<body${page.file === "index.html" ? ' class="home"' : ""}>
<a class="skip" href="#text">${words.skip}</a>
<header class="top">
<a class="brand" href="index.html">${mark("var(--accent)", "var(--warm)", "var(--violet)")}${words.site}</a>
<div class="tools">
${otherEditions(page, site)}<button type="button" class="tool" id="open-search" hidden>${words.search} <kbd>Ctrl K</kbd></button>
<button type="button" class="tool" id="switch-theme" aria-label="${words.theme}" hidden>${halfMoon}</button>
</div>
</header>
<div class="columns">
${sidebar(page, site)}
<main id="text" tabindex="-1">
<div${page.language === words.language ? "" : ` lang="${page.language}"`}>
${heading(page, site)}
${page.file === "index.html" ? "" : foldedContents(headings, words)}${html}
</div>
${neighbours(page, site)}
</main>
${contents(headings, words)}
</div>
${searchDialog(words)}
</body>
</html>
`;
}

/** The same page in the other languages. */
function otherEditions(page: Page, { editions, words, root }: Site): string {
  return editions
    .map((other, at) => ({ other, to: at === 0 ? root : `${root}${other.language}/` }))
    .filter(({ other }) => other !== words)
    .map(
      ({ other: { language, edition }, to }) =>
        `<a href="${to}${page.file}" lang="${language}" hreflang="${language}">${edition}</a>\n`,
    )
    .join("");
}

function heading(
  { lesson, level, minutes, title, tagline }: Page,
  { pages, words }: Site,
): string {
  const count = pages.filter((page) => page.lesson).length;
  const above = lesson
    ? `<p class="above">${words.lessonOf(lesson.number, count, minutes ?? 0)}${level ? ` · ${escapeHtml(level)}` : ""}</p>`
    : "";
  return `${above}
<h1>${escapeHtml(title)}</h1>
${tagline ? `<p class="tagline">${escapeHtml(tagline)}</p>` : ""}
${lesson ? `<div class="live"><p>${words.watch(lesson.number)}</p></div>` : ""}`;
}

/** Open on a wide screen, folded on a phone: the same list in both. */
function sidebar(current: Page, site: Site): string {
  const { pages, words } = site;
  const lessons = pages.filter((page) => page.lesson);
  const levels = [...new Set(lessons.map((page) => page.level))];
  const groups = levels.map(
    (level) => `${level ? `<li class="level">${escapeHtml(level)}</li>` : ""}
${lessons
  .filter((page) => page.level === level)
  .map((page) => entry(page, current, site))
  .join("\n")}`,
  );
  const others = pages.filter((page) => !page.lesson && page.file !== "index.html");
  return `<nav class="sidebar" aria-label="${words.menu}">
<details class="menu"><summary>${words.menu}</summary>
<ul>
<li><a href="index.html"${current.file === "index.html" ? ' aria-current="page"' : ""}>${words.overview}</a></li>
${groups.join("\n")}
<li class="level">${words.chapters}</li>
${others.map((page) => entry(page, current, site)).join("\n")}
</ul>
<p><a href="print.html"${current.file === "print.html" ? ' aria-current="page"' : ""}>${words.print}</a></p>
</details>
</nav>`;
}

function entry(page: Page, current: Page, { done, words }: Site): string {
  const number = page.lesson ? `<span class="number">${page.lesson.number}</span>` : "";
  const isDone = page.lesson && done.has(page.lesson.folder);
  const tick = isDone
    ? `<span class="done"><span aria-hidden="true">✓</span><span class="unseen">${words.done}</span></span>`
    : "";
  const here = page === current ? ' aria-current="page"' : "";
  return `<li><a href="${page.file}"${here}>${number}<span>${escapeHtml(page.title)}</span>${tick}</a></li>`;
}

function contents(headings: Heading[], words: Words): string {
  const items = contentsItems(headings);
  if (items.length === 0) return '<div class="contents"></div>';
  return `<nav class="contents" aria-label="${words.onThisPage}">
<h2>${words.onThisPage}</h2>
<ul>
${items.join("\n")}
</ul>
</nav>`;
}

/** The same for screens that have no room beside the text. */
function foldedContents(headings: Heading[], words: Words): string {
  const items = contentsItems(headings);
  if (items.length < 3) return "";
  return `<details class="folded-contents"><summary>${words.onThisPage}</summary>
<ul>
${items.join("\n")}
</ul>
</details>
`;
}

function contentsItems(headings: Heading[]): string[] {
  return headings
    .filter(({ level }) => level === 2)
    .map(({ id, text }) => `<li><a href="#${id}">${escapeHtml(text)}</a></li>`);
}

function neighbours(page: Page, { pages, words }: Site): string {
  const at = pages.indexOf(page);
  if (at < 0) return "";
  const link = (other: Page | undefined, kind: "previous" | "next") =>
    other
      ? `<a class="${kind}" href="${other.file}"><small>${words[kind]}</small> ${escapeHtml(other.title)}</a>`
      : "<span></span>";
  return `<nav class="neighbours" aria-label="${words.previous} / ${words.next}">${link(pages[at - 1], "previous")}${link(pages[at + 1], "next")}</nav>`;
}

function searchDialog(words: Words): string {
  return `<dialog id="search" aria-label="${words.search}" data-nothing="${escapeHtml(words.searchNothing)}" data-copied="${words.copied}">
<form method="dialog"><input type="search" aria-label="${words.searchPlaceholder}" placeholder="${words.searchPlaceholder}" autocomplete="off"></form>
<ul></ul>
<p role="status"></p>
</dialog>`;
}

/** One that speaks, two that listen. */
function mark(speaker: string, one: string, other: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20" viewBox="0 0 20 20" aria-hidden="true"><path d="M5 10 15 4M5 10l10 6" stroke="#888" stroke-width="1.4" fill="none"/><circle cx="5" cy="10" r="4" fill="${speaker}"/><circle cx="15" cy="4" r="3" fill="${one}"/><circle cx="15" cy="16" r="3" fill="${other}"/></svg>`;
}

const halfMoon =
  '<svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="M8 2v12a6 6 0 0 0 0-12z" fill="currentColor"/></svg>';

function plain(markdown: string): string {
  return markdown.replaceAll(/[`*_]/g, "");
}
