/** Writes the figures into the site: still pictures for the pages, and the scripts that move them. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { escapeHtml } from "../escape-html.ts";
import { finishedLessons } from "../pages.ts";
import type { Words } from "../words.ts";
import { widths } from "./drawing.ts";
import {
  type Control,
  type Figure,
  type FigureWords,
  inLanguage,
  type Layout,
} from "./figure.ts";
import type { Variant } from "./kit.ts";
import { kit } from "./words.ts";

type AnyFigure = Figure<unknown, Record<string, string>, FigureWords>;

const here = import.meta.dirname;

const folders = readdirSync(here)
  .filter((file) => /^\d+-[a-z-]+\.ts$/.test(file))
  .map((file) => file.replace(".ts", ""))
  .sort();

/** By the folder of their lessons. */
export const figures: ReadonlyMap<string, AnyFigure> = new Map(
  await Promise.all(
    folders.map(async (folder) => {
      const { figure } = (await import(`./${folder}.ts`)) as { figure: AnyFigure };
      return [folder, figure] as const;
    }),
  ),
);

/**
 * The figure of a lesson, if it has one: a still picture, and the controls and the log that a script
 * brings to life.
 *
 * @param root the way to where the scripts of all editions are
 */
export function figureHtml(lessonFolder: string, words: Words, root = ""): string {
  const figure = figures.get(lessonFolder);
  if (!figure) return "";
  const own = inLanguage(figure.words, words.language);
  const kitWords = inLanguage(kit, words.language);
  return `<figure class="figure" data-figure="${lessonFolder}">
<figcaption>${own.caption} <noscript>${words.figureStill}</noscript></figcaption>
<div class="settings" hidden>${settings(figure, own)}
<label data-variants hidden>${kitWords.code} <select><option value="reference">${kitWords.reference}</option><option value="yours">${kitWords.yours}</option></select></label></div>
${svg(figure, "wide", own)}
${svg(figure, "narrow", own)}
<div class="buttons" hidden><button type="button" class="main" data-do="play">${words.figurePlay}</button><button type="button" data-do="step">${words.figureStep}</button><button type="button" data-do="reset">${words.figureReset}</button></div>
<div class="log" role="log" tabindex="0" aria-label="${words.figureLog}"><p>${kitWords.nothingYet}</p></div>
</figure>
<script src="${root}figures/${lessonFolder}.js" defer></script>
`;
}

function svg(figure: AnyFigure, layout: Layout, words: FigureWords): string {
  const size = `0 0 ${widths[layout]} ${figure.heights[layout]}`;
  return `<svg class="${layout}" viewBox="${size}" role="img" aria-label="${escapeHtml(words.picture)}">${figure.draw(figure.initial, layout, words)}</svg>`;
}

/** Switches of one group stand together, under its name. */
function settings({ controls }: AnyFigure, words: FigureWords): string {
  const groups = new Map<string, Control[]>();
  for (const control of controls) {
    const group = (control.kind === "switch" && control.group) || control.name;
    groups.set(group, [...(groups.get(group) ?? []), control]);
  }
  return [...groups]
    .map(([group, members]) => {
      const inputs = members.map((member) => input(member, words)).join("");
      const isGroup = members.some((each) => each.kind === "switch" && each.group);
      return isGroup
        ? `<fieldset><legend>${words.controls[group]}</legend>${inputs}</fieldset>`
        : inputs;
    })
    .join("\n");
}

function input(control: Control, words: FigureWords): string {
  const { name } = control;
  const label = words.controls[name];
  if (control.kind === "switch") {
    const checked = control.value ? " checked" : "";
    return `<label><input type="checkbox" data-control="${name}" autocomplete="off"${checked}> ${label}</label>`;
  }
  if (control.kind === "slider") {
    const { min, max, value } = control;
    return `<label class="slider">${label} <input type="range" data-control="${name}" autocomplete="off" min="${min}" max="${max}" value="${value}"></label>`;
  }
  const options = control.options.map((value) => {
    const selected = value === control.value ? " selected" : "";
    return `<option value="${value}"${selected}>${words.options?.[value] ?? value}</option>`;
  });
  return `<label>${label} <select data-control="${name}" autocomplete="off">${options.join("")}</select></label>`;
}

/** `figures/<lesson>.js` for each: classic scripts, as pages from the disk load no modules. */
export function figureScripts(): Promise<[file: string, script: string][]> {
  const finished = finishedLessons();
  const conditions = finished.map(({ number }) => `mine-${number}`);
  return Promise.all(
    [...figures].map(async ([lesson, figure]) => {
      const scripts = [await scriptOf(figure, "reference", ["solution"])];
      // The learner's code may need what no browser has: then the reference stands alone.
      if (finished.some(({ folder }) => folder === lesson))
        scripts.push(await scriptOf(figure, "yours", conditions).catch(() => ""));
      return [`figures/${lesson}.js`, scripts.join("\n")];
    }),
  );
}

/** The kit, the figure and the lesson's code as one script; `conditions` decide whose code. */
export function scriptOf(
  figure: AnyFigure,
  variant: Variant,
  conditions: string[],
): Promise<string> {
  const mount = `import { mount } from "./kit.ts"; mount(figure, code, "${variant}");`;
  return bundled(figure, mount, "iife", conditions);
}

/** The figure and the lesson's code in one module, as they are in the page. */
export function moduleOf(figure: AnyFigure): Promise<string> {
  return bundled(figure, "export { code, figure };", "esm", ["solution"]);
}

async function bundled(
  { lesson, code }: AnyFigure,
  end: string,
  format: "iife" | "esm",
  conditions: string[],
): Promise<string> {
  const names = Object.keys(code);
  const imports = names.map(
    (name) => `import { ${name} } from ${JSON.stringify(code[name])};`,
  );
  const contents = `import { figure } from "./${lesson}.ts";
${imports.join("\n")}
const code = { ${names.join(", ")} };
${end}`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: here, loader: "ts" },
    bundle: true,
    write: false,
    minify: true,
    format,
    target: "es2022",
    logLevel: "silent",
    conditions,
    inject: [join(here, "shims", "globals.ts")],
    plugins: [nodeShims],
  });
  return outputFiles[0]?.text ?? "";
}

/** What the lessons use of Node, for the browser: files are in memory there. */
const nodeShims: Plugin = {
  name: "node-shims",
  setup({ onResolve }) {
    onResolve({ filter: /^node:/ }, ({ path }) => ({
      path: join(here, "shims", `${path.slice("node:".length).replace("/", "-")}.ts`),
    }));
  },
};
