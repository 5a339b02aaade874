/** One process at a time may write to a file: two servers on one file are told at the start. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

/** The files that this process has locked. */
const held = new Set<string>();

/**
 * Locks a file for this process, with a file beside it that holds the process's number. What a
 * process that was killed left behind is taken over.
 *
 * @returns a function that unlocks it
 * @throws Error in a sentence, if another process has locked it
 */
export function lockFile(path: string): () => void {
  const lock = `${resolve(path)}.lock`;
  const owner = ownerOf(lock);
  const isOwn = owner === process.pid && held.has(lock);
  if (isOwn || (owner !== process.pid && isRunning(owner))) {
    throw new Error(
      `${path} is in use by the process ${owner}. Stop it first; if it is something else, delete ${lock}.`,
    );
  }
  rmSync(lock, { force: true });
  writeFileSync(lock, String(process.pid), { flag: "wx" });
  held.add(lock);
  const unlock = () => {
    if (held.delete(lock)) rmSync(lock, { force: true });
  };
  process.once("exit", unlock);
  return unlock;
}

/** The number of the process in a lock; 0 if there is none. */
function ownerOf(lock: string): number {
  try {
    return Number(readFileSync(lock, "utf8")) || 0;
  } catch {
    return 0;
  }
}

function isRunning(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
