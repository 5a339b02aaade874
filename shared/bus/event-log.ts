import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { type AppendFile, openAppendFile } from "#bus/append-file";
import type { BusEvent } from "#bus/contract";
import { type LogBatch, LogError, type LogOptions } from "#bus/log-contract";

/** Lines are joined when they have about so many characters: a burst becomes a few long texts. */
const BATCH_SIZE = 512 * 1024;
/** How much is read in one go, in bytes. */
const READ_SIZE = 64 * 1024;

/**
 * The event as one line of JSON, with its line break.
 *
 * @throws TypeError if JSON cannot hold the event; the message names it
 */
export function toLine(event: BusEvent): string {
  try {
    if (typeof event.data === "function" || typeof event.data === "symbol") {
      throw new TypeError(`a ${typeof event.data} is no data`);
    }
    return `${JSON.stringify(event)}\n`;
  } catch (cause) {
    throw new TypeError(`JSON cannot hold ${titleOf(event)}: ${reasonOf(cause)}.`, {
      cause,
    });
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
  if (
    typeof id !== "string" ||
    typeof name !== "string" ||
    typeof timestamp !== "number"
  ) {
    throw new TypeError("it is no event with an id, a name and a timestamp");
  }
  return Object.freeze({ id, name, data, timestamp, replayed: true });
}

/** Writes events to a file, one line each, in order. A log has one writer at a time. */
export class EventLog {
  readonly #path: string;
  readonly #options: Required<LogOptions>;
  #file: AppendFile | undefined;
  /** What waits to be written: full batches, and the lines of the one that is filling. */
  #batches: string[] = [];
  #lines: string[] = [];
  #size = 0;
  /** Settles when every line appended so far is written, or given up. Never rejects. */
  #written: Promise<void> = Promise.resolve();
  #failure: LogError | undefined;
  #closed = false;

  /** The file is opened at the first event, and made if there is none. */
  constructor(path: string, options: LogOptions = {}) {
    const { fsync = false, open = openAppendFile } = options;
    this.#path = path;
    this.#options = { fsync, open };
  }

  /**
   * Takes the event down as it is now, and returns at once. Events that come while a write is
   * under way wait, and go together into the next one.
   *
   * @throws TypeError if JSON cannot hold the event; the log goes on without it
   * @throws LogError if the log is closed, or an earlier write failed
   */
  append(event: BusEvent): void {
    if (this.#closed)
      throw new LogError(`${this.#path} is closed: ${titleOf(event)} came too late.`);
    if (this.#failure) throw this.#failure;
    const line = toLine(event);
    if (this.#lines.length + this.#batches.length === 0) {
      this.#written = this.#written.then(() => this.#writeWaiting());
    }
    this.#lines.push(line);
    this.#size += line.length;
    if (this.#size >= BATCH_SIZE) this.#endBatch();
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
    this.#closed = true;
    try {
      await this.flush();
    } finally {
      const file = this.#file;
      this.#file = undefined;
      await file?.close();
    }
  }

  #endBatch(): void {
    this.#batches.push(this.#lines.join(""));
    this.#lines = [];
    this.#size = 0;
  }

  async #writeWaiting(): Promise<void> {
    if (this.#lines.length > 0) this.#endBatch();
    const batches = this.#batches;
    this.#batches = [];
    for (const text of batches) {
      if (!this.#failure) await this.#write(text);
    }
  }

  async #write(text: string): Promise<void> {
    try {
      this.#file ??= await this.#options.open(this.#path);
      await this.#file.append(text);
      if (this.#options.fsync) await this.#file.sync();
    } catch (cause) {
      this.#stop(text, cause);
    }
  }

  /** A write failed: the first event of its text is the first one that is not safe. */
  #stop(text: string, cause: unknown): void {
    const first = fromLine(text.slice(0, text.indexOf("\n")));
    this.#failure = new LogError(
      `${this.#path} ends before ${titleOf(first)}, which could not be written: ${reasonOf(cause)}.`,
      { cause },
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
  const totalBytes = await lengthOf(path);
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
    const { events, failure } = parse(lines);
    if (events.length > 0) yield { events, firstLine, bytes: file.bytesRead, totalBytes };
    firstLine += events.length;
    if (failure) throw brokenLine(path, firstLine, failure);
  }
  if (rest !== "")
    yield { ...lastLine(path, firstLine, rest), bytes: totalBytes, totalBytes };
}

/** The events up to the first line that is none, and what is wrong with that one. */
function parse(lines: string[]): { events: BusEvent[]; failure?: Error } {
  let read = 0;
  const events: BusEvent[] = new Array(lines.length);
  try {
    for (; read < lines.length; read++) events[read] = fromLine(lines[read] ?? "");
    return { events };
  } catch (error) {
    return { events: events.slice(0, read), failure: error as Error };
  }
}

/** A last line without its line break is whole if it can be read, and torn if it cannot. */
function lastLine(path: string, firstLine: number, text: string) {
  const { events, failure } = parse([text]);
  if (!failure) return { events, firstLine };
  const torn = `${path}:${firstLine} breaks off in the middle of an event, which was left out.`;
  return { events, firstLine, torn };
}

function brokenLine(path: string, line: number, cause: Error): LogError {
  return new LogError(`${path}:${line} cannot be replayed: ${reasonOf(cause)}.`, {
    cause,
  });
}

async function lengthOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
    throw new LogError(`There is no log at ${path}: nothing was ever recorded there.`, {
      cause,
    });
  }
}

function titleOf({ name, id }: BusEvent): string {
  return `${name} (${id})`;
}

/** The first line of a message, without its full stop: V8 draws circular structures below it. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split("\n")[0] ?? "").replace(/\.$/, "");
}
