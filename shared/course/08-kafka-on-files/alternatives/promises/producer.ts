// Another right answer: looks the partitions up at every send, and starts its turns anywhere.
import { mkdirSync } from "node:fs";
import type { Clock } from "#bus/contract";
import type { OnRepair, PartitionLog } from "#bus/partition-log";
import { FileLog } from "./file-log.ts";
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
  private readonly options: ProducerOptions;
  private readonly turns: Record<string, number> = Object.create(null);

  constructor(options: ProducerOptions) {
    this.options = options;
    mkdirSync(options.folder, { recursive: true });
  }

  async send(topic: string, value: unknown, options: SendOptions = {}): Promise<Sent> {
    const { folder, clock = () => Date.now(), onRepair } = this.options;
    const open =
      this.options.openLog ??
      ((path: string) => new FileLog(path, onRepair ? { onRepair } : undefined));
    const text: string | undefined = JSON.stringify(value);
    if (text === undefined) throw new TypeError("Nothing that JSON could write.");
    const copy: unknown = JSON.parse(text);
    const count = countPartitions(folder, topic) || 1;
    let partition: number;
    if (options.key === undefined) {
      const turn = (this.turns[topic] ?? 6) + 1;
      this.turns[topic] = turn;
      partition = turn % count;
    } else {
      partition = partitionOf(options.key, count);
    }
    const entry = { time: clock(), key: options.key, value: copy };
    const [record] = await open(logFile(folder, topic, partition)).append([entry]);
    return { topic, partition, offset: record?.offset ?? -1 };
  }
}
