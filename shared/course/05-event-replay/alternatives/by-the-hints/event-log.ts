// What one gets by following the hints of the explanation, step by step.
import { createReadStream, existsSync, statSync } from "node:fs";
import { type AppendFile, openAppendFile } from "#bus/append-file";
import type { BusEvent } from "#bus/contract";
import {
  type LogBatch,
  LogError,
  type LogOptions,
  reasonOf,
  titleOf,
} from "#bus/log-contract";

/**
 * The event as one line of JSON, with its line break.
 *
 * @throws TypeError if JSON cannot hold the event; the message names it
 */
export function toLine(event: BusEvent): string {
  try {
    const kind = typeof event.data;
    if (kind === "function" || kind === "symbol") throw new Error(`${kind} is not data`);
    return `${JSON.stringify(event)}\n`;
  } catch (cause) {
    throw new TypeError(`JSON cannot hold ${titleOf(event)}: ${reasonOf(cause)}.`);
  }
}

/**
 * The event that a line holds, frozen and with `replayed: true`.
 *
 * @throws SyntaxError if the line is not JSON
 * @throws TypeError if it is JSON, but not an event
 */
export function fromLine(line: string): BusEvent {
  const { id, name, data, timestamp } = (JSON.parse(line) ?? {}) as Partial<BusEvent>;
  if (typeof id !== "string") throw new TypeError("it is not an event: no id");
  if (typeof name !== "string") throw new TypeError("it is not an event: no name");
  if (typeof timestamp !== "number") throw new TypeError("it is not an event: no time");
  return Object.freeze({ id, name, data, timestamp, replayed: true });
}

/** Writes events to a file, one line each, in order. A log has one writer at a time. */
export class EventLog {
  readonly #path: string;
  readonly #fsync: boolean;
  readonly #open: (path: string) => Promise<AppendFile>;
  #file: AppendFile | undefined;
  /** Lines for the next write. */
  #waiting: string[] = [];
  /** Settles when every line appended so far is written, or given up. Never rejects. */
  #written = Promise.resolve();
  #failure: LogError | undefined;
  #closing: Promise<void> | undefined;

  constructor(path: string, { fsync = false, open = openAppendFile }: LogOptions = {}) {
    this.#path = path;
    this.#fsync = fsync;
    this.#open = open;
  }

  /**
   * Takes the event down as it is now, and returns at once.
   *
   * @throws TypeError if JSON cannot hold the event; the log goes on without it
   * @throws LogError if the log is closed, or an earlier write failed
   */
  append(event: BusEvent): void {
    if (this.#closing)
      throw new LogError(`${this.#path} is closed: ${titleOf(event)} came too late.`);
    if (this.#failure) throw this.#failure;
    this.#waiting.push(toLine(event));
    if (this.#waiting.length === 1) {
      this.#written = this.#written.then(() => this.#writeWaiting());
    }
  }

  /**
   * Resolves when every event appended so far is written.
   *
   * @throws LogError if one could not be; the message names it
   */
  async flush(): Promise<void> {
    await this.#written;
    if (this.#failure) throw this.#failure;
  }

  /**
   * Flushes and closes the file. A second call gets the answer of the first.
   *
   * @throws LogError if an event could not be written; the file is closed even so
   */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#file?.close();
    }
  }

  /** Writes everything that waits. Never rejects: flush and close say what went wrong. */
  async #writeWaiting(): Promise<void> {
    const lines = this.#waiting;
    this.#waiting = [];
    if (this.#failure) return;
    try {
      this.#file ??= await this.#open(this.#path);
      await this.#file.append(lines.join(""));
      if (this.#fsync) await this.#file.sync();
    } catch (cause) {
      this.#stop(lines[0] ?? "", cause);
    }
  }

  /** A write failed: its first line is the first one that is not safe. */
  #stop(line: string, cause: unknown): void {
    const title = titleOf(fromLine(line));
    this.#failure = new LogError(`${title} could not be written: ${reasonOf(cause)}.`);
  }
}

/**
 * Reads the events of a log in order, a piece of the file at a time. Ends where the file ended
 * when reading began.
 *
 * @throws LogError if there is no such file; or, after the events before it, at a line in the
 *   middle that is not an event: the message begins with the file and the line, `events.log:1234`
 */
export async function* readEvents(path: string): AsyncGenerator<LogBatch> {
  if (!existsSync(path)) throw new LogError(`There is no log at ${path}.`);
  const { size } = statSync(path);
  if (size === 0) return;
  const file = createReadStream(path, { encoding: "utf8", end: size - 1 });
  let lineNumber = 0;
  let rest = "";
  for await (const piece of file) {
    rest += piece;
    if (!piece.includes("\n")) continue;
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    const { events, read, failure } = parse(lines);
    yield { events, bytes: file.bytesRead };
    lineNumber += read;
    if (failure) throw new LogError(`${path}:${lineNumber + 1}: ${reasonOf(failure)}.`);
  }
  const { events, failure } = parse([rest]);
  const torn = `${path}:${lineNumber + 1} breaks off in the middle and was left out.`;
  yield { events, bytes: size, ...(failure !== undefined && { torn }) };
}

/** The events up to the first line that is not one, how many lines that is, and what is wrong there. */
function parse(lines: string[]) {
  const events: BusEvent[] = [];
  let read = 0;
  try {
    for (const line of lines) {
      // Editors leave blank lines, and a byte order mark at the beginning; `trim` takes off both.
      const text = line.trim();
      if (text !== "") events.push(fromLine(text));
      read += 1;
    }
  } catch (failure) {
    return { events, read, failure };
  }
  return { events, read };
}
