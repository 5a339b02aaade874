/**
 * The words that a log and the recorded bus share: what can be set, what is reported, and what is
 * thrown. They are the same whoever wrote the pieces, so that `instanceof` holds.
 */
import type { AppendFile } from "#bus/append-file";
import type { BusEvent } from "#bus/contract";

/** Says in one sentence what is wrong with a log, and where. */
export class LogError extends Error {
  override readonly name = "LogError";
}

/** What a log can be told when it is made. */
export interface LogOptions {
  /**
   * Wait for the disk itself after every batch, so that `flush` survives a power cut. Without
   * it, what was flushed survives the end of the process, not that of the machine. Default: no.
   */
  fsync?: boolean;
  /** How the file is opened. Tests hand in a disk that is full. */
  open?: (path: string) => Promise<AppendFile>;
}

/** Some events of a log, in order. */
export interface LogBatch {
  events: BusEvent[];
  /** The line on which the first of these events stands, counted from 1. */
  firstLine: number;
  /** How much of the file has been read so far, in bytes. */
  bytes: number;
  /** How long the file was when reading began, in bytes. */
  totalBytes: number;
  /** A sentence about a last line that breaks off in the middle and was left out. */
  torn?: string;
}

/**
 * A place in a log: the first event at or after a time (in ms since 1970-01-01 UTC), the event
 * with an id, or the place behind so many events.
 */
export type LogPlace = { time: number } | { id: string } | { count: number };

/** How far a replay has come. */
export interface ReplayProgress {
  /** Events delivered so far. */
  replayed: number;
  /** How much of the file has been read, in bytes. */
  bytes: number;
  /** How long the file is, in bytes. */
  totalBytes: number;
}

/** Which part of a log is replayed, and how. Without options: everything, as fast as it goes. */
export interface ReplayOptions {
  /** The first event to replay. */
  from?: LogPlace;
  /** The event to stop before: neither it nor anything after it is replayed. */
  until?: LogPlace;
  /** Only events whose name matches, by the rules of `subscribe`. */
  pattern?: string;
  /** Keep the pauses between events, so many times as fast: 1 is the original pace. */
  pace?: number;
  /** Waits so many milliseconds. Tests hand in their own. */
  wait?: (ms: number) => Promise<unknown>;
  /** Is called every now and then, and at the end of the file. */
  onProgress?: (progress: ReplayProgress) => void;
}

/** What a replay did. */
export interface ReplayReport {
  /** Events delivered. */
  replayed: number;
  /** Events read and left out, because of `from` or `pattern`. */
  skipped: number;
  /** A sentence about a last line that breaks off in the middle and was left out. */
  torn?: string;
  /** A sentence about a file that holds no event. */
  empty?: string;
}
