import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "#bus/contract";
import {
  type Batch,
  BrokenRecordError,
  type LogRecord,
  type PartitionLog,
  type Place,
  START,
} from "#bus/partition-log";
import { Members } from "#given/08-kafka-on-files/members.ts";
import { FileLog } from "./file-log.ts";
import { checkedName, countPartitions, logFile } from "./topic.ts";

/** What a consumer can be told when it is made. */
export interface ConsumerOptions {
  /** Where the topics are. It is made if it is not there. */
  folder: string;
  /** Consumers of one group share the records; every group gets them all. */
  group: string;
  /** Commit in every poll, before the records are handed over. Default: no. */
  autoCommit?: boolean;
  /** The name of this member of its group. Default: one that nobody else has. */
  id?: string;
  /** Where signs of life get their time. Default: `Date.now`. */
  clock?: Clock;
  /** A member that did not poll for so long counts as dead; in ms. Default: 10,000. */
  sessionTimeout?: number;
  /** Which kind of log to read. Default: a {@link FileLog}. */
  openLog?: (path: string) => PartitionLog;
}

/** A record, and which file it comes from. */
export interface ConsumedRecord<Value = unknown> extends LogRecord<Value> {
  readonly topic: string;
  readonly partition: number;
}

/** Where to read on. A time is in ms since 1970-01-01 UTC. */
export type SeekTo = "beginning" | "end" | { offset: number } | { time: number };

/** A partition that this consumer holds. */
interface Holding {
  readonly topic: string;
  readonly partition: number;
  readonly log: PartitionLog;
  /** What the next poll begins with. */
  place: Place;
  /** The offset that was last committed. */
  committed: number;
}

/** What a poll found in one partition. */
interface Reading {
  readonly holding: Holding;
  readonly batch: Batch;
}

/** Reads topics from where its group left off. */
export class Consumer {
  readonly #folder: string;
  readonly #group: string;
  readonly #id: string;
  readonly #autoCommit: boolean;
  readonly #openLog: (path: string) => PartitionLog;
  readonly #members: Members;
  /** The topics subscribed to, and which partitions of them are held. */
  readonly #topics = new Map<string, Holding[]>();

  /** @throws TypeError if the group's name, or the member's, is none */
  constructor(options: ConsumerOptions) {
    const { folder, group, clock = Date.now, sessionTimeout = 10_000 } = options;
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.#group = checkedName("group", group);
    this.#id = checkedName("member", options.id ?? crypto.randomUUID());
    this.#autoCommit = options.autoCommit ?? false;
    this.#openLog = options.openLog ?? ((path) => new FileLog(path));
    this.#members = new Members({
      folder,
      group,
      id: this.#id,
      clock,
      timeout: sessionTimeout,
    });
  }

  /**
   * Asks for the records of a topic, which need not exist yet. Asking twice changes nothing.
   *
   * @throws TypeError if the topic's name is none
   */
  subscribe(topic: string): void {
    checkedName("topic", topic);
    if (this.#topics.has(topic)) return;
    this.#topics.set(topic, []);
    this.#members.join(topic);
  }

  /**
   * The new records, up to `limit` of each partition: behind those of the last poll, or after
   * a restart behind the last commit. Where nothing is new it resolves to an empty array at once.
   *
   * @throws Error if nothing is subscribed to
   * @throws BrokenRecordError if the next record of a partition is broken, and no other
   *   partition has anything to hand over
   */
  async poll(limit = 500): Promise<ConsumedRecord[]> {
    if (this.#topics.size === 0) {
      throw new Error("Subscribe to a topic before you poll.");
    }
    const held = this.#held();
    const readings = readAll(held, limit);
    for (const { holding, batch } of readings) holding.place = batch.next;
    if (this.#autoCommit) for (const holding of held) this.#store(holding);
    return readings.flatMap(({ holding: { topic, partition }, batch }) =>
      batch.records.map(({ offset, time, key, value }) => ({
        topic,
        partition,
        offset,
        time,
        key,
        value,
      })),
    );
  }

  /**
   * Remembers, for the whole group, that everything polled so far is dealt with. Of a partition
   * that has gone to another member nothing is committed: its records come again, there.
   */
  async commit(): Promise<void> {
    for (const holding of this.#held()) this.#store(holding);
  }

  /**
   * Goes elsewhere in all partitions of a topic that this consumer holds, or, after an error, in
   * none of them. The next poll reads from there; nothing is committed.
   *
   * @throws Error if the topic is not subscribed to
   * @throws RangeError if a partition has no such offset
   */
  async seek(topic: string, to: SeekTo): Promise<void> {
    if (!this.#topics.has(topic)) {
      throw new Error(`Subscribe to "${topic}" before you seek in it.`);
    }
    const held = this.#heldOf(topic);
    const places = held.map(({ log }) => placeIn(log, to));
    held.forEach((holding, index) => {
      holding.place = places[index] ?? START;
    });
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
    const held = this.#topics.get(topic) ?? [];
    if (held.length > 0 && !changed) return held;
    // While the group changed, others may have read on: what is committed is what counts.
    const partitions = countPartitions(this.#folder, topic);
    const mine = share(partitions, ids, this.#id);
    const taken = mine.map((partition) => this.#takeOver(topic, partition));
    this.#topics.set(topic, taken);
    return taken;
  }

  #takeOver(topic: string, partition: number): Holding {
    const place = this.#committed(topic, partition);
    const log = this.#openLog(logFile(this.#folder, topic, partition));
    return { topic, partition, log, place, committed: place.offset };
  }

  #store(holding: Holding): void {
    const { topic, partition, place } = holding;
    if (place.offset === holding.committed) return;
    const file = this.#offsetFile(topic, partition);
    const draft = `${file}.${this.#id}`;
    writeFileSync(draft, JSON.stringify(place));
    // Whoever reads the file finds the old place or the new one, whole.
    renameSync(draft, file);
    holding.committed = place.offset;
  }

  #committed(topic: string, partition: number): Place {
    try {
      return JSON.parse(readFileSync(this.#offsetFile(topic, partition), "utf8"));
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT")
        return START;
      throw error;
    }
  }

  #offsetFile(topic: string, partition: number): string {
    return join(this.#folder, `${this.#group}@${topic}-${partition}.json`);
  }
}

/**
 * The partitions of one member. Each has one owner, and nobody has two more than another: here
 * the members take turns.
 */
export function share(partitions: number, members: string[], member: string): number[] {
  const turn = members.indexOf(member);
  const all = Array.from({ length: partitions }, (_, partition) => partition);
  return all.filter((partition) => partition % members.length === turn);
}

/** A broken record stops its own partition; it is an error when there is nothing else to read. */
function readAll(held: readonly Holding[], limit: number): Reading[] {
  const readings: Reading[] = [];
  let broken: BrokenRecordError | undefined;
  for (const holding of held) {
    try {
      readings.push({ holding, batch: holding.log.read(holding.place, limit) });
    } catch (error) {
      if (!(error instanceof BrokenRecordError)) throw error;
      broken ??= error;
    }
  }
  const found = readings.some(({ batch }) => batch.records.length > 0);
  if (broken !== undefined && !found) throw broken;
  return readings;
}

function placeIn(log: PartitionLog, to: SeekTo): Place {
  if (to === "beginning") return START;
  if (to === "end") return log.end();
  return "time" in to ? log.placeAt(to.time) : log.placeOf(to.offset);
}
