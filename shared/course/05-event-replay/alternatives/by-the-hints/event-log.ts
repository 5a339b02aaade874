// What one gets by following the hints of the explanation, step by step.

import { createReadStream, existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { type AppendFile, openAppendFile } from "#bus/append-file";
import type { BusEvent } from "#bus/contract";
import { type LogBatch, LogError, type LogOptions } from "#bus/log-contract";

/** How much is read in one go, in bytes. */
const READ_SIZE = 64 * 1024;

/**
 * The event as one line of JSON, with its line break.
 *
 * @throws TypeError if JSON cannot hold the event; the message names it
 */
export function toLine(event: BusEvent): string {
  try {
    const kind = typeof event.data;
    if (kind === "function" || kind === "symbol") throw new Error(`${kind} is no data`);
    return `${JSON.stringify(event)}\n`;
  } catch (error) {
    throw new TypeError(`${titleOf(event)} is not for JSON: ${reasonOf(error)}.`);
  }
}

/**
 * The event that a line holds: frozen, and with `replayed: true`, because it tells of the past.
 *
 * @throws SyntaxError if the line is no JSON
 * @throws TypeError if it is JSON, but no event
 */
export function fromLine(line: string): BusEvent {
  const { id, name, data, timestamp } = (JSON.parse(line) ?? {}) as Partial<BusEvent>;
  if (typeof id !== "string") throw new TypeError("it is no event: no id");
  if (typeof name !== "string") throw new TypeError("it is no event: no name");
  if (typeof timestamp !== "number") throw new TypeError("it is no event: no time");
  return Object.freeze({ id, name, data, timestamp, replayed: true });
}

/** Writes events to a file, one line each, in order. A log has one writer at a time. */
export class EventLog {
  #path: string;
  #fsync: boolean;
  #open: (path: string) => Promise<AppendFile>;
  #file: AppendFile | undefined;
  #waiting: string[] = [];
  #written: Promise<void> = Promise.resolve();
  #failure: LogError | undefined;
  #closed = false;

  /** The file is opened at the first event, and made if there is none. */
  constructor(path: string, options: LogOptions = {}) {
    const { fsync = false, open = openAppendFile } = options;
    this.#path = path;
    this.#fsync = fsync;
    this.#open = open;
  }

  /**
   * Takes the event down as it is now, and returns at once. Events that come while a write is
   * under way wait, and go together into the next one.
   *
   * @throws TypeError if JSON cannot hold the event; the log goes on without it
   * @throws LogError if the log is closed, or an earlier write failed
   */
  append(event: BusEvent): void {
    if (this.#closed) throw new LogError(`The log is closed: ${titleOf(event)}.`);
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
   * Flushes and lets go of the file. Closing twice is no error.
   *
   * @throws LogError if an event could not be written; the file is closed even so
   */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#written;
    await this.#file?.close();
    if (this.#failure) throw this.#failure;
  }

  /** Writes everything that waits. Never rejects: flush and close tell what went wrong. */
  async #writeWaiting(): Promise<void> {
    if (this.#failure) return;
    const text = this.#waiting.join("");
    this.#waiting = [];
    try {
      this.#file ??= await this.#open(this.#path);
      await this.#file.append(text);
      if (this.#fsync) await this.#file.sync();
    } catch (error) {
      this.#stop(text, error);
    }
  }

  /** A write failed: the first event of its text is the first one that is not safe. */
  #stop(text: string, cause: unknown): void {
    const first = fromLine(text.slice(0, text.indexOf("\n")));
    this.#failure = new LogError(
      `${titleOf(first)} could not be written: ${reasonOf(cause)}.`,
    );
  }
}

/**
 * Reads the events of a log in order, a piece of the file at a time, so that a long log takes no
 * more memory than a short one. Ends where the file ended when reading began.
 *
 * @throws LogError if there is no such file; or, after the events before it, at a line in the
 *   middle that is no event: the message begins with the file and the line, `events.log:1234`
 */
export async function* readEvents(path: string): AsyncGenerator<LogBatch> {
  if (!existsSync(path)) throw new LogError(`There is no log at ${path}.`);
  const { size: totalBytes } = await stat(path);
  if (totalBytes === 0) return;
  const file = createReadStream(path, {
    encoding: "utf8",
    end: totalBytes - 1,
    highWaterMark: READ_SIZE,
  });
  let firstLine = 1;
  let rest = "";
  for await (const piece of file) {
    const lines = `${rest}${piece}`.split("\n");
    rest = lines.pop() ?? "";
    const events: BusEvent[] = [];
    let failure: unknown;
    for (const line of lines) {
      try {
        events.push(fromLine(line));
      } catch (error) {
        failure = error;
        break;
      }
    }
    yield { events, firstLine, bytes: file.bytesRead, totalBytes };
    firstLine += events.length;
    if (failure) throw new LogError(`${path}:${firstLine}: ${reasonOf(failure)}.`);
  }
  if (rest === "") return;
  try {
    yield { events: [fromLine(rest)], firstLine, bytes: totalBytes, totalBytes };
  } catch {
    const torn = `${path}:${firstLine} breaks off and was left out.`;
    yield { events: [], firstLine, bytes: totalBytes, totalBytes, torn };
  }
}

/** How a message calls an event: `order.created (3k2j-17)`. */
function titleOf({ name, id }: BusEvent): string {
  return `${name} (${id})`;
}

/** The first line of a message, without its full stop: V8 draws circular structures below it. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split("\n")[0] ?? "").replace(/\.$/, "");
}
