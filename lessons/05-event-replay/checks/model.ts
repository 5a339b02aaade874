/** What the log and the recorded bus must do, so slow and simple that it is plainly right. */
import { quiet } from "#any-day";
import type { AppendFile } from "#bus/append-file";
import type { Bus, BusEvent } from "#bus/contract";
import {
  checkOptions,
  LogError,
  type LogPlace,
  type ReplayingBus,
  type ReplayOptions,
  reasonOf,
  titleOf,
} from "#bus/log-contract";
import { matches } from "#bus/wildcards";
import { WrappingBus } from "#bus/wrapping-bus";

type Disk = AppendFile & { open(path: string): Promise<AppendFile> };

/** The model of the log: it looks again and again whether there is something to do. */
export class SlowLog {
  readonly #disk: Disk;
  readonly #fsync: boolean;
  #waiting: { title: string; line: string }[] = [];
  #appended = 0;
  #written = 0;
  #opened = false;
  #busy = false;
  #failure: Error | undefined;
  #closing: Promise<void> | undefined;

  constructor(disk: Disk, fsync: boolean) {
    this.#disk = disk;
    this.#fsync = fsync;
  }

  append(event: BusEvent): void {
    if (this.#closing) throw new LogError("closed");
    if (this.#failure) throw this.#failure;
    this.#waiting.push({ title: titleOf(event), line: lineOf(event) });
    this.#appended += 1;
    if (!this.#busy) void this.#write();
  }

  async #write(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0 && !this.#failure) {
      const batch = this.#waiting.splice(0);
      try {
        if (!this.#opened) await this.#disk.open("events.log");
        this.#opened = true;
        await this.#disk.append(batch.map(({ line }) => line).join(""));
        if (this.#fsync) await this.#disk.sync();
      } catch (error) {
        this.#failure = new LogError(`${batch[0]?.title}: ${reasonOf(error)}`);
      }
      this.#written += batch.length;
    }
    this.#busy = false;
  }

  async flush(): Promise<void> {
    const goal = this.#appended;
    while (this.#written < goal && !this.#failure) await quiet();
    if (this.#failure) throw this.#failure;
  }

  close(): Promise<void> {
    this.#closing ??= this.flush().finally(() => this.#opened && this.#disk.close());
    return this.#closing;
  }
}

export function lineOf(event: BusEvent): string {
  try {
    if (typeof event.data === "function") throw new Error("a function");
    return `${JSON.stringify(event)}\n`;
  } catch {
    throw new TypeError(titleOf(event));
  }
}

/** The model of a file: its lines, cut at the bytes that end them. */
export interface SlowFile {
  events: BusEvent[];
  /** The line that is damaged, counted from 1. */
  torn?: number;
  broken?: number;
  /** Whether there is no file yet. */
  missing?: boolean;
}

export function slowRead(bytes: Buffer): SlowFile {
  const events: BusEvent[] = [];
  let line = 1;
  for (let from = 0; from < bytes.length; line++) {
    const end = bytes.indexOf("\n", from);
    const to = end < 0 ? bytes.length : end;
    const text = bytes.toString("utf8", from, to).replace(/^\uFEFF/, "");
    from = to + 1;
    if (/^\s*$/.test(text)) continue;
    try {
      const { id, name, data, timestamp } = JSON.parse(text);
      if (name === undefined) throw new Error("it is not an event");
      events.push(Object.freeze({ id, name, data, timestamp, replayed: true }));
    } catch {
      return { events, ...(end < 0 ? { torn: line } : { broken: line }) };
    }
  }
  return { events };
}

/** The model of a replay: which events of a list, and how many are left out. */
export function slowReplay(all: BusEvent[], { from, until, pattern }: ReplayOptions) {
  const placeOf = (place: LogPlace | undefined, otherwise: number) => {
    const at = all.findIndex((event, before) => {
      if (place === undefined) return false;
      if ("id" in place) return event.id === place.id;
      return "time" in place ? event.timestamp >= place.time : before >= place.count;
    });
    return at < 0 ? otherwise : at;
  };
  const end = placeOf(until, all.length);
  const begin = placeOf(from, from ? all.length : 0);
  const events = all
    .slice(Math.min(begin, end), end)
    .filter(({ name }) => matches(pattern ?? "#", name));
  return { events, skipped: end - events.length, ended: end < all.length };
}

/** The model of the recorded bus: the files are lists, and all that is recorded is there at once. */
export class SlowRecorder extends WrappingBus implements ReplayingBus {
  readonly #file: SlowFile;
  readonly #fileOf: (path: string) => SlowFile;
  #lost: unknown;
  #closed = false;

  constructor(bus: Bus, path: string, fileOf: (path: string) => SlowFile) {
    super(bus);
    this.#file = fileOf(path);
    this.#fileOf = fileOf;
    bus.subscribe("#", (_data, event) => this.#record(event));
  }

  #record(event: BusEvent): void {
    if (event.replayed || this.#closed) return;
    try {
      this.#file.events.push(JSON.parse(lineOf(event)));
      delete this.#file.torn;
      this.#file.missing = false;
    } catch (error) {
      this.#lost ??= error;
      throw error;
    }
  }

  async flush(): Promise<void> {
    if (this.#lost) throw this.#lost;
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.flush();
  }

  async replayFromFile(path: string, options: ReplayOptions = {}) {
    checkOptions(options);
    const { events: now, torn, missing } = this.#fileOf(path);
    if (missing) throw new LogError(path);
    const all = [...now];
    const { events, skipped } = slowReplay(all, options);
    for (const event of events) this.deliver(Object.freeze({ ...event, replayed: true }));
    const isUnknown = (place: LogPlace | undefined) =>
      place && "id" in place && !all.some(({ id }) => id === place.id);
    if (isUnknown(options.from) || isUnknown(options.until))
      throw new RangeError(JSON.stringify(options));
    return {
      replayed: events.length,
      skipped,
      ...(torn !== undefined && { torn: `${path}:${torn}` }),
      ...(all.length === 0 && { empty: path }),
    };
  }
}
