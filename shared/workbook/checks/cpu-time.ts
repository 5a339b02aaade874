import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * The seconds of processor time that a process has had so far; undefined where this system does not tell.
 * A process on a busy machine has little of it, however long it runs.
 */
export async function cpuTime(pid: number): Promise<number | undefined> {
  try {
    if (process.platform === "linux")
      return fromProc(await readFile(`/proc/${pid}/stat`, "utf8"));
    if (process.platform === "win32") {
      const ask = `(Get-Process -Id ${pid}).TotalProcessorTime.TotalMilliseconds`;
      const { stdout } = await run("powershell", ["-NoProfile", "-Command", ask]);
      return known(Number.parseFloat(stdout.replace(",", ".")) / 1000);
    }
    const { stdout } = await run("ps", ["-o", "time=", "-p", String(pid)]);
    return known(fromPs(stdout));
  } catch {
    return undefined;
  }
}

/** Fields 14 and 15, in hundredths of a second. The name of the program, before them, may have spaces. */
function fromProc(stat: string): number | undefined {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return known((Number(fields[11]) + Number(fields[12])) / 100);
}

/** `1:02.50`, or `3-04:05:06` where days have passed. */
export function fromPs(time: string): number {
  const [days, clock] = time.includes("-") ? time.split("-") : ["0", time];
  const seconds = (clock ?? "")
    .split(":")
    .reduce((total, part) => total * 60 + Number.parseFloat(part), 0);
  return Number(days) * 86_400 + seconds;
}

function known(seconds: number): number | undefined {
  return Number.isFinite(seconds) ? seconds : undefined;
}
