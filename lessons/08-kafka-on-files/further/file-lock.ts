import {
  linkSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { uptime } from "node:os";
import { setTimeout as delay } from "node:timers/promises";

/** When this process started: an older lock with its number is that of another one. */
const started = Date.now() - process.uptime() * 1000;

/** How long to wait before the next try, in ms: by chance, so that nobody always comes second. */
const WAIT = 4;

/**
 * Lets one process at a time do something. The lock is a file that says who holds it. A holder
 * that was killed is found out, since its process is gone, and its lock is taken away.
 *
 * Good for the processes of one machine: others cannot see whether a process still runs.
 */
export class FileLock {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Waits for the lock, does the work and gives the lock back. */
  async hold<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    while (!tryLock(this.#path)) await delay(Math.random() * WAIT);
    try {
      return await work();
    } finally {
      unlinkSync(this.#path);
    }
  }
}

function tryLock(path: string): boolean {
  const card = cardBeside(path);
  try {
    // A link appears whole or not at all. A file that was opened and not yet written would
    // be a lock of nobody.
    linkSync(card, path);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) clearAfterDeath(path);
    else if (hasCode(error, "ENOENT")) cards.delete(path);
    else throw error;
    return false;
  }
}

/** The files to which this process links its locks: written once, removed when it ends. */
const cards = new Map<string, string>();

function cardBeside(path: string): string {
  const known = cards.get(path);
  if (known !== undefined) return known;
  if (cards.size === 0) process.once("exit", removeCards);
  const card = `${path}.${process.pid}`;
  // One that is left over may still be linked to a lock, and that must not become ours.
  rmSync(card, { force: true });
  writeFileSync(card, String(process.pid));
  cards.set(path, card);
  return card;
}

function removeCards(): void {
  for (const card of cards.values()) rmSync(card, { force: true });
}

/**
 * Takes a lock away whose holder is dead. Two who do so at the same time could take away the lock
 * that a third one has got in between; so whoever does it holds a lock for that, too, and looks
 * once more. That lock is cleared in the same way, should its holder die.
 */
function clearAfterDeath(path: string): void {
  if (!isHeldByDead(path)) return;
  const clearing = `${path}.clear`;
  if (!tryLock(clearing)) return;
  try {
    if (isHeldByDead(path)) {
      rmSync(`${path}.${holderOf(path).pid}`, { force: true });
      rmSync(path, { force: true });
    }
  } finally {
    unlinkSync(clearing);
  }
}

function isHeldByDead(path: string): boolean {
  try {
    const { pid, since } = holderOf(path);
    if (pid === process.pid) return since < started;
    return since < bootTime() || !isRunning(pid);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}

/** Who holds the lock, and since when that process writes here. */
function holderOf(path: string): { pid: number; since: number } {
  return { pid: Number(readFileSync(path, "utf8")), since: statSync(path).mtimeMs };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, "ESRCH");
  }
}

/** When the machine started, or a little earlier: process numbers from before mean nothing. */
function bootTime(): number {
  return Date.now() - uptime() * 1000 - 5_000;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
