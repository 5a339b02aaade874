/**
 * The words that a log and the recorded bus share: what can be set, what is reported, and what is
 * thrown. They are the same whoever wrote the pieces, so that `instanceof` holds.
 */
import type { AppendFile } from "#bus/append-file";
import {
  type AnyEvents,
  type Bus,
  type BusEvent,
  inWords,
  type StoringBus,
} from "#bus/contract";

/** Says in one sentence what is wrong with a log, and where. */
export class LogError extends Error {
  override readonly name = "LogError";
}

/** Options for a log. */
export interface LogOptions {
  /**
   * Ask the disk after every write, so that what was flushed survives a power cut. Without it,
   * it survives the end of the process, not that of the machine. Default: false.
   */
  fsync?: boolean;
  /** Opens the file. Default: `openAppendFile`. Tests hand in a disk that is full. */
  open?: (path: string) => Promise<AppendFile>;
}

/** Some events of a log, in order. */
export interface LogBatch {
  events: BusEvent[];
  /** How much of the file has been read so far, in bytes. */
  bytes: number;
  /** A sentence about a last line that breaks off in the middle and was left out. */
  torn?: string;
}

/**
 * A place in a log: the first event at or after a time (in ms since 1970-01-01 UTC), the event
 * with an id, or the place after that many events (0 or more).
 */
export type LogPlace = { time: number } | { id: string } | { count: number };

/** Which part of a log is replayed. Without options: everything. */
export interface ReplayOptions {
  /** The first event to replay. */
  from?: LogPlace;
  /** The event to stop before: neither it nor anything after it is replayed. */
  until?: LogPlace;
  /** Only events whose name matches, by the rules of `subscribe`. */
  pattern?: string;
}

/** What a replay did. */
export interface ReplayReport {
  /** Events delivered. */
  replayed: number;
  /** Events read and left out, because of `from` or `pattern`. */
  skipped: number;
  /** A sentence about a last line that breaks off in the middle and was left out. */
  torn?: string;
  /** A sentence about a file that holds no event. */
  empty?: string;
}

/** A bus that records its events in a file, and can replay a file. */
export interface ReplayingBus<Events extends object = AnyEvents>
  extends StoringBus<Events> {
  /**
   * Stops recording, flushes and closes the file. The bus goes on without a recorder.
   *
   * @throws LogError or TypeError if an event is not in the log; the file is closed even so
   */
  close(): Promise<void>;

  /**
   * Delivers the events of a log again: the same events, ids and times, in the same order, each
   * with `replayed: true`. They are neither recorded again nor added to the history.
   *
   * @throws RangeError if an option makes no sense, or if the log has no event with the id of
   *   `from` or `until`
   * @throws LogError if there is no such file; or, after the events before it, at a line in the
   *   middle that is not an event
   */
  replayFromFile(path: string, options?: ReplayOptions): Promise<ReplayReport>;
}

/** Gives a plain class its types: `export const RecordedBus = PlainRecordedBus as RecordedBusClass;`. */
export type RecordedBusClass = new <Events extends object = AnyEvents>(
  bus: Bus<Events>,
  path: string,
  options?: LogOptions,
) => ReplayingBus<Events>;

/** Makes a listener that acts only once in the life of an event: it does not hear replayed ones. */
export type Reaction = <Data, Event extends BusEvent>(
  listener: (data: Data, event: Event) => unknown,
) => (data: Data, event: Event) => unknown;

/** How a message calls an event: `order.created (3k2j-17)`. */
export function titleOf({ name, id }: BusEvent): string {
  return `${name} (${id})`;
}

/** The first line of a message, without its full stop. Anything can be thrown, not only an Error. */
export function reasonOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : inWords(thrown);
  return (text.split("\n")[0] ?? "").replace(/\.$/, "");
}

/** @throws RangeError if an option makes no sense */
export function checkOptions({ from, until, pattern }: ReplayOptions): void {
  checkPlace("from", from);
  checkPlace("until", until);
  if (pattern === "")
    throw new RangeError(`pattern is a string such as "order.*"; got an empty one.`);
}

function checkPlace(option: string, place: LogPlace | undefined): void {
  if (place === undefined || "id" in place) return;
  const value = "time" in place ? place.time : place.count;
  const least = "time" in place ? -Infinity : 0;
  if (typeof value !== "number" || !(value >= least))
    throw new RangeError(
      `${option} is a place in the log; got ${JSON.stringify(place)}.`,
    );
}

/** What to throw when the event that an option names by its id never came. */
export function unknownId(path: string, option: "from" | "until", id: string) {
  return new RangeError(`${path} has no event with the id "${id}" of "${option}".`);
}
