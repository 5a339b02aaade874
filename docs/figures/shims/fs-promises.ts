/** `node:fs/promises` on a disk in memory, as much of it as the lessons use. */
import { append, exists, fileAt, statOf, truncate, write } from "./files.ts";

export async function stat(path: string) {
  return statOf(path);
}

export async function open(path: string, _flags?: string) {
  if (!exists(path)) write(path, "");
  return {
    stat: async () => statOf(path),
    appendFile: async (content: string | Uint8Array) => append(path, content),
    truncate: async (size: number) => truncate(path, size),
    read: async (into: Uint8Array, at: number, length: number, position: number) => {
      const read = fileAt(path).bytes.subarray(position, position + length);
      into.set(read, at);
      return { bytesRead: read.length, buffer: into };
    },
    datasync: async () => {},
    sync: async () => {},
    close: async () => {},
  };
}
