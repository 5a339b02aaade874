import { courseRoot, readText, shortPath } from "../workbook/work/course.ts";
import { misleading } from "./explanation.ts";
import { type Complaint, refresh } from "./includes.ts";

/** What is wrong with a text, in a line for each thing: what leads nowhere, and what is not as its source is. */
export async function complaintsIn(file: string): Promise<string | undefined> {
  const { broken, stale } = await refresh(readText(file), courseRoot, file);
  return listed(shortPath(file), [...misleading(file, courseRoot), ...broken, ...stale]);
}

export function listed(name: string, complaints: Complaint[]): string | undefined {
  if (complaints.length === 0) return undefined;
  return complaints.map(({ line, message }) => `${name}:${line}: ${message}`).join("\n");
}
