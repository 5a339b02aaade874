import { mkdirSync } from "node:fs";
import type { Clock } from "#bus/contract";
import type { OnRepair, PartitionLog } from "#bus/partition-log";
import { FileLog } from "./file-log.ts";
import { countPartitions, logFile, partitionOf } from "./topic.ts";

/** What a producer can be told when it is made. */
export interface ProducerOptions {
  /** Where the topics are. It is made if it is not there. */
  folder: string;
  /** Where the time of a record comes from. Default: `Date.now`. */
  clock?: Clock;
  /** Is told of half a line that was cut off. Default: one line on stderr. */
  onRepair?: OnRepair;
  /** Which kind of log to write. Default: a {@link FileLog}. */
  openLog?: (path: string) => PartitionLog;
}

/** What goes with one record. */
export interface SendOptions {
  /** Records of one key keep their order: they all go to one partition. */
  key?: string;
}

/** Where a record stands. */
export interface Sent {
  topic: string;
  partition: number;
  offset: number;
}

/** The logs of a topic's partitions, and whose turn it is when there is no key. */
interface Topic {
  readonly logs: readonly PartitionLog[];
  turn: number;
}

/** Appends records to topics. */
export class Producer {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #openLog: (path: string) => PartitionLog;
  readonly #topics = new Map<string, Topic>();

  constructor({ folder, clock = Date.now, onRepair, openLog }: ProducerOptions) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.#clock = clock;
    this.#openLog =
      openLog ?? ((path) => new FileLog(path, onRepair ? { onRepair } : {}));
  }

  /**
   * Appends one record; resolves, when it is written, to where it stands. A topic that was not
   * created has one partition. Without a key, the partitions of the topic take turns.
   *
   * @throws TypeError if the topic's name is none, or the value cannot be written as JSON
   */
  async send(topic: string, value: unknown, { key }: SendOptions = {}): Promise<Sent> {
    if (JSON.stringify(value) === undefined) {
      throw new TypeError(`A record holds what JSON can write; got ${typeof value}.`);
    }
    const known = this.#topic(topic);
    const { logs } = known;
    const partition =
      key === undefined ? known.turn++ % logs.length : partitionOf(key, logs.length);
    const time = this.#clock();
    const [record] = (await logs[partition]?.append([{ time, key, value }])) ?? [];
    if (record === undefined) throw new Error(`Nothing was written to "${topic}".`);
    return { topic, partition, offset: record.offset };
  }

  #topic(topic: string): Topic {
    const known = this.#topics.get(topic);
    if (known) return known;
    const count = Math.max(1, countPartitions(this.#folder, topic));
    const logs = Array.from({ length: count }, (_, partition) =>
      this.#openLog(logFile(this.#folder, topic, partition)),
    );
    const made = { logs, turn: 0 };
    this.#topics.set(topic, made);
    return made;
  }
}
