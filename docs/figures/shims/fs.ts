/** `node:fs` on a disk in memory, as much of it as the lessons use: it is there while the page is open. */
import { Buffer } from "./globals.ts";

interface File {
  bytes: Buffer;
  /** In ms since 1970-01-01 UTC. */
  time: number;
}

const files = new Map<string, File>();
/** The paths of what was opened, by number. */
const open = new Map<number, string>();

/** @throws Error as Node does, with the code ENOENT, if there is no such file */
export function fileAt(path: string): File {
  const file = files.get(path);
  if (file) return file;
  throw Object.assign(new Error(`There is no file ${path}.`), { code: "ENOENT" });
}

export function existsSync(path: string): boolean {
  return files.has(path);
}

export function writeFileSync(path: string, content: string | Uint8Array): void {
  files.set(path, { bytes: Buffer.from(content), time: Date.now() });
}

export function appendFileSync(path: string, content: string | Uint8Array): void {
  const before = files.get(path)?.bytes ?? Buffer.alloc(0);
  writeFileSync(path, Buffer.concat([before, Buffer.from(content)]));
}

export function truncateSync(path: string, size: number): void {
  writeFileSync(path, fileAt(path).bytes.subarray(0, size));
}

export function renameSync(from: string, to: string): void {
  files.set(to, fileAt(from));
  files.delete(from);
}

export function rmSync(path: string): void {
  files.delete(path);
}

export function mkdirSync(): void {}

export function readdirSync(folder: string): string[] {
  const before = `${folder}/`;
  const inside = [...files.keys()].filter((path) => path.startsWith(before));
  return inside.map((path) => path.slice(before.length)).sort();
}

export function readFileSync(path: string, encoding?: string): Buffer | string {
  const { bytes } = fileAt(path);
  return encoding === undefined ? bytes : bytes.toString();
}

export function statSync(path: string, options?: { throwIfNoEntry?: boolean }) {
  if (options?.throwIfNoEntry === false && !files.has(path)) return undefined;
  const { bytes, time } = fileAt(path);
  return { size: bytes.length, mtimeMs: time, isFile: () => true };
}

export function utimesSync(path: string, _accessed: Date, changed: Date): void {
  fileAt(path).time = changed.getTime();
}

export function openSync(path: string, flags = "r"): number {
  if (flags.startsWith("a") && !files.has(path)) writeFileSync(path, "");
  if (flags.startsWith("w")) writeFileSync(path, "");
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
