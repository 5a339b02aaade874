import { dirname, posix, resolve } from "node:path";
import type { Page } from "./pages.ts";

/** Links between files of the course become links between pages of the site. */
export function withSiteLinks(html: string, page: Page, pages: Page[]): string {
  return html.replaceAll(
    /<a href="([^"]+)"([^>]*)>([\s\S]*?)<\/a>/g,
    (link, href: string, _rest, text) => {
      const target = siteLink(href, page, pages);
      return target === undefined
        ? text
        : link.replace(`href="${href}"`, `href="${target}"`);
    },
  );
}

/** A link to any other file becomes plain text: the site has only pages. */
function siteLink(href: string, page: Page, pages: Page[]): string | undefined {
  if (/^[a-z]+:/.test(href) || href.startsWith("#")) return href;
  const [path = "", anchor] = href.split("#");
  const target = inAnyLanguage(resolve(dirname(page.source), decodeURIComponent(path)));
  const found = pages.find(({ source }) => inAnyLanguage(source) === target);
  if (!found) return undefined;
  return anchor ? `${found.file}#${anchor}` : found.file;
}

/** `README.uk.md` and `README.md` are the same page. */
function inAnyLanguage(path: string): string {
  return path.replace(/\.[a-z]{2}\.md$/, ".md");
}

/** Links of the built pages that lead to no page, file or place, as sentences. */
export function brokenLinks(files: ReadonlyMap<string, string | Uint8Array>): string[] {
  const pages = [...files].flatMap(([file, content]) =>
    typeof content === "string" && file.endsWith(".html")
      ? [[file, content] as const]
      : [],
  );
  const anchors = new Map(
    pages.map(([file, html]) => [file, new Set(html.match(/(?<= id=")[^"]+/g))] as const),
  );
  return pages.flatMap(([file, html]) =>
    [...html.matchAll(/ (?:href|src)="([^"]+)"/g)].flatMap(([, href = ""]) => {
      if (/^[a-z]+:/.test(href)) return [];
      const [target = "", anchor] = href.split("#");
      const path = target === "" ? file : posix.join(posix.dirname(file), target);
      if (!files.has(path)) return [`${file} links to ${href}: there is no such file.`];
      const isThere = !anchor || anchors.get(path)?.has(decodeURIComponent(anchor));
      return isThere
        ? []
        : [`${file} links to ${href}: there is no such place on that page.`];
    }),
  );
}
