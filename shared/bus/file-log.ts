import { appendFileSync, truncateSync } from "node:fs";
import {
  CHUNK,
  lastLine,
  lineEnds,
  NEWLINE,
  parseRecord,
  readBytes,
  sizeOf,
} from "#bus/log-lines";
import {
  type Batch,
  BrokenRecordError,
  type Entry,
  type FileLogOptions,
  type LogRecord,
  type OnRepair,
  type PartitionLog,
  type Place,
  reportRepair,
  START,
} from "#bus/partition-log";

/**
 * One partition of a topic: a file to which records are appended, one to a line. Any number of
 * processes may read it; only one may write.
 */
export class FileLog implements PartitionLog {
  readonly #path: string;
  readonly #onRepair: OnRepair;
  #end: Place = START;

  /** The file need not exist yet; the first record creates it. */
  constructor(path: string, { onRepair = reportRepair }: FileLogOptions = {}) {
    this.#path = path;
    this.#onRepair = onRepair;
  }

  append(entries: readonly Entry[]): LogRecord[] {
    const end = this.end();
    this.#cutTornLine(end);
    const records = entries.map(({ time, key, value }, index) => ({
      offset: end.offset + index,
      time,
      key,
      value,
    }));
    const lines = Buffer.from(
      records.map((record) => `${JSON.stringify(record)}\n`).join(""),
    );
    try {
      appendFileSync(this.#path, lines);
    } catch (error) {
      // A full disk may have taken a part of the lines.
      if (sizeOf(this.#path) > end.position) truncateSync(this.#path, end.position);
      throw error;
    }
    this.#end = {
      offset: end.offset + records.length,
      position: end.position + lines.length,
    };
    return records;
  }

  read(from: Place, limit: number): Batch {
    const whole = this.#wholeLinesFrom(from);
    if (whole.length === 0) return { records: [], next: from };
    const records: LogRecord[] = [];
    let end = 0;
    for (const line of whole.toString("utf8", 0, whole.length - 1).split("\n", limit)) {
      const offset = from.offset + records.length;
      const record = recordAt(offset, line);
      if (record instanceof Error) {
        // First hand over what is good. The next reading begins at the broken line.
        if (records.length > 0) break;
        throw new BrokenRecordError(this.#path, offset + 1, record.message);
      }
      records.push(record);
      end = whole.indexOf(NEWLINE, end) + 1;
    }
    const next = { offset: from.offset + records.length, position: from.position + end };
    return { records, next };
  }

  end(): Place {
    const size = sizeOf(this.#path);
    if (size !== this.#end.position) this.#end = this.#findEnd();
    return this.#end;
  }

  placeOf(offset: number): Place {
    if (offset === 0) return START;
    let line = 0;
    for (const position of lineEnds(this.#path)) {
      line += 1;
      if (line === offset) return { offset, position };
    }
    throw new RangeError(`${this.#path} ends at offset ${line}; got ${offset}.`);
  }

  placeAt(time: number): Place {
    let place = START;
    for (;;) {
      const { records, next } = this.read(place, 500);
      const index = records.findIndex((record) => record.time >= time);
      if (index >= 0) return this.read(place, index).next;
      if (records.length === 0) return place;
      place = next;
    }
  }

  #cutTornLine(end: Place): void {
    const bytes = sizeOf(this.#path) - end.position;
    if (bytes === 0) return;
    truncateSync(this.#path, end.position);
    this.#onRepair({ file: this.#path, line: end.offset + 1, bytes });
  }

  /** The bytes from a place to the last line break of the chunk. */
  #wholeLinesFrom({ offset, position }: Place): Buffer {
    const left = sizeOf(this.#path) - position;
    if (left < 0) {
      throw new RangeError(
        `${this.#path} has become shorter: it ends before offset ${offset}, byte ${position}.`,
      );
    }
    for (let length = CHUNK; ; length *= 2) {
      const chunk = readBytes(this.#path, position, Math.min(length, left));
      const whole = chunk.lastIndexOf(NEWLINE) + 1;
      if (whole > 0 || length >= left) return chunk.subarray(0, whole);
    }
  }

  #findEnd(): Place {
    const last = lastLine(this.#path);
    if (last === undefined) return START;
    const record = parseRecord(last.text);
    if (record instanceof Error) {
      const line = [...lineEnds(this.#path)].length;
      throw new BrokenRecordError(this.#path, line, record.message);
    }
    return { offset: record.offset + 1, position: last.end };
  }
}

/** The record in a line, or what is wrong with it: it may be a good record at a wrong place. */
function recordAt(offset: number, line: string): LogRecord | Error {
  const record = parseRecord(line);
  if (record instanceof Error || record.offset === offset) return record;
  return new Error(`offset ${offset} belongs here, not ${record.offset}.`);
}
