import {
  appendFileSync,
  closeSync,
  fstatSync,
  openSync,
  readSync,
  rmSync,
  truncateSync,
} from "node:fs";
import { CHUNK, lastLine, lineEnds, NEWLINE, parseRecord, sizeOf } from "#bus/log-lines";
import {
  type Batch,
  BrokenRecordError,
  type LogRecord,
  type OnRepair,
  type Place,
} from "#bus/partition-log";
import { SparseIndex } from "./sparse-index.ts";

/**
 * A piece of a log: a file that begins with the record `base`, and its index. The lines are those
 * of every log of this lesson, so any tool that reads one reads the other.
 */
export class Segment {
  readonly base: number;
  readonly path: string;
  readonly index: SparseIndex;
  readonly #indexEvery: number;
  #end: Place;
  /** The latest time of all records in front of an offset, where it is known. */
  #latest: { offset: number; time: number } | undefined;

  constructor(path: string, base: number, indexEvery: number) {
    this.base = base;
    this.path = path;
    this.index = new SparseIndex(`${path.slice(0, -".log".length)}.index`);
    this.#indexEvery = indexEvery;
    this.#end = this.start;
  }

  get start(): Place {
    return { offset: this.base, position: 0 };
  }

  get size(): number {
    return sizeOf(this.path);
  }

  /** The place behind the last whole record. */
  get end(): Place {
    if (this.size !== this.#end.position) this.#end = this.#findEnd();
    return this.#end;
  }

  /**
   * Writes records behind the last one. Only whoever holds the lock of the log may do so: then
   * half a line at the end can only be that of a dead process.
   *
   * @param latest the latest time of all records in front of this segment
   */
  append(records: readonly LogRecord[], latest: number, onRepair: OnRepair): void {
    const lines = Buffer.from(
      records.map((record) => `${JSON.stringify(record)}\n`).join(""),
    );
    this.repair(onRepair);
    const end = this.end;
    writeWhole(this.path, lines, end);
    this.#end = {
      offset: end.offset + records.length,
      position: end.position + lines.length,
    };
    this.#indexFrom(end, latest, records);
  }

  /** Cuts off what a dead process has not finished. Needs the lock, as `append` does. */
  repair(onRepair: OnRepair): void {
    const { offset, position } = this.end;
    const bytes = this.size - position;
    if (bytes > 0) {
      truncateSync(this.path, position);
      onRepair({ file: this.path, line: offset - this.base + 1, bytes });
    }
    this.index.cutOff(this.end);
  }

  read(from: Place, limit: number): Batch {
    const whole = wholeLines(this.path, from);
    if (whole.length === 0) return { records: [], next: from };
    const records: LogRecord[] = [];
    let end = 0;
    for (const line of whole.toString("utf8", 0, whole.length - 1).split("\n", limit)) {
      const offset = from.offset + records.length;
      const record = parseRecord(line);
      if (record instanceof Error || record.offset !== offset) {
        if (records.length > 0) break;
        throw this.#broken(offset, record);
      }
      records.push(record);
      end = whole.indexOf(NEWLINE, end) + 1;
    }
    const next = { offset: from.offset + records.length, position: from.position + end };
    return { records, next };
  }

  /** The place of an offset that is in this segment, or its end. */
  placeOf(offset: number): Place {
    const near = this.index.lastWhere((entry) => entry.offset <= offset) ?? this.start;
    let place = { offset: near.offset, position: near.position };
    if (place.offset === offset) return place;
    for (const position of lineEnds(this.path, place.position)) {
      place = { offset: place.offset + 1, position };
      if (place.offset === offset) break;
    }
    return place;
  }

  /** The place of the first record at or after a time, or the end. */
  placeAt(time: number): Place {
    const near = this.index.lastWhere((entry) => entry.latest < time) ?? this.start;
    let place: Place = { offset: near.offset, position: near.position };
    for (;;) {
      const { records, next } = this.read(place, 500);
      const index = records.findIndex((record) => record.time >= time);
      if (index >= 0) return this.read(place, index).next;
      if (records.length === 0) return place;
      place = next;
    }
  }

  /** The latest time of all records up to the end of this segment. */
  latest(): number {
    return this.#latestBefore(this.end);
  }

  remove(): void {
    rmSync(this.path, { force: true });
    rmSync(`${this.path.slice(0, -".log".length)}.index`, { force: true });
  }

  /** Adds the place of the new records if the last entry lies far enough behind. */
  #indexFrom(place: Place, latestInFront: number, records: readonly LogRecord[]): void {
    const last = this.index.entries().at(-1);
    if (last === undefined) this.index.add({ ...this.start, latest: latestInFront });
    else if (place.position - last.position >= this.#indexEvery) {
      this.index.add({ ...place, latest: this.#latestBefore(place) });
    }
    if (this.#latest?.offset === place.offset || place.offset === this.base) {
      let time = this.#latest?.time ?? latestInFront;
      for (const record of records) time = Math.max(time, record.time);
      this.#latest = { offset: this.#end.offset, time };
    }
  }

  /** The latest time of all records in front of a place. */
  #latestBefore(place: Place): number {
    if (this.#latest?.offset === place.offset) return this.#latest.time;
    const near = this.index.entries().at(-1);
    let time = near?.latest ?? Number.NEGATIVE_INFINITY;
    let at: Place = near ?? this.start;
    while (at.offset < place.offset) {
      const { records, next } = this.read(at, place.offset - at.offset);
      for (const record of records) time = Math.max(time, record.time);
      at = next;
    }
    this.#latest = { offset: place.offset, time };
    return time;
  }

  #findEnd(): Place {
    const last = lastLine(this.path);
    if (last === undefined) return this.start;
    const record = parseRecord(last.text);
    if (record instanceof Error) {
      throw this.#broken(this.base + [...lineEnds(this.path)].length - 1, record);
    }
    return { offset: record.offset + 1, position: last.end };
  }

  #broken(offset: number, found: LogRecord | Error): BrokenRecordError {
    const reason =
      found instanceof Error
        ? found.message
        : `offset ${offset} belongs here, not ${found.offset}.`;
    return new BrokenRecordError(this.path, offset - this.base + 1, reason);
  }
}

/** Writes all bytes or none. */
function writeWhole(path: string, bytes: Buffer, end: Place): void {
  try {
    appendFileSync(path, bytes);
  } catch (error) {
    // A full disk may have taken a part of them.
    if (sizeOf(path) > end.position) truncateSync(path, end.position);
    throw error;
  }
}

/** The bytes from a place to the last line break of the chunk. */
function wholeLines(path: string, { offset, position }: Place): Buffer {
  const file = openSync(path, "r");
  try {
    const left = fstatSync(file).size - position;
    if (left < 0) {
      throw new RangeError(
        `${path} has become shorter: it ends before offset ${offset}, byte ${position}.`,
      );
    }
    for (let length = CHUNK; ; length *= 2) {
      const bytes = Buffer.allocUnsafe(Math.min(length, left));
      const chunk = bytes.subarray(0, readSync(file, bytes, 0, bytes.length, position));
      const whole = chunk.lastIndexOf(NEWLINE) + 1;
      if (whole > 0 || length >= left) return chunk.subarray(0, whole);
    }
  } finally {
    closeSync(file);
  }
}
