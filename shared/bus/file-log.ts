import { truncateSync } from "node:fs";
import * as lines from "#bus/log-lines";
import type { Batch, Entry, FileLogOptions, LogRecord, Place } from "#bus/partition-log";
import {
  BrokenRecordError,
  onRepairOf,
  placeAfter,
  ReplacedLogError,
  START,
} from "#bus/partition-log";

/**
 * One partition of a topic: a file to which records are appended, one to a line. Any number of
 * processes may read it; only one may write.
 */
export class FileLog {
  readonly #path: string;
  readonly #onRepair;
  /** The offset of the next record, and the byte at which it begins. */
  #end: Place = START;

  /** The file need not exist yet. */
  constructor(path: string, options: FileLogOptions = {}) {
    this.#path = path;
    this.#onRepair = onRepairOf(options);
  }

  append(entries: readonly Entry[]): LogRecord[] {
    let end = this.end();
    const halfLine = lines.sizeOf(this.#path) - end.position;
    if (halfLine > 0) {
      truncateSync(this.#path, end.position);
      this.#onRepair({ file: this.#path, line: end.offset + 1, bytes: halfLine });
      // Whoever is told may have sent something.
      end = this.end();
    }
    const records = entries.map(({ time, key, value }, index) => {
      return { offset: end.offset + index, time, key, value };
    });
    const text = records.map((record) => `${JSON.stringify(record)}\n`).join("");
    lines.appendWhole(this.#path, text);
    this.#end = placeAfter(end, records.length, Buffer.byteLength(text));
    return records;
  }

  read(from: Place, limit: number): Batch {
    const whole = lines.wholeLines(this.#path, from);
    if (whole.length === 0) return { records: [], next: from };
    const records: LogRecord[] = [];
    let end = 0;
    const text = whole.toString("utf8", 0, whole.length - 1);
    for (const line of text.split("\n").slice(0, limit)) {
      const record = lines.parseRecord(line);
      if (record instanceof Error || record.offset !== from.offset + records.length) {
        // First hand over what is good. The next reading begins at the broken line.
        if (records.length > 0) break;
        throw this.#wrongLine(from);
      }
      records.push(record);
      end = whole.indexOf(lines.NEWLINE, end) + 1;
    }
    return { records, next: placeAfter(from, records.length, end) };
  }

  end(): Place {
    if (lines.sizeOf(this.#path) !== this.#end.position) this.#end = this.#findEnd();
    return this.#end;
  }

  placeOf(offset: number): Place {
    if (offset === 0) return START;
    let line = 0;
    for (const position of lines.lineEnds(this.#path))
      if (++line === offset) return { offset, position };
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

  #findEnd(): Place {
    const last = lines.lastLine(this.#path);
    if (last === undefined) return START;
    const record = lines.parseRecord(last.text);
    if (record instanceof Error)
      throw new BrokenRecordError(this.#path, lines.countLines(this.#path), "no record.");
    return { offset: record.offset + 1, position: last.end };
  }

  /** What is wrong at a place: if its line begins elsewhere, the place is one of another log. */
  #wrongLine(from: Place): Error {
    if (this.placeOf(from.offset).position !== from.position)
      return new ReplacedLogError(this.#path, from);
    return new BrokenRecordError(this.#path, from.offset + 1, "this is not its record.");
  }
}
