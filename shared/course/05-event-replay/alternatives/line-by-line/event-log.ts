// Another style: events of a class, one promise for each batch, a generator that gives one line after another.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { type AppendFile, openAppendFile } from "#bus/append-file";
import type { BusEvent } from "#bus/contract";
import { type LogBatch, LogError, type LogOptions, reasonOf } from "#bus/log-contract";

export function toLine(event: BusEvent): string {
  const refuse = (why: string) => new TypeError(`${event.name} ${event.id}: ${why}`);
  if (["function", "symbol"].includes(typeof event.data)) throw refuse("not for JSON");
  try {
    return JSON.stringify(event).concat("\n");
  } catch (error) {
    throw refuse(reasonOf(error));
  }
}

class PastEvent implements BusEvent {
  readonly id: string;
  readonly name: string;
  readonly data: unknown;
  readonly timestamp: number;
  readonly replayed = true;

  constructor(parsed: Partial<BusEvent> | null) {
    const { id, name, data, timestamp } = parsed ?? {};
    if (typeof id !== "string" || typeof name !== "string")
      throw new TypeError("no event");
    if (typeof timestamp !== "number") throw new TypeError("an event without a time");
    this.id = id;
    this.name = name;
    this.data = data;
    this.timestamp = timestamp;
    Object.freeze(this);
  }
}

export const fromLine = (line: string): BusEvent => new PastEvent(JSON.parse(line));

interface Batch {
  events: BusEvent[];
  text: string;
  done: Promise<void>;
}

export class EventLog {
  path: string;
  options: LogOptions;
  file: Promise<AppendFile> | undefined;
  /** The batch that is filling; its write has not begun. */
  filling: Batch | undefined;
  last: Promise<unknown> = Promise.resolve();
  failure: Error | undefined;
  end: Promise<void> | undefined;

  constructor(path: string, options: LogOptions = {}) {
    this.path = path;
    this.options = options;
  }

  append(event: BusEvent): void {
    if (this.end) throw new LogError(`${this.path} is closed`);
    if (this.failure) throw this.failure;
    const line = toLine(event);
    if (this.filling === undefined) {
      const batch: Batch = { events: [], text: "", done: Promise.resolve() };
      batch.done = this.last.then(() => this.write(batch));
      this.last = batch.done;
      this.filling = batch;
    }
    this.filling.events.push(event);
    this.filling.text += line;
  }

  async write(batch: Batch): Promise<void> {
    this.filling = undefined;
    if (this.failure) return;
    try {
      this.file ??= (this.options.open ?? openAppendFile)(this.path);
      const file = await this.file;
      await file.append(batch.text);
      if (this.options.fsync) await file.sync();
    } catch (error) {
      const [{ name, id } = { name: "?", id: "?" }] = batch.events;
      this.failure = new LogError(
        `${this.path} has no ${name} ${id}: ${reasonOf(error)}`,
      );
    }
  }

  flush(): Promise<void> {
    return this.last.then(() => {
      if (this.failure) throw this.failure;
    });
  }

  async close(): Promise<void> {
    this.end ??= this.flush().finally(async () => {
      const file = await this.file?.catch(() => undefined);
      await file?.close();
    });
    return this.end;
  }
}

interface Line {
  text: string;
  number: number;
  isLast: boolean;
  bytes: number;
}

async function* linesOf(path: string, size: number): AsyncGenerator<Line[]> {
  let pieces: Buffer[] = [];
  let number = 0;
  let bytes = 0;
  const take = (end: Buffer, isLast: boolean): Line => {
    const text = Buffer.concat([...pieces, end])
      .toString()
      .replace(/^\uFEFF/, "");
    pieces = [];
    number += 1;
    return { text, number, isLast, bytes };
  };
  for await (const chunk of createReadStream(path, { end: size - 1 })) {
    let piece: Buffer = chunk;
    bytes += piece.length;
    const lines: Line[] = [];
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10)) {
      lines.push(take(piece.subarray(0, at), false));
      piece = piece.subarray(at + 1);
    }
    pieces.push(piece);
    yield lines;
  }
  yield [take(Buffer.alloc(0), true)];
}

export async function* readEvents(path: string): AsyncGenerator<LogBatch> {
  const found = await stat(path).catch((error: unknown) => {
    throw new LogError(`${path} cannot be read: ${reasonOf(error)}`);
  });
  if (found.size === 0) return;
  for await (const lines of linesOf(path, found.size)) {
    const batch: LogBatch = { events: [], bytes: lines.at(-1)?.bytes ?? 0 };
    let broken: Error | undefined;
    for (const { text, number, isLast } of lines) {
      if (text.trim() === "") continue;
      try {
        batch.events.push(fromLine(text));
      } catch (error) {
        const place = `${path}:${number}`;
        if (isLast) batch.torn = `${place} breaks off`;
        else broken = new LogError(`${place} is not an event: ${reasonOf(error)}`);
        break;
      }
    }
    if (lines.length > 0) yield batch;
    if (broken) throw broken;
  }
}
