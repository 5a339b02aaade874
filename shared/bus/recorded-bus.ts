import type { Bus, BusEvent } from "#bus/contract";
import {
  checkOptions,
  type LogOptions,
  type LogPlace,
  type Reaction,
  type RecordedBusClass,
  type ReplayOptions,
  type ReplayReport,
  unknownId,
} from "#bus/log-contract";
import { matches } from "#bus/wildcards";
import { WrappingBus } from "#bus/wrapping-bus";
import { EventLog, readEvents } from "./event-log.ts";

export const reaction: Reaction = (listener) => (data, event) =>
  event.replayed ? undefined : listener(data, event);

/** A bus that writes its history down, and can play it again. It wraps any other bus. */
class PlainRecordedBus extends WrappingBus {
  readonly #log: EventLog;
  readonly #stopRecording: () => boolean;
  #lost: unknown;

  /** Make it before anybody else subscribes to `bus`: then an event is recorded before it is heard. */
  constructor(bus: Bus, path: string, options: LogOptions = {}) {
    super(bus);
    this.#log = new EventLog(path, options);
    this.#stopRecording = bus.subscribe("#", (_data, event) => this.#record(event));
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

  async flush(): Promise<void> {
    await this.#log.flush();
    if (this.#lost) throw this.#lost;
  }

  async close(): Promise<void> {
    this.#stopRecording();
    await this.#log.close();
    if (this.#lost) throw this.#lost;
  }

  async replayFromFile(path: string, options: ReplayOptions = {}): Promise<ReplayReport> {
    checkOptions(options);
    const { from, until, pattern } = options;
    // The file may be this bus's own log. One whose disk is full can still be read.
    await this.#log.flush().catch(() => {});
    const report: ReplayReport = { replayed: 0, skipped: 0 };
    let begun = from === undefined;
    let ended = false;
    let seen = 0;
    for await (const { events, torn } of readEvents(path)) {
      for (const event of events) {
        if (until && isAt(until, event, seen)) ended = true;
        if (ended) break;
        if (from && isAt(from, event, seen)) begun = true;
        seen += 1;
        if (!begun || (pattern && !matches(pattern, event.name))) continue;
        this.deliver(event);
        report.replayed += 1;
      }
      if (ended) break;
      if (torn) report.torn = torn;
    }
    if (!ended && until && "id" in until) throw unknownId(path, "until", until.id);
    if (!ended && !begun && from && "id" in from) throw unknownId(path, "from", from.id);
    if (!ended && seen === 0) report.empty = `${path} holds no event.`;
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

/** The plain class, with types for those who use it. */
export const RecordedBus = PlainRecordedBus as RecordedBusClass;
