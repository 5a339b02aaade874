import { mkdirSync } from "node:fs";
import type { Clock } from "#bus/contract";
import type { OnRepair, PartitionLog } from "#bus/partition-log";
import { todo } from "#todo";
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

/** Appends records to topics. */
export class Producer {
  readonly #options: ProducerOptions;
  // Your fields go here: what does the producer have to remember between two sends?

  constructor(options: ProducerOptions) {
    mkdirSync(options.folder, { recursive: true });
    this.#options = options;
  }

  /**
   * Appends one record; resolves, when it is written, to where it stands. A topic that was not
   * created has one partition. Without a key, the partitions of the topic take turns.
   *
   * @throws TypeError if the topic's name is none, or the value cannot be written as JSON
   */
  async send(topic: string, value: unknown, { key }: SendOptions = {}): Promise<Sent> {
    if (JSON.stringify(value) === undefined)
      todo(8, "refuse a value that JSON cannot write with a TypeError");
    if (key !== undefined) todo(6, "choose the partition by the key");
    if (this.#options.onRepair) todo(3, "hand onRepair on to the logs that you open");
    return todo(1, "append one entry to the log of the topic, and say where it stands");
  }
}
