import { existsSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { courseRoot } from "../shared/workbook/course.ts";
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

/** A link to a file that is no page becomes plain text: the site has only pages. */
function siteLink(href: string, page: Page, pages: Page[]): string | undefined {
  if (/^[a-z]+:/.test(href) || href.startsWith("#")) return href;
  const [path = "", anchor] = href.split("#");
  const target = resolve(dirname(page.source), decodeURIComponent(path));
  const found = pages.find(({ source }) => source === target);
  if (found) return anchor ? `${found.file}#${anchor}` : found.file;
  if (existsSync(target)) return undefined;
  const place = relative(courseRoot, page.source).replaceAll("\\", "/");
  throw new Error(`${place}: the link to ${href} leads to no file.`);
}

/** Links to pages or places that are not there, as sentences. */
export function brokenLinks(files: ReadonlyMap<string, string>): string[] {
  const anchors = new Map(
    [...files].map(
      ([file, html]) => [file, new Set(html.match(/(?<= id=")[^"]+/g))] as const,
    ),
  );
  return [...files].flatMap(([file, html]) =>
    [...html.matchAll(/ href="([^"]+)"/g)].flatMap(([, href = ""]) => {
      const [target = "", anchor] = href.split("#");
      const page = target === "" ? file : target;
      if (/^[a-z]+:/.test(href) || !page.endsWith(".html")) return [];
      if (!anchors.has(page)) return [`${file} links to ${href}: there is no such page.`];
      const isThere = !anchor || anchors.get(page)?.has(decodeURIComponent(anchor));
      return isThere
        ? []
        : [`${file} links to ${href}: there is no such place on that page.`];
    }),
  );
}
