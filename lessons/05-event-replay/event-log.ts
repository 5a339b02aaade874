import { createReadStream, existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { type AppendFile, openAppendFile } from "#bus/append-file";
import type { BusEvent } from "#bus/contract";
import { type LogBatch, LogError, type LogOptions } from "#bus/log-contract";
import { todo } from "#todo";

/** How much is read in one go, in bytes. */
const READ_SIZE = 64 * 1024;

/**
 * The event as one line of JSON, with its line break.
 *
 * @throws TypeError if JSON cannot hold the event; the message names it
 */
export function toLine(event: BusEvent): string {
  return todo(1, "the event as JSON and a line break; refuse what JSON cannot hold");
}

/**
 * The event that a line holds: frozen, and with `replayed: true`, because it tells of the past.
 *
 * @throws SyntaxError if the line is no JSON
 * @throws TypeError if it is JSON, but no event
 */
export function fromLine(line: string): BusEvent {
  return todo(1, "parse the line, see that it is an event, mark it as replayed, freeze");
}

/** Writes events to a file, one line each, in order. A log has one writer at a time. */
export class EventLog {
  // Your fields go here. What waits for the next write? How does flush know when it may go on?

  /** The file is opened at the first event, and made if there is none. */
  constructor(path: string, options: LogOptions = {}) {
    const { fsync = false, open = openAppendFile } = options;
    // Remember all three. Opening waits for the first event.
  }

  /**
   * Takes the event down as it is now, and returns at once. Events that come while a write is
   * under way wait, and go together into the next one.
   *
   * @throws TypeError if JSON cannot hold the event; the log goes on without it
   * @throws LogError if the log is closed, or an earlier write failed
   */
  append(event: BusEvent): void {
    // Step 3: refuse it if an earlier write failed.
    todo(2, "keep the line, and see to it that what is kept is written soon");
  }

  /**
   * Resolves when every event appended so far is written.
   *
   * @throws LogError if one could not be; the message names it
   */
  async flush(): Promise<void> {
    // Step 3: throw if a write failed.
    todo(2, "wait until every line kept so far is written");
  }

  /**
   * Flushes and lets go of the file. Closing twice is no error.
   *
   * @throws LogError if an event could not be written; the file is closed even so
   */
  async close(): Promise<void> {
    // Step 3: let go of the file even if a write failed.
    todo(2, "take nothing more, flush, and close the file if it was opened");
  }

  /** Writes everything that waits. Never rejects: flush and close tell what went wrong. */
  async #writeWaiting(): Promise<void> {
    // Step 3: write nothing behind a write that failed.
    todo(2, "write what waits in one go, sync if asked to; call #stop if that fails");
  }

  /** A write failed: the first event of its text is the first one that is not safe. */
  #stop(text: string, cause: unknown): void {
    todo(3, "remember a LogError that names the first event of the text");
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
  if (!existsSync(path)) todo(5, "say in a LogError that there is no log at this path");
  yield todo(4, "read piece by piece, split at line breaks, yield the events");
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
