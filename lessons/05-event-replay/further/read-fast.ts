import { existsSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { BusEvent } from "#bus/contract";
import { readEvents } from "#bus/event-log";
import type { LogBatch } from "#bus/log-contract";

/** How much is read at a time, in bytes. */
const SIZE = 64 * 1024;
const LINE_BREAK = "\n".charCodeAt(0);

/**
 * `readEvents`, faster. It reads the next piece while one is parsed, and parses all lines of a piece
 * in one go, as one array: `[line,line,line]`. That does not say where a damaged line is. So at the
 * first piece that is not one event a line, `readEvents` takes over from the beginning, and what was
 * yielded already is left out.
 */
export async function* readFast(path: string): AsyncGenerator<LogBatch> {
  let yielded = 0;
  if (existsSync(path)) {
    const file = await open(path);
    try {
      let isWhole = true;
      for await (const { text, bytes } of pieces(file)) {
        const events = parse(text);
        isWhole = events !== undefined;
        if (!events) break;
        yielded += events.length;
        yield { events, bytes };
      }
      if (isWhole) return;
    } finally {
      await file.close();
    }
  }
  for await (const { events, ...batch } of readEvents(path)) {
    yield { ...batch, events: events.slice(yielded) };
    yielded = Math.max(0, yielded - events.length);
  }
}

/** The whole lines of the file, piece by piece; the last piece may lack its line break. */
async function* pieces(file: FileHandle) {
  const { size } = await file.stat();
  let asked = 0;
  const ask = (buffer: Buffer) => {
    const length = Math.min(SIZE, size - asked);
    asked += length;
    return file.read(buffer, 0, length, asked - length);
  };
  let [one, other] = [Buffer.allocUnsafe(SIZE), Buffer.allocUnsafe(SIZE)];
  let next = ask(one);
  let carried: Buffer[] = [];
  for (let bytes = 0; bytes < size; ) {
    const { bytesRead } = await next;
    if (bytesRead === 0) return;
    bytes += bytesRead;
    const piece = one.subarray(0, bytesRead);
    next = ask(other);
    const end = piece.lastIndexOf(LINE_BREAK);
    if (end >= 0) {
      const text = Buffer.concat([...carried, piece.subarray(0, end)]).toString();
      carried = [];
      yield { text, bytes };
    }
    carried.push(Buffer.from(piece.subarray(end + 1)));
    [one, other] = [other, one];
  }
  await next;
  const text = Buffer.concat(carried).toString();
  if (text !== "") yield { text, bytes: size };
}

/** The events of some lines, or undefined if they are not one event a line. */
function parse(text: string): BusEvent[] | undefined {
  const lines = text.split("\n").length;
  try {
    const events: BusEvent[] = JSON.parse(`[${text.replaceAll("\n", ",")}]`);
    return events.length === lines && events.every(isEvent)
      ? events.map(past)
      : undefined;
  } catch {
    return undefined;
  }
}

function isEvent(value: BusEvent | null): boolean {
  return (
    typeof value?.id === "string" &&
    typeof value.name === "string" &&
    typeof value.timestamp === "number"
  );
}

function past({ id, name, data, timestamp }: BusEvent): BusEvent {
  return Object.freeze({ id, name, data, timestamp, replayed: true });
}
