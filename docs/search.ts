import { headingsIn, textOf } from "./markdown.ts";
import type { Page } from "./pages.ts";
import type { Words } from "./words.ts";

/** One entry of the search: what stands under one heading. */
interface Section {
  /** The address, from the folder of the site. */
  id: string;
  page: string;
  lesson?: number;
  heading: string;
  text: string;
}

/** The sections of a page, for the search that runs in the reader's browser. */
export function sectionsOf(page: Page, html: string): Section[] {
  const open = withoutFolds(html);
  const headings = headingsIn(open);
  const starts = headings.map(({ id }) =>
    open.lastIndexOf("<", open.indexOf(` id="${id}"`)),
  );
  const pieces = [0, ...starts].map((start, at) => open.slice(start, starts[at]));
  return pieces.map((piece, at) => {
    const heading = headings[at - 1];
    const text = textOf(piece.replaceAll(/<(?=\/?(p|li|pre|t[dhr])\b)/g, " <"))
      .replaceAll(/\s+/g, " ")
      .trim();
    return {
      id: heading ? `${page.file}#${heading.id}` : page.file,
      page: page.lesson ? `${page.lesson.number} · ${page.title}` : page.title,
      ...(page.lesson && { lesson: page.lesson.number }),
      heading: heading?.text ?? page.title,
      // The heading is shown by itself.
      text: heading ? text.replace(heading.text, "").trim() : `${page.tagline} ${text}`,
    };
  });
}

/** A script and no JSON file: a page opened from the disk may load scripts and nothing else. */
export function searchScript(sections: Section[], words: Words): string {
  const { searchMeans: means, searchLesson: lesson } = words;
  const options = {
    fields: ["heading", "page", "text"],
    storeFields: ["page", "lesson", "heading", "text"],
  };
  return `window.searchData = ${JSON.stringify({ options, sections, means, lesson })};\n`;
}

/** Hints, answers and differences would tell too much; of what is folded, the question counts. */
function withoutFolds(html: string): string {
  return html
    .replaceAll(
      /<details id="([^"]+)"><summary>([\s\S]*?)<\/summary>[\s\S]*?<\/details>/g,
      '<h4 id="$1">$2</h4>',
    )
    .replaceAll(/<(details|svg|button|select|script)\b[\s\S]*?<\/\1>/g, "");
}
