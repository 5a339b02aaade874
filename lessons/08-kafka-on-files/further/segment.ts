import { closeSync, openSync, rmSync, truncateSync, writeSync } from "node:fs";
import {
  appendWhole,
  countLines,
  lastLine,
  lineEnds,
  NEWLINE,
  parseRecord,
  readBytes,
  sizeOf,
  wholeLines,
} from "#bus/log-lines";
import {
  type Batch,
  BrokenRecordError,
  type LogRecord,
  type OnRepair,
  type Place,
  placeAfter,
  ReplacedLogError,
} from "#bus/partition-log";
import { SparseIndex } from "./sparse-index.ts";

/**
 * How many zeros to write ahead, in bytes. A disk that has to note where a file has grown is slow;
 * one that writes over what is there is four or five times as fast.
 */
const ROOM = 1024 * 1024;

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
  /** How many bytes of half a line stand behind the end. */
  #halfLine = 0;
  /** Whether `repair` has been called since the end was last looked for. */
  #isRepaired = false;
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
    const { size } = this;
    const { position } = this.#end;
    if (size !== position && !this.#isRoom(position, size))
      this.#end = this.#findEnd(size);
    return this.#end;
  }

  /**
   * Writes records behind the last one. Only whoever holds the lock of the log and has repaired this
   * segment may do so.
   *
   * @param latest gives the latest time of all records in front of this segment
   * @param ahead whether to write into room that was made ahead, for an fsync that follows
   */
  append(records: readonly LogRecord[], latest: () => number, ahead = false): void {
    const lines = records.map((record) => `${JSON.stringify(record)}\n`);
    const bytes = Buffer.from(lines.join(""));
    const end = this.#end;
    if (ahead) this.#writeAhead(bytes, end.position);
    else {
      this.cutRoom();
      appendWhole(this.path, bytes);
    }
    this.#end = placeAfter(end, records.length, bytes.length);
    this.#indexFrom(end, latest, records);
  }

  /**
   * Cuts off what a dead process has not finished, and returns the end. Only whoever holds the lock of
   * the log may do so: then half a line can only be that of a dead process.
   */
  repair(onRepair: OnRepair): Place {
    const { end } = this;
    if (this.#isRepaired) return end;
    const { offset, position } = end;
    const bytes = Math.min(this.#halfLine, this.size - position);
    if (bytes > 0) {
      truncateSync(this.path, position);
      onRepair({ file: this.path, line: offset - this.base + 1, bytes });
    }
    this.index.cutOff(end);
    this.#halfLine = 0;
    this.#isRepaired = true;
    return end;
  }

  /** Cuts off the room that was made ahead. Needs the lock, as `append` does. */
  cutRoom(): void {
    const { position } = this.end;
    if (this.size > position) truncateSync(this.path, position);
  }

  read(from: Place, limit: number): Batch {
    if (this.#isRoom(from.position, this.size)) return { records: [], next: from };
    const whole = wholeLines(this.path, from);
    if (whole.length === 0) return { records: [], next: from };
    const records: LogRecord[] = [];
    let end = 0;
    const text = whole.toString("utf8", 0, whole.length - 1);
    for (const line of text.split("\n").slice(0, limit)) {
      const record = parseRecord(line);
      if (record instanceof Error || record.offset !== from.offset + records.length) {
        if (records.length > 0) break;
        throw this.#wrongLine(from);
      }
      records.push(record);
      end = whole.indexOf(NEWLINE, end) + 1;
    }
    return { records, next: placeAfter(from, records.length, end) };
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
  #indexFrom(
    place: Place,
    latestInFront: () => number,
    records: readonly LogRecord[],
  ): void {
    const last = this.index.entries().at(-1);
    if (last === undefined) this.index.add({ ...this.start, latest: latestInFront() });
    else if (place.position - last.position >= this.#indexEvery) {
      this.index.add({ ...place, latest: this.#latestBefore(place) });
    }
    if (this.#latest?.offset === place.offset || place.offset === this.base) {
      let time = this.#latest?.time ?? latestInFront();
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

  /** Writes over the room that is there, or behind it, and makes new room then. */
  #writeAhead(bytes: Buffer, position: number): void {
    const size = this.size;
    const fits = position + bytes.length <= size;
    const all = fits ? bytes : Buffer.concat([bytes, Buffer.alloc(ROOM)]);
    const file = openSync(this.path, size === 0 ? "w" : "r+");
    try {
      let written = 0;
      while (written < all.length)
        written += writeSync(
          file,
          all,
          written,
          all.length - written,
          position + written,
        );
    } catch (error) {
      truncateSync(this.path, position);
      throw error;
    } finally {
      closeSync(file);
    }
  }

  /** Whether nothing has been written at a position yet, although the file has room there. */
  #isRoom(position: number, size: number): boolean {
    const left = size - position;
    if (left <= 0 || left > ROOM) return false;
    return readBytes(this.path, position, 1)[0] === 0;
  }

  /**
   * No record has a zero byte, so the first one is where the room begins. What stands behind it was
   * written by a machine that lost its power before the disk had all of it.
   */
  #findEnd(size: number): Place {
    this.#isRepaired = false;
    const from = Math.max(0, size - ROOM);
    const tail = readBytes(this.path, from, ROOM);
    const zero = tail.indexOf(0);
    const last = lastLine(this.path, zero < 0 ? size : from + zero);
    const end = last?.end ?? 0;
    let rest = size;
    while (rest > end && rest > from && tail[rest - from - 1] === 0) rest -= 1;
    this.#halfLine = rest - end;
    if (last === undefined) return this.start;
    const record = parseRecord(last.text);
    if (record instanceof Error)
      throw new BrokenRecordError(this.path, countLines(this.path), record.message);
    return { offset: record.offset + 1, position: last.end };
  }

  /** What is wrong at a place: if its line begins elsewhere, the place is one of another log. */
  #wrongLine(from: Place): Error {
    const line = from.offset - this.base + 1;
    let begins = 0;
    let count = 1;
    for (const position of lineEnds(this.path)) {
      if (count === line) break;
      count += 1;
      begins = position;
    }
    if (count !== line || begins !== from.position)
      return new ReplacedLogError(this.path, from);
    return new BrokenRecordError(this.path, line, "this is not its record.");
  }
}
