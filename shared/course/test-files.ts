import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The course's test files in a folder. Those in fixtures and alternatives are material of others. */
export function testsUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return /^(fixtures|alternatives|node_modules|site)$/.test(entry.name)
        ? []
        : testsUnder(path);
    return entry.name.endsWith(".test.ts") ? [path] : [];
  });
}
