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
import { todo } from "#todo";

/**
 * One partition of a topic: a file to which records are appended, one to a line. Any number of
 * processes may read it; only one may write.
 */
export class FileLog implements PartitionLog {
  readonly #path: string;
  readonly #onRepair: OnRepair;
  /** The end as this log knows it: in step 1, everything that it has written itself. */
  #end: Place = START;

  /** The file need not exist yet; the first record creates it. */
  constructor(path: string, { onRepair = reportRepair }: FileLogOptions = {}) {
    this.#path = path;
    this.#onRepair = onRepair;
  }

  append(entries: readonly Entry[]): LogRecord[] {
    const end = this.end();
    if (sizeOf(this.#path) > end.position)
      todo(3, "cut off the half line behind the end, and report it");
    return todo(1, "number the entries from the end on, and append one line for each");
  }

  read(from: Place, limit: number): Batch {
    return todo(2, "read whole lines from a place on, and say which place follows them");
  }

  end(): Place {
    if (sizeOf(this.#path) !== this.#end.position)
      todo(3, "find the end of a log from its last whole line");
    return this.#end;
  }

  placeOf(offset: number): Place {
    return todo(5, "find where the line of this offset begins");
  }

  placeAt(time: number): Place {
    return todo(5, "find the first record at or after this time");
  }
}

/** The record in a line, which must be the one that belongs there. */
function recordAt(offset: number, line: string): LogRecord {
  const record = parseRecord(line);
  if (record instanceof Error || record.offset !== offset)
    todo(8, "throw a BrokenRecordError that names the file and the line");
  return record;
}
