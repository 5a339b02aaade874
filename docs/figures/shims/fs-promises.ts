/** `node:fs/promises` on the same disk. */
import { appendFileSync, openSync, readSync, statSync, truncateSync } from "./fs.ts";

export async function stat(path: string) {
  return statSync(path);
}

export async function open(path: string, flags = "r") {
  const descriptor = openSync(path, flags);
  return {
    stat: async () => statSync(path),
    appendFile: async (content: string | Uint8Array) => appendFileSync(path, content),
    truncate: async (size: number) => truncateSync(path, size),
    read: async (into: Uint8Array, at: number, length: number, position: number) => {
      const bytesRead = readSync(descriptor, into, at, length, position);
      return { bytesRead, buffer: into };
    },
    datasync: async () => {},
    sync: async () => {},
    close: async () => {},
  };
}
