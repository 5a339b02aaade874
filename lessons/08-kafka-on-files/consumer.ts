import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "#bus/contract";
import { type LogRecord, type PartitionLog, type Place, START } from "#bus/partition-log";
import { Members } from "#given/08-kafka-on-files/members.ts";
import { todo } from "#todo";
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

/** Reads topics from where its group left off. */
export class Consumer {
  readonly #options: ConsumerOptions;
  readonly #id: string;
  /** Who else is in the group: not needed before step 7. */
  readonly #members: Members;
  // Your fields go here. Of each topic, a list: the logs, and where in each the next poll begins.

  /** @throws TypeError if the group's name, or the member's, is none */
  constructor(options: ConsumerOptions) {
    const { folder, group, clock = Date.now, sessionTimeout = 10_000 } = options;
    mkdirSync(folder, { recursive: true });
    this.#options = options;
    checkedName("group", group);
    this.#id = checkedName("member", options.id ?? crypto.randomUUID());
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
    todo(2, "remember the topic");
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
    if (this.#options.autoCommit) todo(4, "commit before you hand the records over");
    return todo(2, "read on in the log of every topic, and remember the place behind it");
  }

  /**
   * Remembers, for the whole group, that everything polled so far is dealt with. Of a partition
   * that has gone to another member nothing is committed: its records come again, there.
   */
  async commit(): Promise<void> {
    todo(4, "write each place into its file, so that nobody ever sees half of it");
  }

  /**
   * Goes elsewhere in all partitions of a topic that this consumer holds, or, after an error, in
   * none of them. The next poll reads from there; nothing is committed.
   *
   * @throws Error if the topic is not subscribed to
   * @throws RangeError if a partition has no such offset
   */
  async seek(topic: string, to: SeekTo): Promise<void> {
    todo(5, "ask the log for the place, and let the next poll begin there");
  }

  /** Leaves the group: the others take over the partitions, from the last commit on. */
  async close(): Promise<void> {
    todo(7, "leave the group");
  }

  /** The partitions of a topic that are to be read: before step 6, there is one. */
  #partitionsOf(topic: string): number[] {
    const count = countPartitions(this.#options.folder, topic);
    if (count > 1) todo(6, "read all partitions of the topic, with a place in each");
    return [0];
  }
}

/** The partitions of one member: each has one owner, and nobody has two more than another. */
export function share(partitions: number, members: string[], member: string): number[] {
  if (members.length > 1) todo(7, "give each member the partitions of its turn");
  return Array.from({ length: partitions }, (_, partition) => partition);
}
