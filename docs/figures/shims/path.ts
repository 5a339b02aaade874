/** `node:path` for a disk without folders to climb. */
export function join(...parts: string[]): string {
  return parts.join("/");
}

export function resolve(path: string): string {
  return path;
}

export function basename(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
