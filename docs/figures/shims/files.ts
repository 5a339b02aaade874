/** A disk in memory: what there is while the page is open. */
import { Buffer } from "./globals.ts";

interface File {
  bytes: Buffer;
  /** In ms since 1970-01-01 UTC. */
  time: number;
}

const files = new Map<string, File>();

export function exists(path: string): boolean {
  return files.has(path);
}

/** @throws Error as Node does, with the code ENOENT, if there is no such file */
export function fileAt(path: string): File {
  const file = files.get(path);
  if (file) return file;
  throw Object.assign(new Error(`There is no file ${path}.`), { code: "ENOENT" });
}

export function write(path: string, content: string | Uint8Array): void {
  files.set(path, { bytes: Buffer.from(content), time: Date.now() });
}

export function append(path: string, content: string | Uint8Array): void {
  const before = files.get(path)?.bytes ?? Buffer.alloc(0);
  write(path, Buffer.concat([before, Buffer.from(content)]));
}

export function truncate(path: string, size: number): void {
  write(path, fileAt(path).bytes.subarray(0, size));
}

export function rename(from: string, to: string): void {
  files.set(to, fileAt(from));
  files.delete(from);
}

export function remove(path: string): void {
  files.delete(path);
}

export function namesIn(folder: string): string[] {
  const before = `${folder}/`;
  const inside = [...files.keys()].filter((path) => path.startsWith(before));
  return inside.map((path) => path.slice(before.length)).sort();
}

export function statOf(path: string) {
  const { bytes, time } = fileAt(path);
  return { size: bytes.length, mtimeMs: time, isFile: () => true };
}
