import { mkdirSync, writeFileSync } from "node:fs";
import type { PartitionLog, Place } from "#bus/partition-log";
import { Members } from "#given/08-kafka-on-files/given/members.ts";
import type {
  ConsumedRecord,
  ConsumerOptions,
  Holding,
  SeekTo,
} from "#given/08-kafka-on-files/given/options.ts";
import * as files from "#given/08-kafka-on-files/given/topic-files.ts";
import { FileLog } from "./file-log.ts";
import { checkedName } from "./topic.ts";

/** Reads topics from where its group left off. */
export class Consumer {
  readonly #options: ConsumerOptions;
  readonly #openLog: (path: string) => PartitionLog;
  readonly #id: string;
  /** Who else is in the group. */
  readonly #members: Members;
  /** By topic: what is read of it. */
  readonly #topics = new Map<string, Holding[]>();

  constructor(options: ConsumerOptions) {
    this.#options = options;
    this.#openLog = options.openLog ?? ((path) => new FileLog(path));
    this.#id = checkedName("member", options.id ?? crypto.randomUUID());
    checkedName("group", options.group);
    mkdirSync(options.folder, { recursive: true });
    this.#members = new Members(options, this.#id);
  }

  /** Asks for the records of a topic, which need not exist yet. */
  subscribe(topic: string): void {
    checkedName("topic", topic);
    if (this.#topics.has(topic)) return;
    this.#topics.set(topic, []);
    this.#members.join(topic);
  }

  /** The new records, up to `limit` of each partition. */
  async poll(limit = 500): Promise<ConsumedRecord[]> {
    const readings = this.#held().map((holding) => readOn(holding, limit));
    const records = readings.flatMap(({ holding: { topic, partition }, records }) =>
      records.map((record) => ({ topic, partition, ...record })),
    );
    const failed = readings.find((reading) => "error" in reading);
    if (failed && records.length === 0) throw failed.error;
    if (this.#options.autoCommit)
      for (const { holding, next } of readings) this.#store(holding, next);
    // Only now: if a commit failed, the same records come again.
    for (const { holding, next } of readings) holding.place = next;
    return records;
  }

  /** Remembers, for the whole group, that everything polled so far is dealt with. */
  async commit(): Promise<void> {
    for (const holding of this.#held()) this.#store(holding, holding.place);
  }

  /** Goes elsewhere in all partitions of a topic; nothing is committed. */
  async seek(topic: string, to: SeekTo): Promise<void> {
    if (!this.#topics.has(topic)) throw new Error(`Subscribe to "${topic}" first.`);
    const held = this.#heldOf(topic);
    const moved = held.map((each) => ({ ...each, place: files.placeIn(each.log, to) }));
    this.#topics.set(topic, moved);
  }

  /** Leaves the group: the others take over the partitions, from the last commit on. */
  async close(): Promise<void> {
    for (const topic of this.#topics.keys()) this.#members.leave(topic);
    this.#topics.clear();
  }

  #held(): Holding[] {
    return [...this.#topics.keys()].flatMap((topic) => this.#heldOf(topic));
  }

  /** The partitions of a topic that are this member's, as the group stands now. */
  #heldOf(topic: string): Holding[] {
    const { ids, changed } = this.#members.beat(topic);
    const known = this.#topics.get(topic) ?? [];
    if (known.length > 0 && !changed) return known;
    // While the group changed, others may have read on: what is committed is what counts.
    this.#topics.set(topic, []);
    const partitions = files.countPartitions(this.#options.folder, topic);
    const mine = share(partitions, ids, this.#id);
    const held = mine.map((partition) => {
      const log = this.#openLog(files.logFile(this.#options.folder, topic, partition));
      const file = files.offsetFile(this.#options, topic, partition);
      const place = files.readPlace(file);
      return { topic, partition, log, file, place, committed: place };
    });
    this.#topics.set(topic, held);
    return held;
  }

  #store(holding: Holding, place: Place): void {
    if (place === holding.committed) return;
    const draft = `${holding.file}.${this.#id}`;
    writeFileSync(draft, JSON.stringify(place), { flush: true });
    // Whoever reads the file finds the old place or the new one, whole.
    files.replaceFile(draft, holding.file);
    holding.committed = place;
  }
}

/** What comes next in a log, or the error that keeps its reader where it is. */
function readOn(holding: Holding, limit: number) {
  try {
    return { holding, ...holding.log.read(holding.place, limit) };
  } catch (error) {
    return { holding, records: [], next: holding.place, error };
  }
}

/** The partitions of one member: each has one owner. Here, the members take turns. */
export function share(partitions: number, members: string[], member: string): number[] {
  const all = Array.from({ length: partitions }, (_, partition) => partition);
  return all.filter((partition) => members[partition % members.length] === member);
}
