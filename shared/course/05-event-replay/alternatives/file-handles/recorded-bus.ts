// Another style: plain variables and a list of errors; the whole replay in one pass.

import type { Bus, BusEvent } from "#bus/contract";
import type {
  LogOptions,
  LogPlace,
  Reaction,
  RecordedBusClass,
  ReplayOptions,
  ReplayReport,
} from "#bus/log-contract";
import { matches } from "#bus/wildcards";
import { WrappingBus } from "#bus/wrapping-bus";
import { EventLog, readEvents } from "./event-log.ts";

export const reaction: Reaction = (listener) =>
  function onlyOnce(data, event) {
    if (event.replayed === true) return;
    return listener(data, event);
  };

const reached = (place: LogPlace, event: BusEvent, before: number) =>
  ("time" in place && event.timestamp >= place.time) ||
  ("id" in place && event.id === place.id) ||
  ("count" in place && before >= place.count);

class Recorder extends WrappingBus {
  private readonly log: EventLog;
  private readonly end: () => unknown;
  private errors: unknown[] = [];

  constructor(inner: Bus, path: string, options?: LogOptions) {
    super(inner);
    this.log = new EventLog(path, options);
    const write = (_data: unknown, event: BusEvent) => {
      if (event.replayed) return;
      try {
        this.log.append(event);
      } catch (error) {
        this.errors.push(error);
        throw error;
      }
    };
    inner.subscribe("#", write);
    this.end = () => inner.unsubscribe("#", write);
  }

  async flush() {
    await this.log.flush();
    this.complain();
  }

  async close() {
    this.end();
    await this.log.close();
    this.complain();
  }

  private complain() {
    for (const error of this.errors) throw error;
  }

  async replayFromFile(path: string, options: ReplayOptions = {}): Promise<ReplayReport> {
    const { from, until, pattern } = options;
    if (pattern === "") throw new RangeError("an empty pattern matches nothing");
    for (const place of [from, until]) {
      const [[kind, value] = []] = Object.entries(place ?? {});
      if (Number.isNaN(value) || (kind === "count" && value < 0))
        throw new RangeError("not a place in a log");
    }
    await this.log.flush().catch(() => undefined);

    let position = 0;
    let replayed = 0;
    let started = !from;
    let stopped = false;
    let torn: string | undefined;
    for await (const batch of readEvents(path)) {
      torn = batch.torn;
      for (const event of batch.events) {
        if (until && reached(until, event, position)) stopped = true;
        if (stopped) break;
        if (from && reached(from, event, position)) started = true;
        position++;
        if (!started || !matches(pattern ?? "#", event.name)) continue;
        this.deliver(event);
        replayed++;
      }
      if (stopped) break;
    }
    if (until && "id" in until && !stopped) throw new RangeError(`no event ${until.id}`);
    if (from && "id" in from && !started && !stopped)
      throw new RangeError(`no event ${from.id}`);
    const empty = position === 0 && !stopped ? { empty: `${path} is empty` } : {};
    return {
      replayed,
      skipped: position - replayed,
      ...empty,
      ...(torn && !stopped ? { torn } : {}),
    };
  }
}

export const RecordedBus = Recorder as RecordedBusClass;
