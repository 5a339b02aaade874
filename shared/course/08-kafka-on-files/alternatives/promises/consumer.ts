// Another right answer: one flat table of places, everything else looked up anew at each call.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "#bus/contract";
import {
  BrokenRecordError,
  type LogRecord,
  type PartitionLog,
  type Place,
} from "#bus/partition-log";
import { Members } from "#given/08-kafka-on-files/members.ts";
import { FileLog } from "./file-log.ts";
import { checkedName, countPartitions, logFile } from "./topic.ts";

export interface ConsumerOptions {
  folder: string;
  group: string;
  autoCommit?: boolean;
  id?: string;
  clock?: Clock;
  sessionTimeout?: number;
  openLog?: (path: string) => PartitionLog;
}

export interface ConsumedRecord<Value = unknown> extends LogRecord<Value> {
  readonly topic: string;
  readonly partition: number;
}

export type SeekTo = "beginning" | "end" | { offset: number } | { time: number };

export class Consumer {
  private readonly options: ConsumerOptions;
  private readonly id: string;
  private readonly members: Members;
  private topics: string[] = [];
  private places: Record<string, Place> = {};

  constructor(options: ConsumerOptions) {
    this.options = options;
    const { folder, group, clock = Date.now, sessionTimeout: timeout = 10_000 } = options;
    this.id = checkedName("member", options.id ?? `m${crypto.randomUUID()}`);
    checkedName("group", group);
    mkdirSync(folder, { recursive: true });
    this.members = new Members({ folder, group, id: this.id, clock, timeout });
  }

  subscribe(topic: string): void {
    if (this.topics.includes(checkedName("topic", topic))) return;
    this.topics.push(topic);
    this.members.join(topic);
  }

  async poll(limit = 500): Promise<ConsumedRecord[]> {
    if (this.topics.length === 0) throw new Error("Nothing is subscribed to.");
    const records: ConsumedRecord[] = [];
    const places: Record<string, Place> = {};
    const errors: unknown[] = [];
    for (const topic of this.topics) {
      for (const partition of this.mine(topic)) {
        try {
          const place = this.place(topic, partition);
          const batch = this.log(topic, partition).read(place, limit);
          places[this.file(topic, partition)] = batch.next;
          for (const each of batch.records) records.push({ ...each, topic, partition });
        } catch (error) {
          if (error instanceof BrokenRecordError) errors.push(error);
          else throw error;
        }
      }
    }
    if (records.length === 0 && errors.length > 0) throw errors[0];
    Object.assign(this.places, places);
    if (this.options.autoCommit) await this.commit();
    return records;
  }

  async commit(): Promise<void> {
    for (const topic of this.topics) {
      for (const partition of this.mine(topic)) {
        const file = this.file(topic, partition);
        const place = this.places[file];
        if (place === undefined) continue;
        await writeFile(`${file}-${this.id}`, JSON.stringify(place));
        await rename(`${file}-${this.id}`, file);
      }
    }
  }

  async seek(topic: string, to: SeekTo): Promise<void> {
    if (!this.topics.includes(topic)) throw new Error(`Not subscribed to ${topic}.`);
    const places: Record<string, Place> = {};
    for (const partition of this.mine(topic)) {
      const log = this.log(topic, partition);
      let place: Place;
      if (to === "beginning") place = log.placeOf(0);
      else if (to === "end") place = log.end();
      else if ("offset" in to) place = log.placeOf(to.offset);
      else place = log.placeAt(to.time);
      places[this.file(topic, partition)] = place;
    }
    Object.assign(this.places, places);
  }

  async close(): Promise<void> {
    for (const topic of this.topics.splice(0)) this.members.leave(topic);
    this.places = {};
  }

  private mine(topic: string): number[] {
    const { ids, changed } = this.members.beat(topic);
    if (changed) this.places = {};
    return share(countPartitions(this.options.folder, topic), ids, this.id);
  }

  private place(topic: string, partition: number): Place {
    const file = this.file(topic, partition);
    const known = this.places[file];
    if (known) return known;
    return existsSync(file)
      ? JSON.parse(readFileSync(file, "utf8"))
      : { offset: 0, position: 0 };
  }

  private log(topic: string, partition: number): PartitionLog {
    const open = this.options.openLog ?? ((path: string) => new FileLog(path));
    return open(logFile(this.options.folder, topic, partition));
  }

  private file(topic: string, partition: number): string {
    return join(this.options.folder, `${this.options.group}@${topic}-${partition}.json`);
  }
}

/** In one stretch each, the first members one more than the last. */
export function share(partitions: number, members: string[], member: string): number[] {
  const turn = members.indexOf(member);
  const from = Math.ceil((partitions * turn) / members.length);
  const to = Math.ceil((partitions * (turn + 1)) / members.length);
  return Array.from({ length: to - from }, (_, index) => from + index);
}
