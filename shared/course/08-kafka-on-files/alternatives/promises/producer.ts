// Another right answer: keeps no log open, and looks for the partitions at each record.
import { mkdirSync } from "node:fs";
import type { PartitionLog } from "#bus/partition-log";
import type {
  ProducerOptions,
  SendOptions,
  Sent,
} from "#given/08-kafka-on-files/given/options.ts";
import { countPartitions, logFile } from "#given/08-kafka-on-files/given/topic-files.ts";
import { FileLog } from "./file-log.ts";
import { checkedName, partitionOf } from "./topic.ts";

export class Producer {
  private readonly options: ProducerOptions;
  private readonly turns: Record<string, number> = Object.create(null);
  private readonly logs: Record<string, PartitionLog> = Object.create(null);

  constructor(options: ProducerOptions) {
    this.options = options;
    mkdirSync(options.folder, { recursive: true });
  }

  async send(topic: string, value: unknown, options: SendOptions = {}): Promise<Sent> {
    checkedName("topic", topic);
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
    const path = logFile(folder, topic, partition);
    this.logs[path] ??= open(path);
    const [record] = await this.logs[path].append([entry]);
    return { topic, partition, offset: record?.offset ?? -1 };
  }
}
