// Pictures that are drawn from text: what stands between ```mermaid and ``` becomes an SVG.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { courseRoot, readIfThere } from "../shared/workbook/work/course.ts";
import { escapeHtml } from "./escape-html.ts";

const cache = join(courseRoot, "node_modules", ".cache", "eda-workbook");
/** Larger than the library draws: its smallest letters are for no one to read. */
const SCALE = 1.2;

const drawn = new Map<string, string>();

/** Draws all pictures of some Markdown. The library takes a second to load: what is known stays. */
export async function drawPictures(markdown: string): Promise<void> {
  for (const source of sourcesIn(markdown)) {
    if (drawn.has(source)) continue;
    const hash = createHash("sha256").update(`${SCALE}${source}`).digest("hex");
    const file = join(cache, `picture-${hash.slice(0, 32)}.svg`);
    const svg = readIfThere(file) ?? (await draw(source));
    mkdirSync(cache, { recursive: true });
    writeFileSync(file, svg);
    drawn.set(source, svg);
  }
}

/** A picture that has been drawn, with what it shows in words. */
export function pictureOf(source: string): string {
  const svg = drawn.get(source);
  if (svg === undefined) throw new Error("The picture has not been drawn.");
  const label = escapeHtml(describedIn(source) ?? "");
  // Pictures of one page must not share the names of their parts.
  const own = `picture-${createHash("sha256").update(source).digest("hex").slice(0, 8)}`;
  return `<figure class="drawn">${svg
    .replaceAll(/ id="([^"]+)"/g, ` id="${own}-$1"`)
    .replaceAll("url(#", `url(#${own}-`)
    .replace("<svg ", `<svg role="img" aria-label="${label}" `)}</figure>\n`;
}

/** What a picture shows, for those who do not see it. */
export function describedIn(source: string): string | undefined {
  return /^\s*accDescr: *(.+)$/m.exec(source)?.[1];
}

export function sourcesIn(markdown: string): string[] {
  const fences = markdown.matchAll(/^```mermaid\r?\n([\s\S]*?)^```$/gm);
  return [...fences].map(([, source = ""]) => source);
}

/** Without colours and fonts of its own: those are the theme's. */
async function draw(source: string): Promise<string> {
  const { renderMermaidSVG } = await import("beautiful-mermaid");
  const svg = renderMermaidSVG(source.replace(/^\s*accDescr:.*\n/m, ""));
  return svg
    .replace(/<style>[\s\S]*?<\/style>/, "")
    .replace(/<svg [^>]*viewBox="([^"]+)"[^>]*>/, (_, box: string) => {
      const width = Math.round(Number(box.split(" ")[2]) * SCALE);
      return `<svg viewBox="${box}" width="${width}">`;
    })
    .replaceAll(/(\d+\.\d\d)\d+/g, "$1")
    .replaceAll(/>\s+</g, "><");
}
