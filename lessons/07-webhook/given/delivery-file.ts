import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { type AppendFile, openAppendFile } from "#bus/append-file";
import type { BusEvent } from "#bus/contract";
import { EventLog, readEvents } from "#bus/event-log";

/** Options for a store. */
export interface StoreOptions {
  /** How the file is opened. Default: `openAppendFile`. Tests hand in a disk that is full. */
  open?: (path: string) => Promise<AppendFile>;
}

/** The file under the store: events, one line of JSON each. */
export class DeliveryFile {
  readonly #path: string;
  readonly #options: StoreOptions;
  #log: EventLog;

  constructor(path: string, options: StoreOptions = {}) {
    this.#path = path;
    this.#options = options;
    this.#log = this.#begin();
  }

  /**
   * The events in the file, oldest first, each as it was written. None if there is no file; half a
   * line at its end, from a process that was killed, is left out.
   */
  async *read(): AsyncGenerator<BusEvent> {
    if (!existsSync(this.#path)) return;
    for await (const { events } of readEvents(this.#path)) {
      // `replayed` is left out: nobody has handled this news yet.
      for (const { id, name, data, timestamp } of events)
        yield Object.freeze({ id, name, data, timestamp });
    }
  }

  /**
   * Adds a line. Resolves when the disk has it; those who come while the disk is busy share the
   * next fsync. Rejects if it cannot be written, or if the file was moved away.
   */
  async write(event: BusEvent): Promise<void> {
    const log = this.#log;
    try {
      log.append(event);
      await log.flush();
    } catch (error) {
      // A log that failed once stays failed. The disk may have room again: begin a new one.
      if (this.#log === log) {
        this.#log = this.#begin();
        log.close().catch(() => {});
      }
      throw error;
    }
  }

  /** Finishes what is being written and lets go of the file. */
  close(): Promise<void> {
    return this.#log.close();
  }

  #begin(): EventLog {
    const { open = openAppendFile } = this.#options;
    return new EventLog(this.#path, {
      fsync: true,
      open: async (path) => watched(path, await open(path)),
    });
  }
}

/** A file whose `sync` also fails where the path no longer leads to it, or somebody else writes. */
async function watched(path: string, file: AppendFile): Promise<AppendFile> {
  let { ino, size } = await stat(path);
  return {
    async append(text) {
      await file.append(text);
      size += Buffer.byteLength(text);
    },
    async sync() {
      await file.sync();
      const now = await stat(path).catch(() => undefined);
      if (now?.ino !== ino) throw new Error(`${path} was moved away or deleted.`);
      if (now.size !== size) throw new Error(`${path} has another writer.`);
    },
    close: () => file.close(),
  };
}
