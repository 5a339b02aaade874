import { type LinesFile, openLinesFile } from "#bus/append-file";
import type { BusEvent } from "#bus/contract";
import { fromLine, toLine } from "#bus/event-log";
import { LogError, reasonOf, titleOf } from "#bus/log-contract";

/** About 40 KB. Above 128 KB, V8 stores a string by itself, and making one takes ten times as long. */
const LINES_AT_ONCE = 250;
/** For what waits at a busy time, in bytes. */
const ROOM = 256 * 1024;
/** No character of a string takes more bytes in UTF-8. */
const MOST_BYTES = 3;

/** Options for a fast log. */
export interface FastLogOptions {
  /** Ask the disk after every write. Default: false. */
  fsync?: boolean;
  /** Opens the file. Default: `openLinesFile`. */
  open?: (path: string) => Promise<BytesFile>;
}

type BytesFile = Pick<LinesFile, "append" | "sync" | "close">;

/**
 * `EventLog`, faster where many events come at once: what waits is not joined to one long string,
 * but put together as bytes, in a buffer that is kept for the next write.
 */
export class FastLog {
  readonly #path: string;
  readonly #options: FastLogOptions;
  #file: BytesFile | undefined;
  #waiting: string[] = [];
  #buffer = Buffer.alloc(ROOM);
  #written = Promise.resolve();
  #failure: LogError | undefined;
  #closing: Promise<void> | undefined;

  constructor(path: string, options: FastLogOptions = {}) {
    this.#path = path;
    this.#options = options;
  }

  /** As `EventLog.append`. */
  append(event: BusEvent): void {
    if (this.#closing)
      throw new LogError(`${this.#path} is closed: ${titleOf(event)} came too late.`);
    if (this.#failure) throw this.#failure;
    this.#waiting.push(toLine(event));
    if (this.#waiting.length === 1)
      this.#written = this.#written.then(() => this.#writeWaiting());
  }

  /** As `EventLog.flush`. */
  async flush(): Promise<void> {
    await this.#written;
    if (this.#failure) throw this.#failure;
  }

  /** As `EventLog.close`. */
  close(): Promise<void> {
    this.#closing ??= this.flush().finally(() => this.#file?.close());
    return this.#closing;
  }

  async #writeWaiting(): Promise<void> {
    const lines = this.#waiting;
    this.#waiting = [];
    if (this.#failure) return;
    const { open = openLinesFile, fsync = false } = this.#options;
    try {
      this.#file ??= await open(this.#path);
      await this.#file.append(this.#bytesOf(lines));
      if (fsync) await this.#file.sync();
    } catch (cause) {
      const title = titleOf(fromLine(lines[0] ?? ""));
      this.#failure = new LogError(`${title} could not be written: ${reasonOf(cause)}.`);
    }
  }

  /** Good until the next call, which writes over them. */
  #bytesOf(lines: string[]): Uint8Array {
    let length = 0;
    for (let at = 0; at < lines.length; at += LINES_AT_ONCE) {
      const text = lines.slice(at, at + LINES_AT_ONCE).join("");
      const most = length + MOST_BYTES * text.length;
      if (most > this.#buffer.length)
        this.#buffer = Buffer.concat([this.#buffer], 2 * most);
      length += this.#buffer.write(text, length);
    }
    return this.#buffer.subarray(0, length);
  }
}
