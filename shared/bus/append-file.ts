import { type BigIntStats, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { isEvent } from "#bus/contract";

// #region file
/** A file that only grows: how a log sees its disk. */
export interface AppendFile {
  /**
   * Adds the text at the end: all of it or, when it rejects, nothing. Rejects also when the file
   * has been moved or deleted: whoever looks for the log would not find what was written.
   */
  append(text: string): Promise<void>;
  /** Resolves when the disk itself holds everything, so that it survives a power cut too. */
  sync(): Promise<void>;
  close(): Promise<void>;
}
// #endregion

/** How much is looked at in one go for the last line break, in bytes. */
const BLOCK = 64 * 1024;
const LINE_BREAK = "\n".charCodeAt(0);

/**
 * Opens a file of lines for one writer, and makes it if there is none. A process that was killed
 * while it wrote may have left half a line; whatever came after it would be unreadable too, so
 * that half is cut off.
 */
export const openAppendFile: (path: string) => Promise<AppendFile> = openLinesFile;

/** `openAppendFile`, for those who have their text as bytes. */
export async function openLinesFile(path: string): Promise<LinesFile> {
  const file = await open(path, "a+");
  try {
    const own = await file.stat({ bigint: true });
    return new LinesFile(path, file, own, await endOnLineBreak(file));
  } catch (error) {
    await file.close();
    throw error;
  }
}

export class LinesFile implements AppendFile {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #own: BigIntStats;
  /** In bytes, up to where every line is whole. */
  #length: number;

  constructor(path: string, file: FileHandle, own: BigIntStats, length: number) {
    this.#path = path;
    this.#file = file;
    this.#own = own;
    this.#length = length;
  }

  /** @param synced whether to ask the disk as well: when that fails, nothing is added either */
  async append(text: string | Uint8Array, synced = false): Promise<void> {
    const bytes = typeof text === "string" ? Buffer.from(text) : text;
    try {
      await this.#file.appendFile(bytes);
      if (synced) await this.sync();
      if (!this.#isInPlace())
        throw new Error("the file was moved or deleted while it was open");
    } catch (error) {
      // If this fails too, the reader leaves the torn line out, and the next opening mends it.
      await this.#file.truncate(this.#length).catch(() => {});
      throw error;
    }
    this.#length += bytes.length;
  }

  /**
   * A file that was moved or deleted is still open, and takes all that one writes. The answer is
   * in memory: to wait for it would take ten times as long as to get it.
   */
  #isInPlace(): boolean {
    const there = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    return there?.ino === this.#own.ino && there.dev === this.#own.dev;
  }

  async sync(): Promise<void> {
    await this.#file.datasync();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Cuts off a torn last line, or ends a whole one that lacks its line break; returns the length. */
async function endOnLineBreak(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  const start = await startOfLastLine(file, size);
  if (start === size) return size;
  if (await isWhole(file, start, size)) {
    await file.appendFile("\n");
    return size + 1;
  }
  await file.truncate(start);
  return start;
}

/** Where the text after the last line break begins: the end of the file if nothing follows. */
async function startOfLastLine(file: FileHandle, size: number): Promise<number> {
  for (let end = size; end > 0; end -= BLOCK) {
    const start = Math.max(0, end - BLOCK);
    const block = await bytesOf(file, start, end);
    const at = block.lastIndexOf(LINE_BREAK);
    if (at >= 0) return start + at + 1;
  }
  return 0;
}

/** A last line that is an event is all there: the beginning of an object is never JSON by itself. */
async function isWhole(file: FileHandle, start: number, end: number): Promise<boolean> {
  try {
    // `trim` takes off a byte order mark, too.
    const text = (await bytesOf(file, start, end)).toString().trim();
    return isEvent(JSON.parse(text));
  } catch {
    return false;
  }
}

async function bytesOf(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.alloc(end - start);
  await file.read(bytes, 0, bytes.length, start);
  return bytes;
}
