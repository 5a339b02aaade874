import kleur from "kleur";
import type { ReplayProgress } from "./replay-at-pace.ts";

const WIDTH = 30;
/** How often a terminal is drawn at most, in ms. */
const INTERVAL = 100;

/**
 * Makes a listener for `onProgress` that draws a bar into one line of a terminal, and takes it
 * away at the end. Where the output is not a terminal, it stays silent, so that no file fills with bars.
 */
export function showProgress(
  output: NodeJS.WriteStream = process.stderr,
): (progress: ReplayProgress) => void {
  if (!output.isTTY) return () => {};
  let drawn = performance.now();
  return ({ replayed, bytes, totalBytes }) => {
    const done = bytes >= totalBytes;
    if (!done && performance.now() - drawn < INTERVAL) return;
    drawn = performance.now();
    output.write(`\r\u001b[K${done ? "" : lineOf(replayed, bytes / totalBytes)}`);
  };
}

function lineOf(replayed: number, part: number): string {
  const full = Math.round(part * WIDTH);
  const bar = kleur.green("█".repeat(full)) + kleur.dim("░".repeat(WIDTH - full));
  const percent = `${Math.floor(part * 100)} %`.padStart(5);
  return `  ${bar} ${percent}  ${replayed.toLocaleString("en")} events`;
}
