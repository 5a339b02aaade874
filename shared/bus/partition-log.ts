/**
 * What all logs of lesson 8 share: what a record is, how it stands in the file, and what one can
 * ask of a log, whether it is one file or a row of segments.
 *
 * The format: one record is one line of JSON in UTF-8, ended by "\n", its fields in this order:
 *
 *     {"offset":15,"time":1767225600000,"key":"ann","value":{"id":15}}
 *
 * `offset` counts the records of a partition from 0, without gaps. `time` is in ms since
 * 1970-01-01 UTC. `key` may be missing. JSON writes a line break inside a string as \n, so a
 * record never spans two lines, and a last line without its "\n" is one that was never finished.
 */
import { basename } from "node:path";
import { safely } from "#bus/contract";

/** What a producer hands in. */
export interface Entry<Value = unknown> {
  /** In ms since 1970-01-01 UTC. */
  readonly time: number;
  readonly key?: string | undefined;
  readonly value: Value;
}

/** What the log keeps: the entry and its number. */
export interface LogRecord<Value = unknown> extends Entry<Value> {
  readonly offset: number;
}

/** A place between two records: the offset of the next one, and the byte at which it begins. */
export interface Place {
  readonly offset: number;
  readonly position: number;
}

/** Where every log begins. */
export const START: Place = Object.freeze({ offset: 0, position: 0 });

/** The place that lies some records and bytes behind another. */
export function placeAfter(place: Place, records: number, bytes: number): Place {
  return { offset: place.offset + records, position: place.position + bytes };
}

/** What one reading gives: the records, and the place behind the last of them. */
export interface Batch {
  readonly records: LogRecord[];
  readonly next: Place;
}

/** A log of numbered records, written at the end and read from anywhere. */
export interface PartitionLog {
  /** Numbers the entries and writes them at the end; none, if `JSON.stringify` throws at one. */
  append(entries: readonly Entry[]): LogRecord[] | Promise<LogRecord[]>;

  /**
   * Up to `limit` whole records from a place on. They may be fewer than there are, but none only
   * where nothing is new.
   *
   * @throws BrokenRecordError if the very first line is not the record that belongs here
   * @throws ReplacedLogError if the place is not one of this log: its topic was made again
   */
  read(from: Place, limit: number): Batch;

  /** The place behind the last whole record. */
  end(): Place;

  /**
   * The place of an offset.
   *
   * @throws RangeError if the log has no such offset
   */
  placeOf(offset: number): Place;

  /** The place of the first record at or after a time (ms since 1970-01-01 UTC), or the end. */
  placeAt(time: number): Place;
}

/** A half line was found at the end of a log, left by a writer that died, and was cut off. */
export interface Repair {
  /** The path of the log. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** How many bytes were cut off. */
  readonly bytes: number;
}

/** Is called for every half line that was cut off. */
export type OnRepair = (repair: Repair) => unknown;

/** What a log does with a repair by default: one readable line on stderr. */
const reportRepair: OnRepair = ({ file, line, bytes }) => {
  console.error(
    `${basename(file)}: line ${line} was never finished; its ${bytes} bytes were cut off.`,
  );
};

/** Options for a log on a file. */
export interface FileLogOptions {
  /** Is called for a half line that was cut off. Default: one line on stderr. */
  onRepair?: OnRepair | undefined;
}

/** What a log calls for a repair. It may fail: that is printed, and nothing else stops. */
export function onRepairOf({ onRepair = reportRepair }: FileLogOptions) {
  return safely("onRepair", onRepair);
}

/** A line of a log is not the record that belongs there. */
export class BrokenRecordError extends Error {
  override readonly name = "BrokenRecordError";
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;

  constructor(file: string, line: number, reason: string) {
    super(`${file}, line ${line}: ${reason}`);
    this.file = file;
    this.line = line;
  }
}

/** A log is not the one that a place was found in: it is shorter, or its topic was made again. */
export class ReplacedLogError extends RangeError {
  override readonly name = "ReplacedLogError";

  constructor(file: string, { offset }: Place) {
    super(
      `${file} is not the log that was read up to offset ${offset}: its topic was made again, or it became shorter. Seek to where you want to go on.`,
    );
  }
}
