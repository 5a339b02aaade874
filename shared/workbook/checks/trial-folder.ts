import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const made = new Set<string>();
let count = 0;

/** A new folder inside the course, where packages resolve; gone when this process ends. */
export function makeFolder(root: string): string {
  if (count === 0) cleanUpAtExit();
  const folder = join(root, ".trial", `${process.pid}-${++count}`);
  mkdirSync(folder, { recursive: true });
  made.add(folder);
  return folder;
}

/** Removes what trials left behind whose process was killed. */
export function removeStaleTrials(root: string): void {
  const trials = join(root, ".trial");
  if (!existsSync(trials)) return;
  for (const name of readdirSync(trials)) {
    const owner = /^(\d+)-\d+$/.exec(name)?.[1];
    if (owner !== undefined && !isRunning(Number(owner))) remove(join(trials, name));
  }
}

function remove(folder: string): void {
  made.delete(folder);
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // On Windows, a process that is about to end may still be in there. It goes next time.
  }
}

function cleanUpAtExit(): void {
  process.once("exit", () => made.forEach(remove));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => process.exit(1));
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
