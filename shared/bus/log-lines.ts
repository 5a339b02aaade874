/** What the logs of lesson 8 are built on: files, bytes and lines, and nothing of topics. */
import {
  appendFileSync,
  closeSync,
  openSync,
  readSync,
  statSync,
  truncateSync,
} from "node:fs";
import { type LogRecord, type Place, ReplacedLogError } from "#bus/partition-log";

/** How many bytes are read at a time, unless a line is longer. */
const CHUNK = 64 * 1024;

/** The byte that ends a line, `"\n"`. In UTF-8 it never occurs inside another character. */
export const NEWLINE = 0x0a;

/** The size of a file in bytes; 0 where there is none. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** `length` bytes of a file from a position on, or as many as there are. */
export function readBytes(path: string, position: number, length: number): Buffer {
  if (length <= 0) return Buffer.alloc(0);
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.allocUnsafe(length);
    return bytes.subarray(0, readSync(file, bytes, 0, length, position));
  } finally {
    closeSync(file);
  }
}

/** Appends to a file; if the disk takes only a part, that part is cut off again. */
export function appendWhole(path: string, data: string | Uint8Array): void {
  const size = sizeOf(path);
  try {
    appendFileSync(path, data);
  } catch (error) {
    if (sizeOf(path) > size) truncateSync(path, size);
    throw error;
  }
}

/**
 * The lines of a file from a place on, as bytes: about 64 KiB, or more if one line is longer. What
 * stands behind the last line break is half a line, and is left out.
 *
 * @throws ReplacedLogError if the file is too short to have this place
 */
export function wholeLines(path: string, place: Place): Buffer {
  const { position } = place;
  const left = sizeOf(path) - position;
  if (left < 0) throw new ReplacedLogError(path, place);
  for (let length = CHUNK; ; length *= 2) {
    const chunk = readBytes(path, position, Math.min(length, left));
    const whole = chunk.lastIndexOf(NEWLINE) + 1;
    if (whole > 0 || length >= left) return chunk.subarray(0, whole);
  }
}

/** The positions behind each line break of a file, from `position` to its end. */
export function* lineEnds(path: string, position = 0): Generator<number> {
  const size = sizeOf(path);
  for (; position < size; position += CHUNK) {
    const chunk = readBytes(path, position, CHUNK);
    let end = chunk.indexOf(NEWLINE) + 1;
    for (; end > 0; end = chunk.indexOf(NEWLINE, end) + 1) yield position + end;
  }
}

/** How many lines of a file have an end. */
export function countLines(path: string): number {
  let count = 0;
  for (const _ of lineEnds(path)) count += 1;
  return count;
}

/**
 * The last line that has an end, without its line break, and the position behind it. It looks at
 * the end of the file only, so that a long log opens as fast as a short one.
 */
export function lastLine(
  path: string,
  size = sizeOf(path),
): { text: string; end: number } | undefined {
  for (let length = CHUNK; ; length *= 2) {
    const from = Math.max(0, size - length);
    const tail = readBytes(path, from, size - from);
    const end = tail.lastIndexOf(NEWLINE) + 1;
    const start = tail.subarray(0, Math.max(0, end - 1)).lastIndexOf(NEWLINE) + 1;
    if (start === 0 && from > 0) continue;
    if (end === 0) return undefined;
    return { text: tail.toString("utf8", start, end - 1), end: from + end };
  }
}

/** The record in a line, or what is wrong with it. */
export function parseRecord(line: string): LogRecord | Error {
  try {
    const record: LogRecord | null = JSON.parse(line);
    if (Number.isSafeInteger(record?.offset)) return record as LogRecord;
    return new Error("this is not a record.");
  } catch {
    return new Error("this is not JSON.");
  }
}
