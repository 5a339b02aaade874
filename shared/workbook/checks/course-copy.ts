import { cpSync, existsSync } from "node:fs";
import { basename, join } from "node:path";
import { makeFolder } from "./trial-folder.ts";

/**
 * A copy of what the checks of a lesson need, gone when this process ends. In it every lesson is solved
 * by the reference answer.
 */
export function copyCourse(root: string): string {
  const folder = makeFolder(root);
  const parts = [
    "package.json",
    "tsconfig.json",
    "lessons",
    "shared/any-day",
    "shared/bus",
    "shared/broker",
    "shared/todo.ts",
  ];
  for (const part of parts) copyIfThere(join(root, part), join(folder, part));
  copyIfThere(join(root, "solutions"), join(folder, "work"));
  return folder;
}

/** Leaves out installed packages, such as the client of a server that `further/` uses. */
export function copyIfThere(source: string, target: string): void {
  const filter = (path: string) => basename(path) !== "node_modules";
  if (existsSync(source)) cpSync(source, target, { recursive: true, filter });
}
