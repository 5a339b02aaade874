// All pages as one, to print: contents first, hints and answers last.
import { escapeHtml } from "./escape-html.ts";
import { headingsIn, isHint, type Rendered } from "./markdown.ts";
import type { Page } from "./pages.ts";
import type { Words } from "./words.ts";

/** What is folded on a page, by the title of the page and in an order of its own. */
interface Folded {
  /** By `Hint 1`: so that nobody who reads one sees the next. */
  hints: Map<string, string[]>;
  answers: string[];
}

/** The pages one after the other; the ids of each get its name in front, to stay unique. */
export function printed(pages: (readonly [Page, Rendered])[], words: Words): string {
  const hints: string[] = [];
  const answers: string[] = [];
  const articles = pages.map(([page, { html }]) => {
    const name = page.file.replace(".html", "");
    const title = `${page.lesson ? `${page.lesson.number} · ` : ""}${page.title}`;
    const { text, folded } = unfold(ofPage(html, name));
    const part = (content: string[]) =>
      content.length > 0 ? [`<h3>${escapeHtml(title)}</h3>\n${content.join("\n")}`] : [];
    hints.push(...part([...folded.hints.values()].flat()));
    answers.push(...part(folded.answers));
    return { name, title, tagline: page.tagline, text: lowered(text) };
  });
  const all = [
    ...articles,
    { name: "hints", title: words.hints, tagline: "", text: hints.join("\n") },
    { name: "answers", title: words.answers, tagline: "", text: answers.join("\n") },
  ];
  const contents = all.map(({ name, title, text }) => {
    const sections = headingsIn(text)
      .filter(({ level, id }) => level === 3 && id)
      .map((one) => `<li><a href="#${one.id}">${escapeHtml(one.text)}</a></li>`);
    const list = sections.length > 0 ? `\n<ul>\n${sections.join("\n")}\n</ul>` : "";
    return `<li><a href="#${name}">${escapeHtml(title)}</a>${list}</li>`;
  });
  const bodies = all.map(
    ({ name, title, tagline, text }) =>
      `<article><h2 class="title" id="${name}">${escapeHtml(title)}</h2>
${tagline ? `<p class="tagline">${escapeHtml(tagline)}</p>\n` : ""}${text}</article>`,
  );
  return `<nav class="print-contents" aria-label="${words.contents}">
<h2>${words.contents}</h2>
<ul>
${contents.join("\n")}
</ul>
</nav>
${bodies.join("\n")}`;
}

function ofPage(html: string, name: string): string {
  return html
    .replaceAll(/<script[\s\S]*?<\/script>/g, "")
    .replaceAll(/<details class="differences">[\s\S]*?<\/details>/g, "")
    .replaceAll(/ (id|for|aria-[a-z]+by)="([^"]+)"/g, ` $1="${name}-$2"`)
    .replaceAll(/ href="#([^"]+)"/g, ` href="#${name}-$1"`)
    .replaceAll("url(#", `url(#${name}-`);
}

/** Takes hints and answers out of a page; questions stay. */
function unfold(html: string): { text: string; folded: Folded } {
  const folded: Folded = { hints: new Map(), answers: [] };
  let section = "";
  const text = html.replaceAll(
    /<h[23][^>]*>([\s\S]*?)<\/h[23]>|<details[^>]*><summary>([\s\S]*?)<\/summary>([\s\S]*?)<\/details>/g,
    (all, title?: string, summary = "", body = "") => {
      if (title !== undefined) {
        section = title.replaceAll(/<[^>]*>/g, "");
        return all;
      }
      const about = isHint(summary) ? `${section} · ${summary}` : summary;
      const own = `<p class="question"><strong>${about}</strong></p>\n${body}`;
      if (!isHint(summary)) {
        folded.answers.push(own);
        return `<p class="question">${summary}</p>`;
      }
      folded.hints.set(summary, [...(folded.hints.get(summary) ?? []), own]);
      return "";
    },
  );
  return { text, folded };
}

/** Headings go down by one: above them stands the title of the page. */
function lowered(html: string): string {
  return html.replaceAll(
    /<(\/?)h([23])\b/g,
    (_, slash, level) => `<${slash}h${Number(level) + 1}`,
  );
}
