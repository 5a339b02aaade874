import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { courseRoot, filesUnder } from "../shared/workbook/work/course.ts";

type Asset = [file: string, content: Uint8Array];

/** Theme, fonts and the search engine. */
export function assets(): Asset[] {
  const { resolve } = createRequire(import.meta.url);
  const theme = join(import.meta.dirname, "theme");
  const font = (name: string) =>
    resolve(`@fontsource-variable/inter/files/${name}.woff2`);
  const mono = "@fontsource/jetbrains-mono/files/jetbrains-mono-latin-400-normal.woff2";
  const paths = [
    ...readdirSync(theme).map((file) => [file, join(theme, file)]),
    ["inter-latin.woff2", font("inter-latin-wght-normal")],
    ["inter-cyrillic.woff2", font("inter-cyrillic-wght-normal")],
    ["jetbrains-mono.woff2", resolve(mono)],
    ["minisearch.js", join(resolve("minisearch"), "..", "..", "umd", "index.js")],
  ];
  return paths.map(([file = "", path = ""]): Asset => [file, lean(file, path)]);
}

/** What stands in a style sheet for those who read it here is not sent to those who read the site. */
function lean(file: string, path: string): Uint8Array {
  const content = readFileSync(path);
  if (!file.endsWith(".css")) return content;
  return Buffer.from(
    transformSync(content.toString(), { loader: "css", minify: true }).code,
  );
}

/** The report of `npm run coverage`, where it was made. */
export function coverageReport(): Asset[] {
  const folder = join(courseRoot, "coverage");
  if (!existsSync(join(folder, "index.html"))) return [];
  return filesUnder(folder)
    .filter((file) => /\.(html|css|js|png)$/.test(file))
    .map((file) => [`coverage/${file}`, readFileSync(join(folder, file))]);
}
