import { mkdirSync } from "node:fs";
import type { LogRecord, PartitionLog } from "#bus/partition-log";
import type {
  ProducerOptions,
  SendOptions,
  Sent,
} from "#given/08-kafka-on-files/given/options.ts";
import { countPartitions, logFile } from "#given/08-kafka-on-files/given/topic-files.ts";
import { FileLog } from "./file-log.ts";
import { checkedName, partitionOf } from "./topic.ts";

/** Appends records to topics. */
export class Producer {
  readonly #folder;
  readonly #clock;
  readonly #openLog: (path: string) => PartitionLog;
  /** By topic: the logs of its partitions, and whose turn it is when there is no key. */
  readonly #topics = new Map<string, { logs: PartitionLog[]; turn: number }>();

  constructor({ folder, clock = Date.now, openLog, onRepair }: ProducerOptions) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.#clock = clock;
    this.#openLog = openLog ?? ((path) => new FileLog(path, { onRepair }));
  }

  /** Appends one record; resolves, when it is written, to where it stands. */
  async send(topic: string, value: unknown, { key }: SendOptions = {}): Promise<Sent> {
    checkedName("topic", topic);
    if (JSON.stringify(value) === undefined)
      throw new TypeError(`A record holds what JSON can write; got ${typeof value}.`);
    const known = this.#topics.get(topic) ?? this.#open(topic);
    const count = known.logs.length;
    const partition = key === undefined ? known.turn++ % count : partitionOf(key, count);
    const entry = { time: this.#clock(), key, value };
    const log = known.logs[partition] as PartitionLog;
    const [record] = await log.append([entry]);
    return { topic, partition, offset: (record as LogRecord).offset };
  }

  #open(topic: string) {
    const count = Math.max(1, countPartitions(this.#folder, topic));
    const logs = Array.from({ length: count }, (_, partition) =>
      this.#openLog(logFile(this.#folder, topic, partition)),
    );
    const opened = { logs, turn: 0 };
    this.#topics.set(topic, opened);
    return opened;
  }
}
