import {
  Admin,
  Consumer,
  jsonDeserializer,
  jsonSerializer,
  type Message,
  MessagesStreamFallbackModes,
  MessagesStreamModes,
  ProduceAcks,
  Producer,
  stringDeserializer,
  stringSerializer,
} from "@platformatic/kafka";
import type { Log, Member } from "../beside-kafka.ts";

type Value = { id: number };

/** The same on Kafka. */
export function logOnKafka(brokers: string): Log {
  // #region kafka
  const client = { clientId: "lesson-8", bootstrapBrokers: brokers.split(",") };
  const admin = new Admin(client);
  const consumers: Members[] = [];
  const producer = new Producer({
    ...client,
    ...{ idempotent: true, acks: ProduceAcks.ALL },
    serializers: { key: stringSerializer, value: jsonSerializer<Value> },
  });
  return {
    async createTopic(topic, partitions) {
      await admin.createTopics({ topics: [topic], partitions, replicas: -1 });
    },
    async send(topic, { key, id, time }) {
      const message = { topic, key, value: { id }, timestamp: BigInt(time) };
      const { offsets = [] } = await producer.send({ messages: [message] });
      const [{ partition = -1, offset = -1n } = {}] = offsets;
      return { partition, offset: Number(offset) };
    },
    async join(topic, groupId, groupInstanceId) {
      const deserializers = { key: stringDeserializer, value: jsonDeserializer<Value> };
      const options = { ...client, groupId, groupInstanceId, deserializers };
      const consumer = new Consumer({ ...options, autocommit: false });
      consumers.push(consumer);
      return open(consumer, topic);
    },
    async close() {
      await Promise.all(consumers.map((consumer) => consumer.close(true)));
      await admin.close();
      await producer.close();
    },
  };
  // #endregion
}

type Members = Consumer<string, Value, Buffer, Buffer>;

// #region member
async function open(consumer: Members, topic: string): Promise<Member> {
  let news: Message<string, Value>[] = [];
  let polled: Message<string, Value>[] = [];
  let stream = await consumer.consume({
    topics: [topic],
    mode: MessagesStreamModes.COMMITTED,
    fallbackMode: MessagesStreamFallbackModes.EARLIEST,
  });
  stream.on("data", (message) => news.push(message));
  return {
    async poll() {
      polled.push(...news);
      const orders = news.map(({ key, value, partition, offset }) => {
        return { key, id: value.id, partition, offset: Number(offset) };
      });
      news = [];
      return orders;
    },
    async commit() {
      await Promise.all(polled.map((message) => message.commit()));
      polled = [];
    },
    async seekToTime(time) {
      await stream.close();
      news = [];
      const timestamp = BigInt(time);
      const found = await consumer.listOffsets({ topics: [topic], timestamp });
      const offsets = (found.get(topic) ?? []).map((offset, partition) => {
        return { topic, partition, offset };
      });
      const mode = MessagesStreamModes.MANUAL;
      stream = await consumer.consume({ topics: [topic], mode, offsets });
      stream.on("data", (message) => news.push(message));
    },
    close: () => consumer.close(true),
  };
}
// #endregion
