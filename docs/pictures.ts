// Pictures that are drawn from text: what stands between ```mermaid and ``` becomes an SVG.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { courseRoot, readIfThere } from "../shared/workbook/work/course.ts";
import { escapeHtml } from "./escape-html.ts";

const cache = join(courseRoot, "node_modules", ".cache", "eda-workbook");
/** Larger than the library draws, and never much smaller: one must be able to read the letters. */
const SCALE = { usual: 1.2, least: 0.8 };

const drawn = new Map<string, string>();

/** Draws all pictures of some Markdown. The library takes a second to load: what is known stays. */
export async function drawPictures(markdown: string): Promise<void> {
  for (const source of sourcesIn(markdown)) {
    if (drawn.has(source)) continue;
    const hash = createHash("sha256")
      .update(`${draw}${roomy}${themed}${JSON.stringify(SCALE)}${source}`)
      .digest("hex");
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
  const named = svg
    .replaceAll(/ id="([^"]+)"/g, ` id="${own}-$1"`)
    .replaceAll("url(#", `url(#${own}-`)
    .replaceAll("<svg ", `<svg role="img" aria-label="${label}" `);
  return `<figure class="drawn" tabindex="0">${named}</figure>\n`;
}

/** What a picture shows, for those who do not see it. */
export function describedIn(source: string): string | undefined {
  return /^\s*accDescr: *(.+)$/m.exec(source)?.[1];
}

export function sourcesIn(markdown: string): string[] {
  const fences = markdown.matchAll(/^```mermaid\r?\n([\s\S]*?)^```$/gm);
  return [...fences].map(([, source = ""]) => source);
}

/** As it is written, and in the other direction for phones, where that is narrower. */
async function draw(source: string): Promise<string> {
  const { renderMermaidSVG } = await import("beautiful-mermaid");
  const text = source.replace(/^\s*accDescr:.*\n/m, "");
  const turned = text.replace(/^(flowchart) (LR|TD)$/m, (_, kind, direction) =>
    [kind, direction === "LR" ? "TD" : "LR"].join(" "),
  );
  const [wide = "", narrow = ""] = [text, turned].map((each) =>
    // The frame around it has room of its own.
    roomy(renderMermaidSVG(each, { padding: 8 })),
  );
  if (widthOf(narrow) >= widthOf(wide)) return themed(wide);
  // Of the parts of a drawing that is not shown, such as the heads of its arrows, nothing can be used.
  const own = narrow.replaceAll(/ id="|url\(#/g, "$&narrow-");
  return `${themed(wide, "wide")}${themed(own, "narrow")}`;
}

/** As wide as its boxes: the library may leave the edge of the last one outside. */
function roomy(svg: string): string {
  const boxes = [...svg.matchAll(/<rect x="([\d.]+)"[^>]* width="([\d.]+)"/g)];
  const edges = boxes.map(([, x, width]) => Math.ceil(Number(x) + Number(width) + 1));
  const width = Math.max(widthOf(svg), ...edges);
  return svg.replace(/(<svg [^>]*viewBox="\S+ \S+ )\S+/, `$1${width}`);
}

function widthOf(svg: string): number {
  return Number(/<svg [^>]*viewBox="\S+ \S+ (\S+)/.exec(svg)?.[1]);
}

/** Without colours and fonts of its own, which are the theme's, and without data for other tools. */
function themed(svg: string, name = ""): string {
  const width = (scale: number) => Math.round(widthOf(svg) * scale);
  return svg
    .replace(/<style>[\s\S]*?<\/style>/, "")
    .replace(/<svg [^>]*(viewBox="[^"]+")[^>]*>/, (_, box) => {
      const least = `style="--least: ${width(SCALE.least)}px"`;
      return `<svg class="${name}" ${box} width="${width(SCALE.usual)}" ${least}>`;
    })
    .replaceAll(/ data-[a-z-]+="[^"]*"/g, "")
    .replaceAll(/(\d+\.\d\d)\d+/g, "$1")
    .replaceAll(/>\s+</g, "><");
}
