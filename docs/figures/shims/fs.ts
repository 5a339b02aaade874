/** `node:fs` on a disk in memory, as much of it as the lessons use. */
import {
  append,
  exists,
  fileAt,
  namesIn,
  remove,
  rename,
  statOf,
  truncate,
  write,
} from "./files.ts";
import type { Buffer } from "./globals.ts";

const open = new Map<number, string>();

export {
  append as appendFileSync,
  exists as existsSync,
  namesIn as readdirSync,
  remove as rmSync,
  rename as renameSync,
  truncate as truncateSync,
  write as writeFileSync,
};

export function mkdirSync(): void {}

export function readFileSync(path: string, encoding?: string): Buffer | string {
  const { bytes } = fileAt(path);
  return encoding === undefined ? bytes : bytes.toString();
}

export function statSync(path: string, options?: { throwIfNoEntry?: boolean }) {
  if (options?.throwIfNoEntry === false && !exists(path)) return undefined;
  return statOf(path);
}

export function utimesSync(path: string, _accessed: Date, changed: Date): void {
  fileAt(path).time = changed.getTime();
}

export function openSync(path: string, flags = "r"): number {
  if (flags.startsWith("a") && !exists(path)) write(path, "");
  if (flags.startsWith("w")) write(path, "");
  fileAt(path);
  open.set(open.size + 3, path);
  return open.size + 2;
}

export function closeSync(): void {}

export function readSync(
  descriptor: number,
  into: Uint8Array,
  at: number,
  length: number,
  position: number,
): number {
  const { bytes } = fileAt(open.get(descriptor) ?? "");
  const read = bytes.subarray(position, position + length);
  into.set(read, at);
  return read.length;
}

export function createReadStream(
  path: string,
  { end = Infinity }: { end?: number } = {},
) {
  return {
    bytesRead: 0,
    async *[Symbol.asyncIterator]() {
      const bytes = fileAt(path).bytes.subarray(0, end + 1);
      this.bytesRead = bytes.length;
      yield bytes.toString();
    },
  };
}
