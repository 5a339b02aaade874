import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  type Batch,
  type Entry,
  type LogRecord,
  type OnRepair,
  onRepairOf,
  type PartitionLog,
  type Place,
  START,
} from "#bus/partition-log";
import { together } from "#bus/together";
import { FileLock } from "./file-lock.ts";
import { Segment } from "./segment.ts";

/** Options for a segmented log. */
export interface SegmentedLogOptions {
  /** A new segment begins when the last one has this number of bytes. Default: 64 MiB. */
  segmentBytes?: number;
  /** After this number of bytes the index gets an entry. Default: 4 KiB. */
  indexEvery?: number;
  /**
   * What `append` waits for. `os`: the operating system has the records, and a process that dies
   * loses nothing. `fsync`: the disk has them, and a power failure loses nothing. Default: `os`.
   */
  durability?: "os" | "fsync";
  /** Is called for a half line that was cut off. Default: one line on stderr. */
  onRepair?: OnRepair;
}

/** How much of the past to keep. Whole segments go, the oldest first; the last one stays. */
export interface Retention {
  /** At most about this number of bytes. */
  maxBytes?: number;
  /** Nothing older than this number of ms, by the newest record of a segment. */
  maxAge?: number;
  /** The time now, in ms since 1970-01-01 UTC. Default: `Date.now()`. */
  now?: number;
}

interface Appended {
  readonly entries: readonly Entry[];
  /** What was written of them. */
  records: LogRecord[];
}

/**
 * A partition in a folder of segments, to which any number of processes of one machine may write.
 * What is appended while a write is under way goes into the next write together, with one lock
 * and one fsync for all of it: that is group commit.
 */
export class SegmentedLog implements PartitionLog {
  readonly #folder: string;
  readonly #segmentBytes: number;
  readonly #indexEvery: number;
  readonly #durability: "os" | "fsync";
  readonly #onRepair: OnRepair;
  readonly #lock: FileLock;
  #segments: Segment[] = [];
  readonly #store = together((group: Appended[]) => this.#writeGroup(group));
  /** What was appended last. */
  #stored: Promise<void> = Promise.resolve();
  #handle: { path: string; file: FileHandle } | undefined;

  /** @param folder where the segments are, such as `shop/orders-0.log`; it is made if missing */
  constructor(folder: string, options: SegmentedLogOptions = {}) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.#segmentBytes = options.segmentBytes ?? 64 * 1024 * 1024;
    this.#indexEvery = options.indexEvery ?? 4 * 1024;
    this.#durability = options.durability ?? "os";
    this.#onRepair = onRepairOf(options);
    this.#lock = new FileLock(join(dirname(folder), `${basename(folder)}.lock`));
    this.#list();
  }

  async append(entries: readonly Entry[]): Promise<LogRecord[]> {
    const appended: Appended = { entries, records: [] };
    this.#stored = this.#store(appended);
    await this.#stored;
    return appended.records;
  }

  read(from: Place, limit: number): Batch {
    const segment = this.#segmentOf(from.offset);
    if (segment === undefined) return { records: [], next: from };
    const place = from.offset > segment.base ? from : segment.start;
    try {
      return segment.read(place, limit);
    } catch (error) {
      // Retention may have taken the segment away under our hands.
      if (this.#list().includes(segment)) throw error;
      return this.read(from, limit);
    }
  }

  end(): Place {
    return this.#last()?.end ?? START;
  }

  placeOf(offset: number): Place {
    const first = this.#list()[0]?.base ?? 0;
    const end = this.end().offset;
    if (!Number.isInteger(offset) || offset < first || offset > end) {
      throw new RangeError(
        `${this.#folder} holds the offsets from ${first} to ${end}; got ${offset}.`,
      );
    }
    return this.#segmentOf(offset)?.placeOf(offset) ?? START;
  }

  placeAt(time: number): Place {
    const segments = this.#list();
    const later = segments.findIndex(
      (segment) => (segment.index.entries()[0]?.latest ?? time) >= time,
    );
    // The segment in front of the first one that begins too late; of several, the earliest hit.
    const from = later < 0 ? segments.length - 1 : Math.max(0, later - 1);
    for (const segment of segments.slice(from)) {
      const place = segment.placeAt(time);
      if (place.offset < segment.end.offset) return place;
    }
    return this.end();
  }

  /** Removes segments that are too old or too many; returns how many. Offsets stay as they are. */
  retain({ maxBytes = Infinity, maxAge = Infinity, now = Date.now() }: Retention) {
    return this.#lock.hold(() => {
      const segments = this.#list();
      let bytes = segments.reduce((sum, segment) => sum + segment.size, 0);
      let removed = 0;
      for (const segment of segments.slice(0, -1)) {
        if (bytes <= maxBytes && now - segment.latest() <= maxAge) break;
        bytes -= segment.size;
        segment.remove();
        removed += 1;
      }
      return removed;
    });
  }

  /** Waits for what is under way and lets go of the file. */
  async close(): Promise<void> {
    await this.#stored.catch(() => {});
    if (this.#handle !== undefined) await this.#lock.hold(() => this.#last()?.cutRoom());
    await this.#handle?.file.close();
    this.#handle = undefined;
  }

  async #writeGroup(group: Appended[]): Promise<void> {
    const all = group.flatMap(({ entries }) => entries);
    const { segment, records } = await this.#lock.hold(() => this.#write(all));
    // Others may write meanwhile: an fsync takes along all that was written before it.
    if (this.#durability === "fsync") await this.#sync(segment);
    let taken = 0;
    for (const one of group) {
      one.records = records.slice(taken, taken + one.entries.length);
      taken += one.entries.length;
    }
  }

  /** Under the lock: everything is looked up anew, since others write, too. */
  #write(entries: readonly Entry[]): { segment: Segment; records: LogRecord[] } {
    const last = this.#last() ?? this.#segment(0);
    const { offset, position } = last.repair(this.#onRepair);
    const full = position >= this.#segmentBytes && offset > last.base;
    if (full) last.cutRoom();
    const segment = full ? this.#segment(offset) : last;
    const records = entries.map(({ time, key, value }, index) => ({
      offset: offset + index,
      time,
      key,
      value,
    }));
    const isSynced = this.#durability === "fsync";
    segment.append(records, () => this.#latestBefore(segment), isSynced);
    if (segment.base === offset && isSynced) this.#syncFolder();
    return { segment, records };
  }

  #latestBefore(segment: Segment): number {
    const before = this.#segments.findLast(({ base }) => base < segment.base);
    return before?.latest() ?? Number.NEGATIVE_INFINITY;
  }

  async #sync(segment: Segment): Promise<void> {
    if (this.#handle?.path !== segment.path) {
      await this.#handle?.file.close();
      this.#handle = { path: segment.path, file: await open(segment.path, "r+") };
    }
    await this.#handle.file.datasync();
  }

  /** Makes sure that a new file is not only written, but also found again. */
  #syncFolder(): void {
    if (process.platform === "win32") return;
    const folder = openSync(this.#folder, "r");
    fsyncSync(folder);
    closeSync(folder);
  }

  /** The segment that holds an offset, or the last one for an offset behind the end. */
  #segmentOf(offset: number): Segment | undefined {
    const last = this.#last();
    if (last === undefined || last.base <= offset) return last;
    const segment = this.#segments.findLast(({ base }) => base <= offset);
    if (segment !== undefined && segment.size > 0) return segment;
    // It is gone: what is left begins later.
    return this.#list().find(({ base }) => base > offset) ?? segment;
  }

  /**
   * The last segment. Looking at the whole folder each time would make an empty poll dearer with
   * every segment. A new one begins where the last one ended, so one look at that name is enough.
   */
  #last(): Segment | undefined {
    const known = this.#segments.at(-1);
    if (known === undefined || known.size === 0) return this.#list().at(-1);
    const { offset } = known.end;
    if (this.#segment(offset).size === 0) return known;
    return this.#list().at(-1);
  }

  /** Looks which segments there are; those known already are kept. */
  #list(): Segment[] {
    const known = new Map(this.#segments.map((segment) => [segment.base, segment]));
    this.#segments = readdirSync(this.#folder)
      .filter((name) => /^\d{20}\.log$/.test(name))
      .sort()
      .map((name) => Number(name.slice(0, 20)))
      .map((base) => known.get(base) ?? this.#segment(base));
    return this.#segments;
  }

  #segment(base: number): Segment {
    const name = `${String(base).padStart(20, "0")}.log`;
    return new Segment(join(this.#folder, name), base, this.#indexEvery);
  }
}

/**
 * Makes a topic whose partitions are segmented logs. Producers and consumers of the lesson work on
 * it with the option `openLog: (path) => new SegmentedLog(path)`.
 */
export function createSegmentedTopic(
  folder: string,
  topic: string,
  partitions: number,
): void {
  for (let partition = partitions - 1; partition >= 0; partition--) {
    mkdirSync(join(folder, `${topic}-${partition}.log`), { recursive: true });
  }
}
