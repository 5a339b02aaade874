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
import { todo } from "#todo";
import { FileLog } from "./file-log.ts";
import { checkedName } from "./topic.ts";

/** Reads topics from where its group left off. */
export class Consumer {
  readonly #options: ConsumerOptions;
  readonly #openLog: (path: string) => PartitionLog;
  readonly #id: string;
  /** Who else is in the group, from step 7 on: `beat(topic)` gives `{ ids, changed }`. */
  readonly #members: Members;
  /** By topic: what is read of it, each a `{ topic, partition, log, file, place, committed }`. */
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
    // Step 7: join those who read the topic.
    todo(2, "remember the topic");
  }

  /** The new records, up to `limit` of each partition. */
  async poll(limit = 500): Promise<ConsumedRecord[]> {
    // `files.logFile(folder, topic, partition)` names a log, and
    // `log.read(place, limit)` gives `{ records, next }`.
    // Step 4: begin at the committed place. With `autoCommit`, commit before you return.
    // Step 6: read all partitions of a topic. Step 7: read only your own.
    // Step 8: a log that cannot be read stops no other.
    return todo(
      2,
      "read on in each log, and remember the place behind what you have read",
    );
  }

  /** Remembers, for the whole group, that everything polled so far is dealt with. */
  async commit(): Promise<void> {
    // `files.offsetFile(options, topic, partition)` names the file, `files.readPlace(file)` reads
    // it, and `files.replaceFile(draft, file)` puts a draft in its place.
    todo(4, "write each place into its file, so that nobody ever sees half of it");
  }

  /** Goes elsewhere in all partitions of a topic; nothing is committed. */
  async seek(topic: string, to: SeekTo): Promise<void> {
    // `files.placeIn(log, to)` gives the place. Step 6: in all partitions, or in none of them.
    todo(5, "ask each log for the place, and let the next poll begin there");
  }

  /** Leaves the group: the others take over the partitions, from the last commit on. */
  async close(): Promise<void> {
    todo(7, "leave the group");
  }
}

/** The partitions of one member: each has one owner, and nobody has two more than another. */
export function share(partitions: number, members: string[], member: string): number[] {
  return todo(7, "give each member the partitions of its turn");
}
