import { spawn } from "node:child_process";
import { once } from "node:events";
import { courseRoot } from "../work/course.ts";
import type { CheckError, CheckMessage } from "./check-messages.ts";
import { keepTrackOfProgram, underTsx } from "./processes.ts";

interface Played {
  status: number;
  /** What ended the program before its end. */
  error?: CheckError;
}

const loaded = ["--import", import.meta.resolve("./play-child.ts")];

/** Runs a program of the course in this terminal. */
export async function play(
  file: string,
  conditions: string[] = [],
  words: string[] = [],
): Promise<Played> {
  const child = keepTrackOfProgram(
    spawn(process.execPath, [...underTsx(conditions), ...loaded, file, ...words], {
      cwd: courseRoot,
      stdio: ["inherit", "inherit", "inherit", "ipc"],
    }),
  );
  let error: CheckError | undefined;
  child.on("message", (message: CheckMessage) => {
    if (message.type === "crash") error = message.error;
  });
  const [status] = await once(child, "close").catch(() => []);
  return { status: status ?? 1, ...(error && { error }) };
}
