/** The handiwork under the logs of lesson 8: files, bytes and lines, and nothing of topics. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import type { LogRecord } from "#bus/partition-log";

/** How many bytes are read at a time, unless a line is longer. */
export const CHUNK = 64 * 1024;

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

/** The positions behind each line break of a file, from `position` to its end. */
export function* lineEnds(path: string, position = 0): Generator<number> {
  const size = sizeOf(path);
  for (; position < size; position += CHUNK) {
    const chunk = readBytes(path, position, CHUNK);
    let end = chunk.indexOf(NEWLINE) + 1;
    for (; end > 0; end = chunk.indexOf(NEWLINE, end) + 1) yield position + end;
  }
}

/**
 * The last line that has an end, without its line break, and the position behind it. It looks at
 * the end of the file only, so that a long log opens as fast as a short one.
 */
export function lastLine(path: string): { text: string; end: number } | undefined {
  const size = sizeOf(path);
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

/** The record that stands in a line, or what is wrong with it. */
export function parseRecord(line: string): LogRecord | Error {
  try {
    const record: LogRecord | null = JSON.parse(line);
    if (Number.isSafeInteger(record?.offset)) return record as LogRecord;
    return new Error("this is no record.");
  } catch {
    return new Error("this is no JSON.");
  }
}
