import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { MeasuredOn } from "../shared/bench/measured-on.ts";
import type { Comparison } from "../shared/shop/compare.ts";
import { courseRoot, readIfThere } from "../shared/workbook/work/course.ts";
import {
  benchmarksRecord,
  scaleRecord,
  transportsRecord,
} from "../shared/workbook/work/work-folder.ts";
import { escapeHtml } from "./escape-html.ts";
import type { Words } from "./words.ts";

/** What `npm run bench` has measured. */
interface Benchmarks {
  /** By folder of the lesson. */
  lessons: Record<string, Table[]>;
}

interface Table {
  head: string[];
  rows: string[][];
}

export const findBenchmarks = () => latestRun<Benchmarks>(benchmarksRecord);

/** What `npm run shop compare` has measured, by name of the transport. */
export const findComparison = () =>
  latestRun<{ transports: Record<string, Comparison> }>(transportsRecord);

/** What `npm run shop scale` has measured. */
export const findScale = () => latestRun<{ tables: Table[] }>(scaleRecord);

/** The reader's own run, or else the one that came with the course. */
function latestRun<Run>(record: string): (Run & MeasuredOn) | undefined {
  const own = readIfThere(join(courseRoot, "work", record));
  const text = own ?? readIfThere(join(courseRoot, "docs", record));
  return text === undefined ? undefined : JSON.parse(text);
}

/**
 * A table whose first column of figures, and those beside it that are named after a size, have bars, all
 * on one scale. Where all are the same, a bar would tell nothing.
 */
export function chart({ head, rows }: Table, words: Words): string {
  const [title = "", ...columns] = head;
  const hasBar = columns.map(
    (name, at) =>
      rows.every((row) => isPlain(row[at + 1])) &&
      (at === 0 ? new Set(rows.map((row) => row[1])).size > 1 : /(^| )\d/.test(name)),
  );
  const barred = rows.flatMap((row) => row.slice(1).filter((_, at) => hasBar[at]));
  const most = Math.max(...barred.map(amountIn).filter(Number.isFinite));
  const better = words.better(columns[0] ?? "");
  const cells = (row: string[]) =>
    row.slice(1).map((cell, at) => {
      const text = escapeHtml(cell);
      if (!hasBar[at]) return `<td>${text}</td>`;
      const width = (100 * amountIn(cell)) / most;
      const drawn = Number.isFinite(width) ? bar(width) : "";
      return `<td><div class="measured">${drawn}<span>${text}</span></div></td>`;
    });
  const body = rows.map(
    (row) =>
      `<tr${words.isOurs(row[0] ?? "") ? ' class="ours"' : ""}><th scope="row">${escapeHtml(row[0] ?? "")}</th>${cells(row).join("")}</tr>`,
  );
  return `<div class="table" tabindex="0"><table class="chart">
<caption>${escapeHtml(title)}${better && ` <small>${better}</small>`}</caption>
<thead><tr><td></td>${columns.map((name, at) => `<th scope="col"${hasBar[at] ? ' class="wide"' : ""}>${escapeHtml(name)}</th>`).join("")}</tr></thead>
<tbody>
${body.join("\n")}
</tbody>
</table></div>`;
}

/** Something so small that it would not be seen still gets a line. */
function bar(width: number): string {
  return `<svg class="bar" width="100%" height="8" aria-hidden="true"><rect width="100%" height="8" rx="3"/><rect class="value" width="${Math.max(0.7, width).toFixed(1)}%" height="8" rx="3"/></svg>`;
}

function isPlain(cell = ""): boolean {
  return /^[\d.,]+( \p{L}+)?$/u.test(cell) || cell === "–" || /^\p{L}+$/u.test(cell);
}

function amountIn(cell: string): number {
  return Number.parseFloat(cell.replaceAll(",", ""));
}

/** How many of the lines the checks reach, as the report says: `98.5%`. */
export function coveredLines(report: string): string | undefined {
  const html = readFileSync(report, "utf8");
  return /<span class="strong">([\d.]+% )<\/span>\s*<span class="quiet">Lines/
    .exec(html)?.[1]
    ?.trim();
}
