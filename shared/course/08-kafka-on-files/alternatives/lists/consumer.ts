// Another right answer: of each topic a list, whose places move as soon as they are read.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { type PartitionLog, type Place, START } from "#bus/partition-log";
import { Members } from "#given/08-kafka-on-files/given/members.ts";
import type {
  ConsumedRecord,
  ConsumerOptions,
  SeekTo,
} from "#given/08-kafka-on-files/given/options.ts";
import {
  countPartitions,
  logFile,
  replaceFile,
} from "#given/08-kafka-on-files/given/topic-files.ts";
import { FileLog } from "#lesson/08-kafka-on-files/file-log.ts";
import { checkedName } from "./topic.ts";

interface Part {
  partition: number;
  log: PartitionLog;
  place: Place;
}

export class Consumer {
  readonly #options: ConsumerOptions;
  readonly #id: string;
  readonly #members: Members;
  #topics = new Map<string, Part[]>();

  constructor(options: ConsumerOptions) {
    mkdirSync(options.folder, { recursive: true });
    this.#options = options;
    checkedName("group", options.group);
    this.#id = checkedName("member", options.id ?? crypto.randomUUID());
    this.#members = new Members(options, this.#id);
  }

  subscribe(topic: string): void {
    checkedName("topic", topic);
    if (this.#topics.has(topic)) return;
    this.#topics.set(topic, []);
    this.#members.join(topic);
  }

  async poll(limit = 500): Promise<ConsumedRecord[]> {
    const before: [Part, Place][] = [];
    try {
      return await this.#poll(limit, before);
    } catch (error) {
      for (const [part, place] of before) part.place = place;
      throw error;
    }
  }

  async #poll(limit: number, before: [Part, Place][]): Promise<ConsumedRecord[]> {
    if (this.#topics.size === 0) throw new Error("nothing is subscribed to");
    const result: ConsumedRecord[] = [];
    let stuck: unknown;
    for (const topic of this.#topics.keys()) {
      for (const part of this.#parts(topic)) {
        try {
          const { records, next } = part.log.read(part.place, limit);
          before.push([part, part.place]);
          part.place = next;
          for (const r of records)
            result.push({ topic, partition: part.partition, ...r });
        } catch (error) {
          stuck = error;
        }
      }
    }
    if (stuck && result.length === 0) throw stuck;
    if (this.#options.autoCommit) await this.commit();
    return result;
  }

  async commit(): Promise<void> {
    for (const topic of this.#topics.keys()) {
      for (const part of this.#parts(topic)) {
        const file = this.#file(topic, part.partition);
        const draft = `${file}.${this.#id}`;
        const fd = openSync(draft, "w");
        writeSync(fd, JSON.stringify(part.place));
        fsyncSync(fd);
        closeSync(fd);
        replaceFile(draft, file);
      }
    }
  }

  async seek(topic: string, to: SeekTo): Promise<void> {
    if (!this.#topics.has(topic)) throw new Error(`${topic} is not subscribed to`);
    const moves: [Part, Place][] = [];
    for (const part of this.#parts(topic)) {
      if (to === "beginning") moves.push([part, START]);
      else if (to === "end") moves.push([part, part.log.end()]);
      else if ("offset" in to) moves.push([part, part.log.placeOf(to.offset)]);
      else moves.push([part, part.log.placeAt(to.time)]);
    }
    for (const [part, place] of moves) part.place = place;
  }

  #parts(topic: string): Part[] {
    const { ids, changed } = this.#members.beat(topic);
    if (changed) this.#topics.set(topic, []);
    const old = this.#topics.get(topic)!;
    const { openLog = (path: string) => new FileLog(path) } = this.#options;
    const parts = share(this.#partitionsOf(topic).length, ids, this.#id).map(
      (partition) => {
        const known = old.find((part) => part.partition === partition);
        if (known) return known;
        const log = openLog(logFile(this.#options.folder, topic, partition));
        const file = this.#file(topic, partition);
        return { partition, log, place: placeIn(file) };
      },
    );
    this.#topics.set(topic, parts);
    return parts;
  }

  #partitionsOf(topic: string): number[] {
    return [...Array(countPartitions(this.#options.folder, topic)).keys()];
  }

  #file(topic: string, partition: number): string {
    return join(
      this.#options.folder,
      `${this.#options.group}@${topic}-${partition}.json`,
    );
  }

  async close(): Promise<void> {
    for (const topic of this.#topics.keys()) this.#members.leave(topic);
    this.#topics.clear();
  }
}

function placeIn(file: string): Place {
  if (!existsSync(file)) return START;
  try {
    const place = JSON.parse(readFileSync(file, "utf8"));
    if (place.offset >= 0 && place.position >= 0) return place;
  } catch {}
  throw new Error(`Remove ${file}: it holds no place.`);
}

export function share(partitions: number, members: string[], member: string): number[] {
  const me = members.indexOf(member);
  const mine: number[] = [];
  for (let p = 0; p < partitions; p++) if (p % members.length === me) mine.push(p);
  return mine;
}
