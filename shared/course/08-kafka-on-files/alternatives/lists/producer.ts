// Another right answer: one Map for the logs, one for the turns.
import { mkdirSync } from "node:fs";
import type { Clock } from "#bus/contract";
import type { OnRepair, PartitionLog } from "#bus/partition-log";
import { FileLog } from "#lesson/08-kafka-on-files/file-log.ts";
import { countPartitions, logFile, partitionOf } from "./topic.ts";

export interface ProducerOptions {
  folder: string;
  clock?: Clock;
  onRepair?: OnRepair;
  openLog?: (path: string) => PartitionLog;
}

export interface SendOptions {
  key?: string;
}

export interface Sent {
  topic: string;
  partition: number;
  offset: number;
}

export class Producer {
  readonly #options: ProducerOptions;
  #turns = new Map<string, number>();
  #logs = new Map<string, PartitionLog>();

  constructor(options: ProducerOptions) {
    mkdirSync(options.folder, { recursive: true });
    this.#options = options;
  }

  async send(topic: string, value: unknown, { key }: SendOptions = {}): Promise<Sent> {
    if (JSON.stringify(value) === undefined)
      throw new TypeError("JSON cannot write this value");
    const count = countPartitions(this.#options.folder, topic) || 1;
    const turn = this.#turns.get(topic) ?? 0;
    this.#turns.set(topic, turn + 1);
    const partition = key !== undefined ? partitionOf(key, count) : turn % count;
    const path = logFile(this.#options.folder, topic, partition);
    let log = this.#logs.get(path);
    if (!log) {
      const { openLog, onRepair } = this.#options;
      log = openLog ? openLog(path) : new FileLog(path, onRepair && { onRepair });
      this.#logs.set(path, log);
    }
    const records = await log.append([
      { time: (this.#options.clock ?? Date.now)(), key, value },
    ]);
    return { topic, partition, offset: records[0]!.offset };
  }
}
