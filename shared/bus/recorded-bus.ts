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
  return (data, event) => (event.replayed ? undefined : listener(data, event));
}

/** A bus that writes its history down, and can play it again. It wraps any other bus. */
export class RecordedBus<Events extends object = AnyEvents>
  extends WrappingBus<Events>
  implements StoringBus<Events>
{
  readonly #path: string;
  readonly #log: EventLog;
  readonly #stopRecording: Unsubscribe;
  #lost: unknown;

  /**
   * Records every event of `bus` from now on. Make it before anybody else subscribes: only then
   * does an event stand in the log before the events that its listeners emit.
   */
  constructor(bus: Bus<Events>, path: string, options: LogOptions = {}) {
    super(bus);
    this.#path = path;
    this.#log = new EventLog(path, options);
    this.#stopRecording = (bus as unknown as Bus).subscribe("#", (_data, event) =>
      this.#record(event),
    );
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
    this.#stopRecording();
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
    await this.#settle(path);
    const section = new Section(path, options);
    const keepPace = pacer(options);
    const report: ReplayReport = { replayed: 0, skipped: 0 };
    for await (const { events, bytes, totalBytes, torn } of readEvents(path)) {
      for (const event of events) {
        if (!section.takes(event)) continue;
        if (options.pace) await keepPace(event.timestamp);
        this.deliver(event as EventOf<Events>);
        report.replayed += 1;
      }
      if (torn) report.torn = torn;
      options.onProgress?.({ replayed: report.replayed, bytes, totalBytes });
      if (section.ended) break;
    }
    section.check();
    report.skipped = section.read - report.replayed;
    if (section.read === 0 && !section.ended)
      report.empty = `${path} holds no event: there was nothing to replay.`;
    return report;
  }

  /** What was recorded so far must be in the file before the file is read. */
  async #settle(path: string): Promise<void> {
    if (resolve(path) !== resolve(this.#path)) return;
    // A log whose disk is full can still be read: flush and close tell of the failure.
    await this.#log.flush().catch(() => {});
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
}

/** The part of a log that a replay asks for. Sees every event, in order, until it has ended. */
class Section {
  readonly #path: string;
  readonly #options: ReplayOptions;
  #begun: boolean;
  /** Events seen so far, without the one that it stopped before. */
  read = 0;
  ended = false;

  constructor(path: string, options: ReplayOptions) {
    this.#path = path;
    this.#options = options;
    this.#begun = options.from === undefined;
  }

  /** Whether the next event of the log is to be replayed. */
  takes(event: BusEvent): boolean {
    const { from, until, pattern } = this.#options;
    this.ended ||= until !== undefined && isAt(until, event, this.read);
    if (this.ended) return false;
    this.#begun ||= from !== undefined && isAt(from, event, this.read);
    this.read += 1;
    return this.#begun && (pattern === undefined || matches(pattern, event.name));
  }

  /** An id that never came is a mistake: with it, "everything" or "nothing" was replayed. */
  check(): void {
    const { from, until } = this.#options;
    if (until && "id" in until && !this.ended)
      throw unknownId(this.#path, "until", until.id);
    if (from && "id" in from && !this.#begun && !this.ended)
      throw unknownId(this.#path, "from", from.id);
  }
}

/** Whether the place lies at this event or before it; `before` events stand in front of it. */
function isAt(place: LogPlace, event: BusEvent, before: number): boolean {
  if ("time" in place) return event.timestamp >= place.time;
  if ("id" in place) return event.id === place.id;
  return before >= place.count;
}

function unknownId(path: string, option: string, id: string): RangeError {
  return new RangeError(
    `${path} has no event with the id ${JSON.stringify(id)}, which "${option}" asks for.`,
  );
}

/** Waits before each event as long as it took to happen. A timer cannot wait less than 1 ms. */
function pacer({ pace = 1, wait = sleep }: ReplayOptions) {
  let last: number | undefined;
  let due = 0;
  return async (timestamp: number) => {
    due += Math.max(0, timestamp - (last ?? timestamp)) / pace;
    last = timestamp;
    if (due < 1) return;
    const ms = due;
    due = 0;
    await wait(ms);
  };
}

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
