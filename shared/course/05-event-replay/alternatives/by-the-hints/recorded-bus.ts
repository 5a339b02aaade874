// What one gets by following the hints of the explanation, step by step.

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
import { EventLog, readEvents } from "./event-log.ts";

/**
 * Makes a listener that must act only once in the life of an event: it sends an email, it takes
 * money. It hears what happens now, and nothing of what is replayed.
 */
export function reaction<Data, Event extends BusEvent>(
  listener: (data: Data, event: Event) => unknown,
): (data: Data, event: Event) => unknown {
  return (data, event) => {
    if (!event.replayed) return listener(data, event);
  };
}

/** A bus that writes its history down, and can play it again. It wraps any other bus. */
export class RecordedBus<Events extends object = AnyEvents>
  extends WrappingBus<Events>
  implements StoringBus<Events>
{
  readonly #log: EventLog;
  readonly #unsubscribe: Unsubscribe;
  #lost: unknown;

  /**
   * Records every event of `bus` from now on. Make it before anybody else subscribes: only then
   * does an event stand in the log before the events that its listeners emit.
   */
  constructor(bus: Bus<Events>, path: string, options: LogOptions = {}) {
    super(bus);
    // The recorder does not mind which events they are: to it, the bus may carry any.
    const anyBus = bus as unknown as Bus;
    this.#log = new EventLog(path, options);
    this.#unsubscribe = anyBus.subscribe("#", (_data, event) => this.#record(event));
  }

  #record(event: BusEvent): void {
    if (event.replayed) return;
    try {
      this.#log.append(event);
    } catch (error) {
      this.#lost ??= error;
      throw error;
    }
  }

  /**
   * Resolves when every event emitted so far is in the log.
   *
   * @throws LogError or TypeError if one is not; the message names it
   */
  async flush(): Promise<void> {
    await this.#log.flush();
    if (this.#lost) throw this.#lost;
  }

  /**
   * Stops recording, flushes and lets go of the file. The bus goes on without a recorder.
   *
   * @throws LogError or TypeError if an event is not in the log; the file is closed even so
   */
  async close(): Promise<void> {
    this.#unsubscribe();
    await this.#log.close();
    if (this.#lost) throw this.#lost;
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
    checkOptions(options);
    const { from, until, pattern = "#", pace, wait = sleep, onProgress } = options;
    await this.#log.flush().catch(() => {});
    const report: ReplayReport = { replayed: 0, skipped: 0 };
    let seen = 0;
    let begun = from === undefined;
    let ended = false;
    let last: number | undefined;
    let due = 0;
    for await (const { events, torn, bytes, totalBytes } of readEvents(path)) {
      for (const event of events) {
        if (until && isAt(until, event, seen)) ended = true;
        if (ended) break;
        if (from && isAt(from, event, seen)) begun = true;
        seen += 1;
        if (!begun || !matches(pattern, event.name)) continue;
        if (pace) {
          due += Math.max(0, event.timestamp - (last ?? event.timestamp)) / pace;
          last = event.timestamp;
          if (due >= 1) {
            await wait(due);
            due = 0;
          }
        }
        this.deliver(event as EventOf<Events>);
        report.replayed += 1;
      }
      if (torn) report.torn = torn;
      onProgress?.({ replayed: report.replayed, bytes, totalBytes });
      if (ended) break;
    }
    if (until && "id" in until && !ended) throw unknownId(path, "until", until.id);
    if (from && "id" in from && !begun && !ended) throw unknownId(path, "from", from.id);
    if (seen === 0 && !ended) report.empty = `${path} holds no event.`;
    report.skipped = seen - report.replayed;
    return report;
  }
}

/** Whether the place lies at this event or before it; `before` events stand in front of it. */
function isAt(place: LogPlace, event: BusEvent, before: number): boolean {
  if ("time" in place) return event.timestamp >= place.time;
  if ("id" in place) return event.id === place.id;
  return before >= place.count;
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
