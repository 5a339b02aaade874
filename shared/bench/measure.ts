import { appendFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import kleur from "kleur";
import { TodoError } from "#todo";

/** A piece of work to be timed: does one thing `count` times. */
export type Work = (count: number) => void | Promise<void>;

export interface Measured {
  name: string;
  /** Median over the rounds, in ns per operation. */
  nanoseconds: number;
}

const ROUNDS = 7;
/** One round of one contender lasts about this long, in ms. */
const ROUND_TIME = 25;

/**
 * Times contenders against each other in one run: rounds take turns, so that whatever else the
 * machine does hits all of them, and the median of the rounds counts. Trust the ratios between
 * the results, not the nanoseconds.
 */
export async function measure(contenders: Record<string, Work>): Promise<Measured[]> {
  const entries = [];
  for (const [name, work] of Object.entries(contenders)) {
    entries.push({ name, work, count: await countFor(work), times: [] as number[] });
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const { work, count, times } of entries)
      times.push((await time(work, count)) / count);
  }
  return entries.map(({ name, times }) => ({ name, nanoseconds: median(times) }));
}

/** How many operations fill one round; finding out warms the code up as well. */
async function countFor(work: Work): Promise<number> {
  let count = 1;
  for (;;) {
    const milliseconds = (await time(work, count)) / 1e6;
    if (milliseconds >= ROUND_TIME) return count;
    const factor = milliseconds < 1 ? 10 : (1.2 * ROUND_TIME) / milliseconds;
    count = Math.ceil(count * Math.min(10, factor));
  }
}

async function time(work: Work, count: number): Promise<number> {
  const start = process.hrtime.bigint();
  await work(count);
  return Number(process.hrtime.bigint() - start);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1
    ? upper
    : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * Measures the contenders and prints how they did: the time of one operation, and that time as a
 * multiple of the first contender's.
 */
export async function race(
  title: string,
  contenders: Record<string, Work>,
): Promise<void> {
  const results = await measure(contenders);
  const unit = results[0]?.nanoseconds ?? Number.NaN;
  const rows = results.map(({ name, nanoseconds }) => [
    name,
    rounded(nanoseconds),
    `${(nanoseconds / unit).toFixed(2)} ×`,
  ]);
  console.log(`\n${table([kleur.bold(title), "ns each", "ratio"], rows)}`);
}

/** Whether the learner's code can take part; if it is still to be written, says so. */
export async function isFinished(name: string, attempt: () => unknown): Promise<boolean> {
  try {
    await attempt();
    return true;
  } catch (error) {
    if (!(error instanceof TodoError)) throw error;
    console.log(`${name} does not take part yet: ${error.message}.`);
    return false;
  }
}

/**
 * Lays rows out as a table of text: the first column at the left, all others at the right. While
 * `npm run bench` collects what is measured, the table goes into its file, too.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const all = [head, ...rows];
  const file = process.env.WORKBOOK_TABLES;
  if (file) appendFileSync(file, `${JSON.stringify(all.map(plain))}\n`);
  const widths = head.map((_, column) =>
    Math.max(...all.map((row) => widthOf(row[column]))),
  );
  const lines = all.map((row) =>
    row.map((cell, column) => {
      const space = " ".repeat((widths[column] ?? 0) - widthOf(cell));
      return column === 0 ? cell + space : space + cell;
    }),
  );
  const [first = [], ...others] = lines;
  const rule = widths.map((width) => "─".repeat(width));
  return [first, rule, ...others].map((cells) => cells.join("  ")).join("\n");
}

function plain(row: readonly string[]): string[] {
  return row.map((cell) => stripVTControlCharacters(cell));
}

function widthOf(cell = ""): number {
  return stripVTControlCharacters(cell).length;
}

/** A figure with the digits that mean something: 9.62, 34.5, 1,280. */
export function rounded(value: number): string {
  const maximumFractionDigits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString("en", { maximumFractionDigits });
}
