import { existsSync } from "node:fs";
import { join } from "node:path";
import { commandRows } from "../shared/workbook/commands/help.ts";
import { courseRoot, findLessons } from "../shared/workbook/work/course.ts";
import {
  chart,
  coveredLines,
  findBenchmarks,
  findComparison,
  findScale,
} from "./charts.ts";
import { escapeHtml } from "./escape-html.ts";
import { heroPicture } from "./hero.ts";
import type { Site } from "./layout.ts";
import { codeBlock } from "./markdown.ts";
import type { Words } from "./words.ts";

/** What a chapter may ask for with a comment such as `<!-- lessons -->`. */
const parts: Record<string, (site: Site) => string> = {
  hero,
  lessons,
  benchmarks,
  transports,
  scale,
  coverage,
  commands,
};

/** Puts into the comments of a chapter what the generator makes for them. */
export function withParts(html: string, site: Site): string {
  return html.replaceAll(
    /<!-- ([a-z]+) -->/g,
    (comment, name: string) => parts[name]?.(site) ?? comment,
  );
}

/** The picture, and where to begin or to go on. */
function hero({ pages, words, done }: Site): string {
  const lessonPages = pages.filter(({ lesson }) => lesson);
  const next =
    lessonPages.find(({ lesson }) => lesson && !done.has(lesson.folder)) ??
    lessonPages[0];
  const number = next?.lesson?.number ?? 1;
  const label = done.size > 0 ? words.goOn(number) : words.begin;
  return `${heroPicture(words.hero)}
<p class="begin"><a class="button main" href="${next?.file ?? ""}">${label}</a></p>`;
}

/** The lessons as cards, level by level. */
function lessons({ pages, words, done }: Site): string {
  const all = pages.filter(({ lesson }) => lesson);
  return [...new Set(all.map(({ level }) => level))]
    .map((level) => {
      const cards = all
        .filter((page) => page.level === level)
        .map(({ file, title, tagline, minutes = 0, lesson }) => {
          const isDone = lesson && done.has(lesson.folder);
          const state = isDone ? `<span class="done">✓ ${words.done}</span>` : "";
          return `<li><a href="${file}"><span class="number">${lesson?.number}</span><strong>${escapeHtml(title)}</strong></a><p>${escapeHtml(tagline)}</p><p class="facts">${words.minutes(minutes)}${state}</p></li>`;
        });
      return `${level ? `<h3>${escapeHtml(level)}</h3>` : ""}\n<ol class="cards" role="list">\n${cards.join("\n")}\n</ol>`;
    })
    .join("\n");
}

/** Charts of the last run, lesson by lesson. */
function benchmarks({ pages, words }: Site): string {
  const found = findBenchmarks();
  if (!found) return missing(words.benchmarksMissing, "npm run bench", words);
  const measured = findLessons().flatMap(({ folder }) => {
    const page = pages.find(({ lesson }) => lesson?.folder === folder);
    const tables = found.lessons[folder] ?? [];
    if (!page?.lesson || tables.length === 0) return [];
    return `<h2 id="${folder}">${page.lesson.number} · <a href="${page.file}">${escapeHtml(page.title)}</a></h2>
${tables.map((table) => chart(table, words)).join("\n")}`;
  });
  return `<p class="facts">${escapeHtml(words.benchmarksRun(found.machine, found.day))}</p>\n${measured.join("\n")}`;
}

/** The shop on every transport: what each promises, and what was measured. */
function transports({ pages, words }: Site): string {
  const found = findComparison();
  if (!found) return missing(words.transportsMissing, "npm run shop compare", words);
  const { caption, head, rows, figure, share } = words.transports;
  const body = Object.entries(rows).flatMap(([name, [lesson, title, ...promises]]) => {
    const measured = found.transports[name];
    const page = pages.find((each) => each.lesson?.number === lesson);
    if (!measured || !page) return [];
    const { latency, throughput, crash } = measured;
    const figures = [
      ...[latency.median, latency.p99, throughput].map(figure),
      ...[crash.lost, crash.twice, crash.remembered].map((count) =>
        share(count / crash.accepted),
      ),
    ];
    const all = [...promises, ...figures].map((cell) => `<td>${escapeHtml(cell)}</td>`);
    return `<tr><th scope="row"><a href="${page.file}">${escapeHtml(title)}</a></th>${all.join("")}</tr>`;
  });
  return `<div class="table" tabindex="0"><table class="transports">
<caption>${escapeHtml(caption)} <small>${escapeHtml(words.benchmarksRun(found.machine, found.day))}</small></caption>
<thead><tr><td></td>${head.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join("")}</tr></thead>
<tbody>
${body.join("\n")}
</tbody>
</table></div>`;
}

/** What the runner says of itself. */
function commands({ words }: Site): string {
  const rows = commandRows().map(
    ([command, purpose]) =>
      `<tr><th scope="row"><code>${escapeHtml(command)}</code></th><td>${escapeHtml(purpose)}</td></tr>`,
  );
  return `<div class="table" tabindex="0"><table class="commands">
<thead><tr>${words.commandsHead.map((name) => `<th scope="col">${name}</th>`).join("")}</tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table></div>`;
}

/** More workers, and what it costs to kill one. */
function scale({ words }: Site): string {
  const found = findScale();
  if (!found) return missing(words.scaleMissing, "npm run shop scale", words);
  return `<p class="facts">${escapeHtml(words.benchmarksRun(found.machine, found.day))}</p>
${found.tables.map((table) => chart(table, words)).join("\n")}`;
}

/** The report, if it was made before the site. */
function coverage({ words, root }: Site): string {
  const report = join(courseRoot, "coverage", "index.html");
  if (!existsSync(report))
    return missing(words.coverageMissing, "npm run coverage", words);
  const lines = coveredLines(report);
  return `${lines ? `<p>${words.coverageIs(lines)}</p>` : ""}
<p><a class="button" href="${root}coverage/index.html">${words.coverageOpen}</a></p>`;
}

/** What to run so that there is something to show. */
function missing(what: string, command: string, words: Words): string {
  return `<p>${what}</p>${codeBlock(command, "sh", words)}`;
}
