import { appendFileSync, truncateSync } from "node:fs";
import { readBytes, sizeOf } from "#bus/log-lines";
import type { Place } from "#bus/partition-log";

/** One entry: a place in a segment, and the latest time of all records in front of it. */
export interface IndexEntry extends Place {
  readonly latest: number;
}

/** Three numbers of eight bytes each. */
const ENTRY = 24;

/**
 * Where some of the records of a segment begin: one for every few kilobytes. It is a hint and no
 * more. An entry that is missing, because a process died between writing the records and writing
 * the entry, makes a search a little longer and never wrong.
 */
export class SparseIndex {
  readonly #path: string;
  #entries: IndexEntry[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  /** Adds an entry behind the others; only whoever holds the lock of the log may do so. */
  add(entry: IndexEntry): void {
    const numbers = Float64Array.of(entry.offset, entry.position, entry.latest);
    const size = sizeOf(this.#path);
    if (size % ENTRY > 0) truncateSync(this.#path, size - (size % ENTRY));
    appendFileSync(this.#path, new Uint8Array(numbers.buffer));
    if (size === this.#entries.length * ENTRY) this.#entries.push(entry);
  }

  /** Forgets what lies behind the end of the segment: it was lost in a power failure. */
  cutOff(end: Place): void {
    let kept = this.entries().length;
    while ((this.#entries[kept - 1]?.position ?? 0) > end.position) kept -= 1;
    if (kept < this.#entries.length) truncateSync(this.#path, kept * ENTRY);
  }

  /** The last entry for which `test` holds; it must hold for all entries up to some point. */
  lastWhere(test: (entry: IndexEntry) => boolean): IndexEntry | undefined {
    const entries = this.entries();
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const entry = entries[middle];
      if (entry !== undefined && test(entry)) low = middle + 1;
      else high = middle;
    }
    return entries[low - 1];
  }

  /** Reads only what is new: a long index must not make each write dearer. */
  entries(): readonly IndexEntry[] {
    const size = sizeOf(this.#path);
    if (size < this.#entries.length * ENTRY) this.#entries = [];
    const known = this.#entries.length * ENTRY;
    const bytes = readBytes(this.#path, known, size - known);
    for (let at = 0; at + ENTRY <= bytes.length; at += ENTRY) {
      this.#entries.push({
        offset: bytes.readDoubleLE(at),
        position: bytes.readDoubleLE(at + 8),
        latest: bytes.readDoubleLE(at + 16),
      });
    }
    return this.#entries;
  }
}
