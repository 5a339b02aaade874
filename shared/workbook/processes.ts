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

/** Ctrl-C and a closed terminal end the workbook and everything it started. */
export function endWithChildren(): void {
  for (const [signal, status] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    process.once(signal, () => process.exit(status));
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
