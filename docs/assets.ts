import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { courseRoot, filesUnder } from "../shared/workbook/work/course.ts";

type Asset = [file: string, content: Uint8Array];

const theme = join(import.meta.dirname, "theme");

/** Theme, fonts and the search engine. */
export function assets(): Asset[] {
  const { resolve } = createRequire(import.meta.url);
  const font = (name: string) =>
    resolve(`@fontsource-variable/inter/files/${name}.woff2`);
  const mono = "@fontsource/jetbrains-mono/files/jetbrains-mono-latin-400-normal.woff2";
  const paths = [
    ["site.js", join(theme, "site.js")],
    ["inter-latin.woff2", font("inter-latin-wght-normal")],
    ["inter-cyrillic.woff2", font("inter-cyrillic-wght-normal")],
    ["jetbrains-mono.woff2", resolve(mono)],
    ["minisearch.js", join(resolve("minisearch"), "..", "..", "umd", "index.js")],
  ];
  const styles = ["style.css", "figures.css"].map((file) => lean(file)).join("");
  return [
    ["style.css", Buffer.from(styles)],
    ...paths.map(([file = "", path = ""]): Asset => [file, readFileSync(path)]),
  ];
}

/** So short that asking for it would take longer: it stands in each page. */
export const themeScript: string = lean("theme.js").trim();

/** What stands in a file of the theme for those who read it here is not sent to those who read the site. */
function lean(file: string): string {
  const content = readFileSync(join(theme, file), "utf8");
  const loader = file.endsWith(".css") ? "css" : "js";
  return transformSync(content, { loader, minify: true }).code;
}

/** The report of `npm run coverage`, where it was made. */
export function coverageReport(): Asset[] {
  const folder = join(courseRoot, "coverage");
  if (!existsSync(join(folder, "index.html"))) return [];
  return filesUnder(folder)
    .filter((file) => /\.(html|css|js|png)$/.test(file))
    .map((file) => [`coverage/${file}`, readFileSync(join(folder, file))]);
}
