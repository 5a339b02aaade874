// Another right answer: writes with fs/promises, one after the other; reads line by line.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { appendFile, truncate } from "node:fs/promises";
import { lastLine, lineEnds, parseRecord, sizeOf } from "#bus/log-lines";
import * as contract from "#bus/partition-log";

/** In one process, logs of one file wait for each other. */
const queues = new Map<string, Promise<unknown>>();

export class FileLog implements contract.PartitionLog {
  private readonly path: string;
  private readonly onRepair: contract.OnRepair;

  constructor(path: string, options?: contract.FileLogOptions) {
    this.path = path;
    const report: contract.OnRepair = ({ file, bytes }) =>
      process.stderr.write(`${file}: the last ${bytes} bytes were no whole line.\n`);
    this.onRepair = options?.onRepair ?? report;
  }

  append(entries: readonly contract.Entry[]): Promise<contract.LogRecord[]> {
    const before = queues.get(this.path) ?? Promise.resolve();
    const written = before.then(() => this.write(entries));
    queues.set(
      this.path,
      written.catch(() => {}),
    );
    return written;
  }

  private async write(entries: readonly contract.Entry[]) {
    const { offset, position } = this.end();
    const bytes = sizeOf(this.path) - position;
    if (bytes > 0) {
      await truncate(this.path, position);
      this.onRepair({ file: this.path, line: offset + 1, bytes });
    }
    const records: contract.LogRecord[] = [];
    let text = "";
    for (const { time, key, value } of entries) {
      const number = offset + records.length;
      const record = {
        offset: number,
        time,
        ...(key === undefined ? {} : { key }),
        value,
      };
      records.push(record);
      text += JSON.stringify(record);
      text += "\n";
    }
    try {
      await appendFile(this.path, text);
    } catch (error) {
      if (sizeOf(this.path) > position) await truncate(this.path, position);
      throw error;
    }
    return records;
  }

  read(from: contract.Place, limit: number): contract.Batch {
    const records: contract.LogRecord[] = [];
    let { offset, position } = from;
    for (const { text, end } of this.lines(position, limit)) {
      const record = parseRecord(text);
      if (record instanceof Error || record.offset !== offset) {
        if (records.length === 0) throw this.problemAt(from);
        return { records, next: { offset, position } };
      }
      records.push(record);
      offset += 1;
      position = end;
    }
    return { records, next: { offset, position } };
  }

  private problemAt(place: contract.Place): Error {
    const starts = [0, ...lineEnds(this.path)];
    if (starts[place.offset] !== place.position)
      return new contract.ReplacedLogError(this.path, place);
    return new contract.BrokenRecordError(this.path, place.offset + 1, "no record");
  }

  private lines(position: number, limit: number) {
    const found: { text: string; end: number }[] = [];
    if (sizeOf(this.path) < position)
      throw new RangeError(`${this.path} has only ${sizeOf(this.path)} bytes by now.`);
    if (sizeOf(this.path) === position) return found;
    const file = openSync(this.path, "r");
    const size = fstatSync(file).size;
    let rest = Buffer.alloc(0);
    let read = position;
    let start = position;
    while (found.length < limit && read < size) {
      const piece = Buffer.alloc(Math.min(10_000, size - read));
      read += readSync(file, piece, 0, piece.length, read);
      rest = Buffer.concat([rest, piece]);
      for (let at = rest.indexOf("\n"); at >= 0 && found.length < limit; ) {
        start += at + 1;
        found.push({ text: rest.toString("utf8", 0, at), end: start });
        rest = rest.subarray(at + 1);
        at = rest.indexOf("\n");
      }
    }
    closeSync(file);
    return found;
  }

  end(): contract.Place {
    const last = lastLine(this.path);
    if (!last) return { offset: 0, position: 0 };
    const record = parseRecord(last.text);
    if (!(record instanceof Error))
      return { offset: record.offset + 1, position: last.end };
    let lines = 0;
    for (const _ of lineEnds(this.path)) lines++;
    throw new contract.BrokenRecordError(this.path, lines, record.message);
  }

  placeOf(offset: number): contract.Place {
    const starts = [0, ...lineEnds(this.path)];
    const position = starts[offset];
    if (position === undefined) throw new RangeError(`No offset ${offset}.`);
    return { offset, position };
  }

  placeAt(time: number): contract.Place {
    const { records } = this.read(contract.START, Number.MAX_SAFE_INTEGER);
    const first = records.find((record) => record.time >= time);
    return first ? this.placeOf(first.offset) : this.end();
  }
}
