import { mkdirSync } from "node:fs";
import type { PartitionLog } from "#bus/partition-log";
import type {
  ProducerOptions,
  SendOptions,
  Sent,
} from "#given/08-kafka-on-files/given/options.ts";
import { countPartitions, logFile } from "#given/08-kafka-on-files/given/topic-files.ts";
import { todo } from "#todo";
import { FileLog } from "./file-log.ts";
import { checkedName, partitionOf } from "./topic.ts";

/** Appends records to topics. */
export class Producer {
  readonly #folder;
  readonly #clock;
  readonly #openLog: (path: string) => PartitionLog;
  // Your fields go here: what does the producer have to remember between two sends?

  constructor({ folder, clock = Date.now, openLog, onRepair }: ProducerOptions) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.#clock = clock;
    // Step 3: hand `onRepair` on, if there is one.
    this.#openLog = openLog ?? ((path) => new FileLog(path));
  }

  /** Appends one record; resolves, when it is written, to where it stands. */
  async send(topic: string, value: unknown, { key }: SendOptions = {}): Promise<Sent> {
    checkedName("topic", topic);
    // Step 6: choose among the partitions of the topic.
    // Step 8: refuse a value that JSON cannot write.
    return todo(1, "append one entry to the log of the topic, and say where it stands");
  }
}
