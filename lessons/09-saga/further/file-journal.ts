/** A journal on disk: shared writes, torn lines cut off, a full disk survived. Given. */
import { existsSync } from "node:fs";
import { type LinesFile, openLinesFile } from "#bus/append-file";
import { type BusEvent, safely } from "#bus/contract";
import { readEvents, toLine } from "#bus/event-log";
import { LogError, titleOf } from "#bus/log-contract";
import { together } from "#bus/together";
import { MemoryJournal } from "../given/journal.ts";
import type { SagaData, SagaEvent } from "../given/process.ts";

export interface FileJournalOptions {
  /** Wait until the disk has it, not just the operating system. Default: true. */
  fsync?: boolean;
  /** Is called with a sentence when the last line was only half written, and is cut off. Default: stderr. */
  onTornTail?: (sentence: string) => unknown;
}

/**
 * One event a line, as JSON. Whoever appends while a write is under way waits for the next one,
 * and all of them share it: a thousand sagas at once cost one fsync, not a thousand.
 */
export class FileJournal extends MemoryJournal {
  readonly #file: LinesFile;
  readonly #store: (entry: { event: SagaEvent; line: string }) => Promise<void>;
  /** What was appended last. */
  #stored: Promise<void> = Promise.resolve();

  private constructor(file: LinesFile, fsync: boolean, events: SagaEvent[]) {
    super(events);
    this.#file = file;
    this.#store = together(async (entries) => {
      await file.append(entries.map(({ line }) => line).join(""), fsync);
      for (const { event } of entries) this.remember(event);
    });
  }

  /**
   * Opens the file, or makes it. One process at a time.
   *
   * @throws LogError if a line within the file is not an event, or not one of a saga; the message names it
   */
  static async open(
    path: string,
    { fsync = true, onTornTail = console.error }: FileJournalOptions = {},
  ): Promise<FileJournal> {
    const events: SagaEvent[] = [];
    if (existsSync(path)) {
      for await (const { events: read, torn } of readEvents(path)) {
        for (const { replayed, ...event } of read) events.push(sagaEvent(path, event));
        if (torn) void safely("onTornTail", onTornTail)(torn);
      }
    }
    return new FileJournal(await openLinesFile(path), fsync, events);
  }

  override async append(event: SagaEvent): Promise<void> {
    this.#stored = this.#store({ event, line: toLine(event) });
    await this.#stored;
  }

  /** Waits for what is being written, then closes the file. */
  async close(): Promise<void> {
    await this.#stored.catch(() => {});
    await this.#file.close();
  }
}

/** @throws LogError if it is an event of something else */
function sagaEvent(path: string, event: BusEvent): SagaEvent {
  const data = event.data as SagaData | null | undefined;
  if (typeof data?.correlationId !== "string")
    throw new LogError(`${path}: ${titleOf(event)} is not an event of a saga.`);
  return Object.freeze({ ...event, data });
}
