// Another right answer: one flat table of places, everything else looked up anew at each call.
import { mkdirSync } from "node:fs";
import { open } from "node:fs/promises";
import type { PartitionLog, Place } from "#bus/partition-log";
import { Members } from "#given/08-kafka-on-files/given/members.ts";
import type {
  ConsumedRecord,
  ConsumerOptions,
  SeekTo,
} from "#given/08-kafka-on-files/given/options.ts";
import {
  countPartitions,
  logFile,
  offsetFile,
  readPlace,
  replaceFile,
} from "#given/08-kafka-on-files/given/topic-files.ts";
import { FileLog } from "./file-log.ts";
import { checkedName } from "./topic.ts";

export class Consumer {
  private readonly options: ConsumerOptions;
  private readonly id: string;
  private readonly members: Members;
  private topics: string[] = [];
  private places: Record<string, Place> = {};
  private last: Promise<unknown> = Promise.resolve();

  constructor(options: ConsumerOptions) {
    this.options = options;
    this.id = checkedName("member", options.id ?? `m${crypto.randomUUID()}`);
    checkedName("group", options.group);
    mkdirSync(options.folder, { recursive: true });
    this.members = new Members(options, this.id);
  }

  subscribe(topic: string): void {
    if (this.topics.includes(checkedName("topic", topic))) return;
    this.topics.push(topic);
    this.members.join(topic);
  }

  poll(limit = 500): Promise<ConsumedRecord[]> {
    return this.inTurn(() => this.pollNow(limit));
  }

  commit(): Promise<void> {
    return this.inTurn(() => this.commitNow());
  }

  /** Two that write the same draft must not meet. */
  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.last.then(work);
    this.last = done.catch(() => {});
    return done;
  }

  private async pollNow(limit: number): Promise<ConsumedRecord[]> {
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
          errors.push(error);
        }
      }
    }
    if (records.length === 0 && errors.length > 0) throw errors[0];
    const before = { ...this.places };
    Object.assign(this.places, places);
    try {
      if (this.options.autoCommit) await this.commitNow();
    } catch (error) {
      for (const [file, place] of Object.entries(places)) {
        // Somebody may have come meanwhile, and the place be forgotten.
        if (this.places[file] !== place) continue;
        if (before[file]) this.places[file] = before[file];
        else delete this.places[file];
      }
      throw error;
    }
    return records;
  }

  private async commitNow(): Promise<void> {
    for (const topic of this.topics) {
      for (const partition of this.mine(topic)) {
        const file = this.file(topic, partition);
        const place = this.places[file];
        if (place === undefined) continue;
        const draft = await open(`${file}-${this.id}`, "w");
        await draft.writeFile(JSON.stringify(place));
        await draft.sync();
        await draft.close();
        replaceFile(`${file}-${this.id}`, file);
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
    const count = countPartitions(this.options.folder, topic);
    if (changed)
      for (let each = 0; each < count; each++) delete this.places[this.file(topic, each)];
    return share(count, ids, this.id);
  }

  private place(topic: string, partition: number): Place {
    const file = this.file(topic, partition);
    const known = this.places[file];
    if (known) return known;
    return readPlace(file);
  }

  private log(topic: string, partition: number): PartitionLog {
    const open = this.options.openLog ?? ((path: string) => new FileLog(path));
    return open(logFile(this.options.folder, topic, partition));
  }

  private file(topic: string, partition: number): string {
    return offsetFile(this.options, topic, partition);
  }
}

/** In one stretch each, the first members one more than the last. */
export function share(partitions: number, members: string[], member: string): number[] {
  const turn = members.indexOf(member);
  const from = Math.ceil((partitions * turn) / members.length);
  const to = Math.ceil((partitions * (turn + 1)) / members.length);
  return Array.from({ length: to - from }, (_, index) => from + index);
}
