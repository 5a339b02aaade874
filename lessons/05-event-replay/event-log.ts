import { type AppendFile, openAppendFile } from "#bus/append-file";
import type { BusEvent } from "#bus/contract";
import {
  type LogBatch,
  LogError,
  type LogOptions,
  reasonOf,
  titleOf,
} from "#bus/log-contract";
import { todo } from "#todo";

/**
 * The event as one line of JSON, with its line break.
 *
 * @throws TypeError if JSON cannot hold the event; the message names it
 */
export function toLine(event: BusEvent): string {
  return todo(1, "the event as JSON and a line break; refuse what JSON cannot hold");
}

/**
 * The event that a line holds, frozen and with `replayed: true`.
 *
 * @throws SyntaxError if the line is not JSON
 * @throws TypeError if it is JSON, but not an event
 */
export function fromLine(line: string): BusEvent {
  return todo(1, "parse the line, check the fields, mark the event as replayed, freeze");
}

/** Writes events to a file, one line each, in order. A log has one writer at a time. */
export class EventLog {
  // Your fields go here. What waits for the next write? How does flush know when it may go on?

  constructor(path: string, { fsync = false, open = openAppendFile }: LogOptions = {}) {
    // Keep all three. The file is opened when the first event is written.
  }

  /**
   * Takes the event down as it is now, and returns at once.
   *
   * @throws TypeError if JSON cannot hold the event; the log goes on without it
   * @throws LogError if the log is closed, or an earlier write failed
   */
  append(event: BusEvent): void {
    // Step 3: refuse it if an earlier write failed.
    todo(2, "keep the line, and make sure that what is kept is written soon");
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
   * Flushes and closes the file. A second call gets the answer of the first.
   *
   * @throws LogError if an event could not be written; the file is closed even so
   */
  close(): Promise<void> {
    // Step 3: close the file even if a write failed.
    return todo(2, "take nothing more, flush, and close the file if it was opened");
  }

  /** Writes everything that waits. Never rejects: flush and close say what went wrong. */
  async #writeWaiting(): Promise<void> {
    // Step 3: write nothing after a write that failed.
    todo(2, "write what waits in one go, sync if asked to; call #stop if that fails");
  }

  /** A write failed: its first line is the first one that is not safe. */
  #stop(line: string, cause: unknown): void {
    todo(3, `keep a LogError that names the event of this line: ${reasonOf(cause)}`);
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
  // Step 5: a missing file, a broken line, a torn last line.
  yield todo(4, "read piece by piece, split at line breaks, yield the events");
}
