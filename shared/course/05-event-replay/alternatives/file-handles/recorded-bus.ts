// Another style: everything in one pass with plain variables, and emit left to the wrapped bus.

import type { Bus, BusEvent, EventOf, StoringBus } from "#bus/contract";
import type {
  LogOptions,
  LogPlace,
  ReplayOptions,
  ReplayReport,
} from "#bus/log-contract";
import { matches } from "#bus/wildcards";
import { WrappingBus } from "#bus/wrapping-bus";
import { EventLog, readEvents } from "./event-log.ts";

export function reaction<Data, Event extends BusEvent>(
  listener: (data: Data, event: Event) => unknown,
): (data: Data, event: Event) => unknown {
  return function onlyOnce(data, event) {
    if (event.replayed === true) return;
    return listener(data, event);
  };
}

const reached = (place: LogPlace, event: BusEvent, before: number) =>
  ("time" in place && event.timestamp >= place.time) ||
  ("id" in place && event.id === place.id) ||
  ("count" in place && before >= place.count);

export class RecordedBus<Events extends object>
  extends WrappingBus<Events>
  implements StoringBus<Events>
{
  private readonly log: EventLog;
  private readonly end: () => unknown;
  private errors: unknown[] = [];

  constructor(inner: Bus<Events>, path: string, options?: LogOptions) {
    super(inner);
    this.log = new EventLog(path, options);
    const write = (_data: unknown, event: BusEvent) => {
      if (event.replayed) return;
      try {
        this.log.append(event);
      } catch (error) {
        this.errors.push(error);
      }
    };
    const all = inner as unknown as Bus;
    all.subscribe("#", write);
    this.end = () => all.unsubscribe("#", write);
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
    const { from, until, pattern, pace, onProgress } = options;
    const wait =
      options.wait ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
    if (pattern === "") throw new RangeError("an empty pattern matches nothing");
    if (pace !== undefined && !(pace > 0)) throw new RangeError(`no pace: ${pace}`);
    for (const place of [from, until]) {
      if (place && Object.values(place).some((value) => Number.isNaN(value)))
        throw new RangeError("not a place in a log");
    }
    await this.log.flush().catch(() => undefined);

    let position = 0;
    let replayed = 0;
    let started = !from;
    let stopped = false;
    let clock: number | null = null;
    let debt = 0;
    let torn: string | undefined;
    for await (const batch of readEvents(path)) {
      torn = batch.torn;
      for (const event of batch.events) {
        if (until && reached(until, event, position)) stopped = true;
        if (stopped) break;
        if (from && reached(from, event, position)) started = true;
        position++;
        if (!started || !matches(pattern ?? "#", event.name)) continue;
        if (pace) {
          if (clock !== null && event.timestamp > clock)
            debt += (event.timestamp - clock) / pace;
          clock = event.timestamp;
          if (debt >= 1) {
            await wait(debt);
            debt = 0;
          }
        }
        this.deliver(event as EventOf<Events>);
        replayed++;
      }
      const { bytes, totalBytes } = batch;
      onProgress?.({ replayed, bytes, totalBytes });
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
      ...(torn ? { torn } : {}),
    };
  }
}
