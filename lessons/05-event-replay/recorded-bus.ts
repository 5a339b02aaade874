import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type {
  AnyEvents,
  Bus,
  BusEvent,
  EventOf,
  StoringBus,
  Unsubscribe,
} from "#bus/contract";
import type {
  LogOptions,
  LogPlace,
  ReplayOptions,
  ReplayReport,
} from "#bus/log-contract";
import { matches } from "#bus/wildcards";
import { WrappingBus } from "#bus/wrapping-bus";
import { todo } from "#todo";
import { EventLog, readEvents } from "./event-log.ts";

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
  extends WrappingBus<Events>
  implements StoringBus<Events>
{
  // More fields of yours go here.

  /**
   * Records every event of `bus` from now on. Make it before anybody else subscribes: only then
   * does an event stand in the log before the events that its listeners emit.
   */
  constructor(bus: Bus<Events>, path: string, options: LogOptions = {}) {
    super(bus);
    // The recorder does not mind which events they are: to it, the bus may carry any.
    const anyBus = bus as unknown as Bus;
    todo(
      6,
      "subscribe to every event, and append it to an EventLog unless it is replayed",
    );
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
