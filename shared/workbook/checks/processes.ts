import { type ChildProcess, spawnSync } from "node:child_process";

const running = new Set<ChildProcess>();

/** Remembers a child process, so that leaving the workbook never leaves it behind. */
export function keepTrack<Child extends ChildProcess>(child: Child): Child {
  if (running.size === 0) process.on("exit", stopAll);
  running.add(child);
  child.once("exit", () => {
    running.delete(child);
    if (running.size === 0) process.off("exit", stopAll);
  });
  return child;
}

/** Node's arguments for a program in TypeScript, with these resolver conditions. */
export function underTsx(conditions: string[] = []): string[] {
  const names = conditions.map((condition) => `--conditions=${condition}`);
  return [...names, "--import", import.meta.resolve("tsx")];
}

/** Those that end by themselves when asked: a worker finishes what it has in hand. */
const graceful = new Set<ChildProcess>();

/** Remembers a child that runs in this terminal and may take its time to end. */
export function keepTrackOfProgram<Child extends ChildProcess>(child: Child): Child {
  graceful.add(child);
  child.once("exit", () => graceful.delete(child));
  return keepTrack(child);
}

const ends = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const;

/** Ctrl-C and a closed terminal end the workbook and everything it started. */
export function endWithChildren(): void {
  for (const [signal, status] of ends) {
    process.once(signal, () => {
      if (graceful.size > 0) endAfterPrograms(signal, status);
      else process.exit(status);
    });
  }
}

/** Waits for the programs to end. Whoever presses Ctrl-C again does not want to wait. */
function endAfterPrograms(signal: NodeJS.Signals, status: number): void {
  process.once(signal, () => process.exit(status));
  for (const child of graceful) {
    child.once("exit", () => process.exit(status));
    // A terminal sends Ctrl-C to the program too; once is enough.
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  }
}

/** Whether a child leads a process group of its own, which can be ended as a whole. */
export const ownGroup: boolean = process.platform !== "win32";

/** Ends a child that was started with `detached: ownGroup`, and whatever it has started. */
export function stopTree(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  if (!ownGroup) {
    spawnSync("taskkill", ["/pid", String(child.pid), "/t", "/f"], { stdio: "ignore" });
    return;
  }
  stopGroup(child);
  child.kill("SIGKILL");
}

/** Ends what a child has started and left behind. */
export function stopGroup(child: ChildProcess): void {
  if (!ownGroup || child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nothing is left in the group.
  }
}

function stopAll(): void {
  for (const child of running) stopTree(child);
}
