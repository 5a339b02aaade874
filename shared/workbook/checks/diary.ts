import { rmSync } from "node:fs";
import { readIfThere } from "../work/course.ts";

/** The file in which `#any-day` writes down each day before it is played. */
export const diary = "WORKBOOK_DIARY";

/** A day made up by chance. */
interface Day {
  rule: string;
  story: string[];
}

/** The day that was begun last, if the check that runs plays any. */
export function lastDay(path = process.env[diary]): Day | undefined {
  const [line = ""] = (path && readIfThere(path))?.split("\n") ?? [];
  if (line === "") return undefined;
  const { rule, story } = JSON.parse(line);
  return { rule, story };
}

export function forgetDays(path = process.env[diary]): void {
  if (path) rmSync(path, { force: true });
}
