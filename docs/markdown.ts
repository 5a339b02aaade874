import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import json from "highlight.js/lib/languages/json";
import typescript from "highlight.js/lib/languages/typescript";
import yaml from "highlight.js/lib/languages/yaml";
import MarkdownIt from "markdown-it";
import anchor from "markdown-it-anchor";
import type { Words } from "./words.ts";

hljs.registerLanguage("ts", typescript);
hljs.registerLanguage("sh", bash);
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
 * Turns the Markdown of a page into HTML, and tells which headings it found.
 *
 * @param figure what stands in the place of the picture after `<!-- figure -->`, if anything
 */
export function renderMarkdown(body: string, words: Words, figure?: string): Rendered {
  const headings: Heading[] = [];
  const markdown = new MarkdownIt({ html: true, linkify: false, typographer: false });
  markdown.use(anchor, {
    level: [2, 3],
    slugify: slugOf,
    tabIndex: false,
    permalink: anchor.permalink.headerLink({ class: "permalink" }),
    callback: (token, { slug, title }) => {
      headings.push({ level: Number(token.tag.slice(1)), id: slug, text: title });
    },
  });
  markdown.renderer.rules.fence = (tokens, index) => {
    const token = tokens[index];
    const isFigure = tokens[index - 1]?.content.trim() === "<!-- figure -->";
    if (isFigure && figure !== undefined) return figure;
    return token ? codeBlock(token.content, token.info.trim(), words) : "";
  };
  markdown.renderer.rules.table_open = () => '<div class="table" tabindex="0"><table>\n';
  markdown.renderer.rules.table_close = () => "</table></div>\n";
  return { html: markdown.render(body), headings };
}

/** The id of a heading: the same words as on a code host, so that links work on both. */
export function slugOf(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
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
  return `<button type="button" class="copy" hidden>${copy}</button>`;
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
