import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type {
  AnyEvents,
  Bus,
  BusEvent,
  EventOf,
  Listener,
  NameOf,
  PatternOf,
  StoringBus,
  Unsubscribe,
} from "#bus/contract";
import { matches } from "#bus/wildcards";
import { todo } from "#todo";
import { EventLog, type LogOptions, readEvents } from "./event-log.ts";

/**
 * A place in a log: the first event at or after a time (in ms since 1970-01-01 UTC), the event
 * with an id, or the place behind so many events.
 */
export type LogPlace = { time: number } | { id: string } | { count: number };

/** How far a replay has come. */
export interface ReplayProgress {
  /** Events delivered so far. */
  replayed: number;
  /** How much of the file has been read, in bytes. */
  bytes: number;
  /** How long the file is, in bytes. */
  totalBytes: number;
}

/** Which part of a log is replayed, and how. Without options: everything, as fast as it goes. */
export interface ReplayOptions {
  /** The first event to replay. */
  from?: LogPlace;
  /** The event to stop before: neither it nor anything after it is replayed. */
  until?: LogPlace;
  /** Only events whose name matches, by the rules of `subscribe`. */
  pattern?: string;
  /** Keep the pauses between events, so many times as fast: 1 is the original pace. */
  pace?: number;
  /** Waits so many milliseconds. Tests hand in their own. */
  wait?: (ms: number) => Promise<unknown>;
  /** Is called every now and then, and at the end of the file. */
  onProgress?: (progress: ReplayProgress) => void;
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

/**
 * Makes a listener that must act only once in the life of an event: it sends an email, it takes
 * money. It hears what happens now, and nothing of what is replayed.
 */
export function reaction<Data, Event extends BusEvent>(
  listener: (data: Data, event: Event) => unknown,
): (data: Data, event: Event) => unknown {
  return todo(7, "return a listener that passes news on, and no replayed event");
}

/** A bus that writes its history down, and can play it again. It wraps any other bus. */
export class RecordedBus<Events extends object = AnyEvents>
  implements StoringBus<Events>
{
  readonly #bus: Bus<Events>;
  // More fields of yours go here.

  /**
   * Records every event of `bus` from now on. Make it before anybody else subscribes: only then
   * does an event stand in the log before the events that its listeners emit.
   */
  constructor(bus: Bus<Events>, path: string, options: LogOptions = {}) {
    this.#bus = bus;
    // The recorder does not mind which events they are: to it, the bus may carry any.
    const anyBus = bus as unknown as Bus;
    todo(
      6,
      "subscribe to every event, and append it to an EventLog unless it is replayed",
    );
  }

  subscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ): Unsubscribe {
    return this.#bus.subscribe(pattern, listener);
  }

  unsubscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ): boolean {
    return this.#bus.unsubscribe(pattern, listener);
  }

  emit<Name extends NameOf<Events>>(
    name: Name,
    data: Events[Name],
  ): EventOf<Events, Name> {
    return this.#bus.emit(name, data);
  }

  deliver(event: EventOf<Events>): void {
    this.#bus.deliver(event);
  }

  get history(): readonly EventOf<Events>[] {
    return this.#bus.history;
  }

  /**
   * Resolves when every event emitted so far is in the log.
   *
   * @throws LogError or TypeError if one is not; the message names it
   */
  async flush(): Promise<void> {
    todo(6, "flush the log; throw what kept an event out of it");
  }

  /**
   * Stops recording, flushes and lets go of the file. The bus goes on without a recorder.
   *
   * @throws LogError or TypeError if an event is not in the log; the file is closed even so
   */
  async close(): Promise<void> {
    todo(6, "end the subscription, close the log; throw what kept an event out of it");
  }

  /**
   * Delivers the events of a log again: the same events, ids and times, in the same order, each
   * with `replayed: true`. They are neither recorded again nor added to the history.
   *
   * @throws RangeError if an option makes no sense, or if the log has no event with the id of
   *   `from` or `until`
   * @throws LogError if there is no such file; or, after the events before it, at a line in the
   *   middle that is no event
   */
  async replayFromFile(path: string, options: ReplayOptions = {}): Promise<ReplayReport> {
    if (Object.keys(options).length > 0) todo(8, "replay a part of the log, at a pace");
    return todo(7, "flush this log, read that file, deliver each event, count them");
  }
}

/** Whether the place lies at this event or before it; `before` events stand in front of it. */
function isAt(place: LogPlace, event: BusEvent, before: number): boolean {
  return todo(
    8,
    "compare the time, the id or the count, whichever the place is given by",
  );
}

/** What to throw when an id that an option asks for never came. */
function unknownId(path: string, option: string, id: string): RangeError {
  return new RangeError(
    `${path} has no event with the id ${JSON.stringify(id)}, which "${option}" asks for.`,
  );
}

/** Refuses options that make no sense. */
function checkOptions({ from, until, pace, pattern }: ReplayOptions): void {
  checkPlace("from", from);
  checkPlace("until", until);
  if (pace !== undefined && !(pace > 0 && Number.isFinite(pace)))
    throw new RangeError(`pace is a number above 0, such as 10; got ${pace}.`);
  if (pattern === "")
    throw new RangeError(`pattern is a text such as "order.*"; got "".`);
}

function checkPlace(option: string, place: LogPlace | undefined): void {
  if (place === undefined || "id" in place) return;
  const value = "time" in place ? place.time : place.count;
  if (typeof value !== "number" || Number.isNaN(value))
    throw new RangeError(
      `${option} is a place in the log; got ${JSON.stringify(place)}.`,
    );
}
