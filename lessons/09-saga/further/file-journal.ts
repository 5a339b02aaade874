/** A journal on disk: shared writes, torn lines cut off, a full disk survived. Given. */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { MemoryJournal } from "../given/journal.ts";
import type { SagaEvent } from "../given/process.ts";

export interface FileJournalOptions {
  /** Wait until the disk has it, not just the operating system. Default: true. */
  fsync?: boolean;
  /** Is told when the last line was only half written, and is cut off. Default: stderr. */
  onTornTail?: (bytes: number) => void;
}

interface Waiting {
  event: SagaEvent;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * One event a line, as JSON. Whoever appends while a write is under way waits for the next one,
 * and all of them share it: a thousand sagas at once cost one fsync, not a thousand.
 */
export class FileJournal extends MemoryJournal {
  readonly #file: FileHandle;
  readonly #fsync: boolean;
  #size: number;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;

  private constructor(
    file: FileHandle,
    fsync: boolean,
    size: number,
    events: SagaEvent[],
  ) {
    super(events);
    this.#file = file;
    this.#fsync = fsync;
    this.#size = size;
  }

  /**
   * Opens the file, or makes it. One process at a time.
   *
   * @throws SyntaxError if a line within the file is not JSON; the message names file and line
   */
  static async open(
    path: string,
    options: FileJournalOptions = {},
  ): Promise<FileJournal> {
    const { fsync = true, onTornTail = reportTornTail } = options;
    const file = await open(path, constants.O_RDWR | constants.O_CREAT);
    try {
      const bytes = await file.readFile();
      const whole = bytes.subarray(0, bytes.lastIndexOf("\n") + 1);
      if (whole.length < bytes.length) {
        onTornTail(bytes.length - whole.length);
        await file.truncate(whole.length);
      }
      return new FileJournal(
        file,
        fsync,
        whole.length,
        parseLines(path, whole.toString()),
      );
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  override append(event: SagaEvent): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ event, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  /** Waits for what is being written, then closes the file. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #writeAll(): Promise<void> {
    // Let everybody who is about to append in this turn join in.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#write(
          batch.map(({ event }) => `${JSON.stringify(event)}\n`).join(""),
        );
        for (const { event, resolve } of batch) {
          this.remember(event);
          resolve();
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#writing = undefined;
  }

  async #write(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    try {
      let written = 0;
      while (written < bytes.length) {
        const rest = bytes.length - written;
        const result = await this.#file.write(bytes, written, rest, this.#size + written);
        written += result.bytesWritten;
      }
      if (this.#fsync) await this.#file.datasync();
    } catch (error) {
      // A full disk may have taken half a line. Nobody was told that it is stored: cut it off.
      await this.#file.truncate(this.#size);
      throw error;
    }
    this.#size += bytes.length;
  }
}

function parseLines(path: string, text: string): SagaEvent[] {
  const lines = text.split("\n").slice(0, -1);
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as SagaEvent;
    } catch {
      throw new SyntaxError(
        `Line ${index + 1} of ${path} is not JSON: ${line.slice(0, 60)}`,
      );
    }
  });
}

function reportTornTail(bytes: number): void {
  console.error(
    `The last line of the journal was only half written: ${bytes} bytes cut off.`,
  );
}
