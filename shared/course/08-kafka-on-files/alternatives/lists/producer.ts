// Another right answer: one Map for the logs, one for the turns.
import { mkdirSync } from "node:fs";
import type { PartitionLog } from "#bus/partition-log";
import type {
  ProducerOptions,
  SendOptions,
  Sent,
} from "#given/08-kafka-on-files/given/options.ts";
import { countPartitions, logFile } from "#given/08-kafka-on-files/given/topic-files.ts";
import { FileLog } from "#lesson/08-kafka-on-files/file-log.ts";
import { checkedName, partitionOf } from "./topic.ts";

export class Producer {
  readonly #options: ProducerOptions;
  #turns = new Map<string, number>();
  #logs = new Map<string, PartitionLog>();

  constructor(options: ProducerOptions) {
    mkdirSync(options.folder, { recursive: true });
    this.#options = options;
  }

  async send(topic: string, value: unknown, { key }: SendOptions = {}): Promise<Sent> {
    checkedName("topic", topic);
    if (JSON.stringify(value) === undefined)
      throw new TypeError("JSON cannot write this value");
    const count = countPartitions(this.#options.folder, topic) || 1;
    const turn = this.#turns.get(topic) ?? 0;
    if (key === undefined) this.#turns.set(topic, turn + 1);
    const partition = key !== undefined ? partitionOf(key, count) : turn % count;
    const path = logFile(this.#options.folder, topic, partition);
    let log = this.#logs.get(path);
    if (!log) {
      const { openLog, onRepair } = this.#options;
      log = openLog ? openLog(path) : new FileLog(path, { onRepair });
      this.#logs.set(path, log);
    }
    const records = await log.append([
      { time: (this.#options.clock ?? Date.now)(), key, value },
    ]);
    return { topic, partition, offset: records[0]!.offset };
  }
}
