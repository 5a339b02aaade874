import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { keepTrack, underTsx } from "../checks/processes.ts";
import { courseRoot } from "../work/course.ts";

/** Makes the pages; it lies in `docs/`, which leans on the workbook and not the other way round. */
const program = join(courseRoot, "docs", "live", "build.ts");

let made: Promise<string> | undefined;

/**
 * The pages, made when somebody first looks at one, and gone when the process ends.
 *
 * @throws Error with a sentence for the reader, if they cannot be made; the next look tries again
 */
export async function siteFolder(): Promise<string> {
  made ??= make();
  made.catch(() => {
    made = undefined;
  });
  return made;
}

async function make(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "workbook-live-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const child = keepTrack(
    spawn(process.execPath, [...underTsx(), program, folder], {
      cwd: courseRoot,
      stdio: ["ignore", "ignore", "pipe"],
    }),
  );
  const [said, [status]] = await Promise.all([text(child.stderr), once(child, "close")]);
  if (status === 0) return folder;
  throw new Error(
    `The pages could not be made. Is everything installed (npm ci --include=dev)?\n\n${said}`,
  );
}
