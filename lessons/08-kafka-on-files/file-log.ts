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
import { todo } from "#todo";

/** One partition of a topic: a file to which records are appended, one to a line. */
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
    // `lines.appendWhole(path, text)` writes all of the text or nothing.
    // Step 3: another may have written to the file, or died while writing.
    return todo(1, "number the entries from #end on, and append one line for each");
  }

  read(from: Place, limit: number): Batch {
    // `lines.wholeLines(path, place)` gives a Buffer, `lines.parseRecord(text)` a record or an Error.
    // Step 8: a line may be broken, or the whole file be another one.
    return todo(2, "read whole lines from a place on, and say which place follows them");
  }

  end(): Place {
    // `lines.lastLine(path)` gives `{ text, end }`, or undefined; `lines.sizeOf(path)` the bytes.
    return todo(3, "find the end of the log from its last whole line");
  }

  placeOf(offset: number): Place {
    // `for (const position of lines.lineEnds(path))`: the byte behind each line break.
    return todo(5, "find where the line of this offset begins");
  }

  placeAt(time: number): Place {
    return todo(5, "find the first record at or after this time");
  }
}
