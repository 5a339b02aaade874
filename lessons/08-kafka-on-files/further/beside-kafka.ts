import type { ConsumedRecord, Sent } from "#given/08-kafka-on-files/given/options.ts";
import { Consumer } from "#lesson/08-kafka-on-files/consumer.ts";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import { createTopic } from "#lesson/08-kafka-on-files/topic.ts";

/** A log with topics, either the lesson's or a real one: what both of them can do. */
export interface Log {
  createTopic(topic: string, partitions: number): Promise<void>;
  send(topic: string, record: Order): Promise<Pick<Sent, "partition" | "offset">>;
  /** Joins a group. Resolves when it knows its partitions. */
  join(topic: string, group: string, id: string): Promise<Member>;
  close(): Promise<void>;
}

export interface Order {
  key: string;
  id: number;
  /** In ms since 1970-01-01 UTC. */
  time: number;
}

export interface Member {
  /** What has come since; perhaps nothing. */
  poll(): Promise<{ key: string; id: number; partition: number; offset: number }[]>;
  commit(): Promise<void>;
  /** Reads on with the first record that is not older. */
  seekToTime(time: number): Promise<void>;
  close(): Promise<void>;
}

/** The lesson's producer and consumer. */
export function logOnFiles(folder: string): Log {
  // #region files
  let now = 0;
  const producer = new Producer({ folder, clock: () => now });
  return {
    createTopic: async (topic, partitions) => createTopic(folder, topic, partitions),
    send(topic, { key, id, time }) {
      now = time;
      return producer.send(topic, { id }, { key });
    },
    async join(topic, group, id) {
      const consumer = new Consumer({ folder, group, id });
      consumer.subscribe(topic);
      return {
        poll: async () => (await consumer.poll()).map(orderIn),
        commit: () => consumer.commit(),
        seekToTime: (time) => consumer.seek(topic, { time }),
        close: () => consumer.close(),
      };
    },
    close: async () => {},
  };
  // #endregion
}

function orderIn({ key = "", value, partition, offset }: ConsumedRecord) {
  return { key, id: (value as { id: number }).id, partition, offset };
}
