// Another style: a loop that drains, a file handle that is read by hand, bytes instead of texts.

import { type FileHandle, open as openFile } from "node:fs/promises";
import { type AppendFile, openAppendFile } from "#bus/append-file";
import type { BusEvent } from "#bus/contract";
import { type LogBatch, LogError, type LogOptions, reasonOf } from "#bus/log-contract";

export function toLine(event: BusEvent): string {
  const { id, name, data, timestamp } = event;
  try {
    const json = JSON.stringify(data);
    if (json === undefined && data !== undefined) throw new Error("JSON leaves it out");
    const fields = [
      ["id", id],
      ["name", name],
      ["timestamp", timestamp],
    ].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
    if (json !== undefined) fields.push(`"data":${json}`);
    return `{${fields.join(",")}}\n`;
  } catch (error) {
    throw new TypeError(
      `cannot write down ${name} with the id ${id} (${reasonOf(error)})`,
    );
  }
}

class NotAnEvent extends TypeError {
  override readonly name = "NotAnEvent";
}

export function fromLine(line: string): BusEvent {
  const value: unknown = JSON.parse(line);
  const isEvent =
    value instanceof Object &&
    "id" in value &&
    "name" in value &&
    "timestamp" in value &&
    typeof value.id === "string" &&
    typeof value.name === "string" &&
    typeof value.timestamp === "number";
  if (!isEvent) throw new NotAnEvent("this is not an event");
  return Object.freeze({ ...(value as BusEvent), replayed: true });
}

interface Waiting {
  event: BusEvent;
  line: string;
}

export class EventLog {
  private readonly path: string;
  private readonly fsync: boolean;
  private readonly open: () => Promise<AppendFile>;
  private queue: Waiting[] = [];
  private appended = 0;
  private written = 0;
  private file: AppendFile | null = null;
  private error: LogError | null = null;
  private closing: Promise<void> | null = null;
  private draining = false;
  private waiters: (() => void)[] = [];

  constructor(path: string, options: LogOptions = {}) {
    this.path = path;
    this.fsync = options.fsync === true;
    this.open = () => (options.open ?? openAppendFile)(path);
  }

  append(event: BusEvent): void {
    if (this.closing) throw new LogError(`closed; ${event.name} ${event.id} is lost`);
    if (this.error) throw this.error;
    this.queue.push({ event, line: toLine(event) });
    this.appended += 1;
    if (!this.draining) void this.drain();
  }

  async flush(): Promise<void> {
    const goal = this.appended;
    while (this.written < goal && !this.error) {
      await new Promise<void>((resolve) => this.waiters.push(resolve));
    }
    if (this.error) throw this.error;
  }

  close(): Promise<void> {
    this.closing ??= this.flush().finally(() => this.file?.close());
    return this.closing;
  }

  private async drain(): Promise<void> {
    this.draining = true;
    await null;
    while (this.queue.length > 0 && !this.error) {
      const batch = this.queue.splice(0);
      try {
        this.file ??= await this.open();
        await this.file.append(batch.map(({ line }) => line).join(""));
        if (this.fsync) await this.file.sync();
        this.written += batch.length;
      } catch (error) {
        const { name, id } = batch[0]?.event ?? { name: "?", id: "?" };
        const why = reasonOf(error);
        this.error = new LogError(`${this.path}: ${name} ${id} is not stored: ${why}`);
      }
      for (const resolve of this.waiters.splice(0)) resolve();
    }
    this.draining = false;
  }
}

export async function* readEvents(path: string): AsyncGenerator<LogBatch> {
  const file = await openFile(path, "r").catch((error: unknown) => {
    throw new LogError(`Cannot open the log ${path} (${error})`);
  });
  try {
    yield* readFrom(file, path);
  } finally {
    await file.close();
  }
}

async function* readFrom(file: FileHandle, path: string): AsyncGenerator<LogBatch> {
  const { size: totalBytes } = await file.stat();
  const buffer = Buffer.alloc(8_192);
  /** Pieces of a line whose end has not come yet. */
  let carried: Buffer[] = [];
  let line = 1;
  let bytes = 0;
  while (bytes < totalBytes) {
    const wanted = Math.min(buffer.length, totalBytes - bytes);
    const { bytesRead } = await file.read(buffer, 0, wanted, bytes);
    if (bytesRead === 0) break;
    bytes += bytesRead;
    const end = buffer.subarray(0, bytesRead).lastIndexOf("\n") + 1;
    if (end > 0) {
      const known = Buffer.concat([...carried, buffer.subarray(0, end - 1)]);
      const events: BusEvent[] = [];
      for (const text of known.toString("utf8").split("\n")) {
        try {
          if (!isBlank(text)) events.push(fromLine(text.replace(/^\uFEFF/, "")));
        } catch (error) {
          yield { events, bytes };
          throw new LogError(`${path}:${line} is broken (${reasonOf(error)})`);
        }
        line += 1;
      }
      yield { events, bytes };
      carried = [];
    }
    carried.push(Buffer.from(buffer.subarray(end, bytesRead)));
  }
  const text = Buffer.concat(carried).toString();
  if (isBlank(text)) {
    yield { events: [], bytes };
    return;
  }
  try {
    yield { events: [fromLine(text.replace(/^\uFEFF/, ""))], bytes };
  } catch {
    yield { events: [], bytes, torn: `the log ends in the middle of ${path}:${line}` };
  }
}

const isBlank = (text: string) => /^\s*$/.test(text);
