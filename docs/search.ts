import type { Heading } from "./markdown.ts";
import type { Page } from "./pages.ts";

/** One entry of the search: what stands under one heading. */
interface Section {
  /** The address, from the folder of the site. */
  id: string;
  page: string;
  heading: string;
  text: string;
}

/** The sections of a page, for the search that runs in the reader's browser. */
export function sectionsOf(page: Page, html: string, headings: Heading[]): Section[] {
  const starts = headings.map(({ id }) =>
    html.lastIndexOf("<", html.indexOf(` id="${id}"`)),
  );
  const pieces = [0, ...starts].map((start, at) => html.slice(start, starts[at]));
  return pieces.map((piece, at) => {
    const heading = headings[at - 1];
    const text = textOf(piece);
    return {
      id: heading ? `${page.file}#${heading.id}` : page.file,
      page: page.lesson ? `${page.lesson.number} · ${page.title}` : page.title,
      heading: heading?.text ?? page.title,
      // The heading is shown by itself.
      text: heading ? text.replace(heading.text, "").trim() : text,
    };
  });
}

/** A script and no JSON file: a page opened from the disk may load scripts and nothing else. */
export function searchScript(sections: Section[]): string {
  const options = {
    fields: ["heading", "page", "text"],
    storeFields: ["page", "heading", "text"],
  };
  return `window.searchData = ${JSON.stringify({ options, sections })};\n`;
}

function textOf(html: string): string {
  return html
    .replaceAll(/<(svg|button)[\s\S]*?<\/\1>/g, "")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/&(lt|gt|amp|quot);/g, (_, name: string) => entities[name] ?? "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

const entities: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"' };
