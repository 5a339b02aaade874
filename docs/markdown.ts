import hljs from "highlight.js/lib/core";
import json from "highlight.js/lib/languages/json";
import typescript from "highlight.js/lib/languages/typescript";
import yaml from "highlight.js/lib/languages/yaml";
import MarkdownIt from "markdown-it";
import anchor from "markdown-it-anchor";
import { slugOf } from "../shared/workbook/work/readme.ts";
import { escapeHtml } from "./escape-html.ts";
import { pictureOf } from "./pictures.ts";
import type { Words } from "./words.ts";

hljs.registerLanguage("ts", typescript);
// Commands of ours are called test and read, too, which have a colour in a shell.
hljs.registerLanguage(
  "sh",
  ({ HASH_COMMENT_MODE, APOS_STRING_MODE, QUOTE_STRING_MODE }) => ({
    contains: [HASH_COMMENT_MODE, APOS_STRING_MODE, QUOTE_STRING_MODE],
  }),
);
hljs.registerLanguage("json", json);
hljs.registerLanguage("yaml", yaml);

export interface Heading {
  level: number;
  id: string;
  text: string;
}

export interface Rendered {
  html: string;
  headings: Heading[];
}

/**
 * Turns the Markdown of a page into HTML.
 *
 * @param figure what stands before the picture after `<!-- figure -->`, if anything
 */
export function renderMarkdown(body: string, words: Words, figure = ""): string {
  const markdown = new MarkdownIt({ html: true, linkify: false, typographer: false });
  markdown.use(anchor, {
    level: [2, 3],
    slugify: slugOf,
    tabIndex: false,
    permalink: anchor.permalink.headerLink({ class: "permalink" }),
  });
  markdown.renderer.rules.fence = (tokens, index) => {
    const token = tokens[index];
    const isFigure = tokens[index - 1]?.content.trim() === "<!-- figure -->";
    const block = token ? fence(token.content, token.info.trim(), words) : "";
    return isFigure ? figure + block : block;
  };
  markdown.renderer.rules.table_open = () => '<div class="table" tabindex="0"><table>\n';
  markdown.renderer.rules.table_close = () => "</table></div>\n";
  // A question can be led to; a hint comes after its step.
  return markdown
    .render(body)
    .replaceAll(/<details>(<summary>([\s\S]*?)<\/summary>)/g, (hint, summary, title) =>
      isHint(title) ? hint : `<details id="${slugOf(textOf(title))}">${summary}`,
    );
}

/** The headings of a page that one can lead to. */
export function headingsIn(html: string): Heading[] {
  const found = html.matchAll(/<h([2-4])[^>]* id="([^"]+)"[^>]*>([\s\S]*?)<\/h\1>/g);
  return [...found].map(([, level, id = "", title = ""]) => ({
    level: Number(level),
    id,
    text: textOf(title),
  }));
}

/** Whether what is folded is a hint, such as `Hint 1`, and not the answer to a question. */
export function isHint(summary: string): boolean {
  return /^\p{L}+ \d$/u.test(summary);
}

/** What one reads, without its tags. */
export function textOf(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/&(lt|gt|amp|quot);/g, (_, name: string) => entities[name] ?? "");
}

const entities: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"' };

function fence(content: string, language: string, words: Words): string {
  return language === "mermaid"
    ? pictureOf(content)
    : codeBlock(content, language, words);
}

export function codeBlock(content: string, language: string, words: Words): string {
  const code = content.replace(/\n$/, "");
  const isPicture = /[─│┌▶]/.test(code) && language === "text";
  const copy = isPicture || language === "text" ? "" : copyButton(words);
  return `<div class="code${isPicture ? " picture" : ""}"><pre tabindex="0"><code>${highlight(code, language)}</code></pre>${copy}</div>\n`;
}

export function highlight(code: string, language: string): string {
  if (!hljs.getLanguage(language)) return escapeHtml(code);
  return hljs.highlight(code, { language }).value;
}

function copyButton({ copy }: Words): string {
  return `<button type="button" class="copy" aria-label="${copy}" title="${copy}" hidden><svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" aria-hidden="true"><path class="sheets" d="M5.5 5.5h8v8h-8zM10.5 5V2.5h-8v8H5"/><path class="tick" d="m3 8.5 3.5 3.5L13 5"/></svg></button>`;
}
