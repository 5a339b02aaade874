import { randomUUID } from "node:crypto";
import {
  Admin,
  Consumer,
  type Message,
  MessagesStreamFallbackModes,
  MessagesStreamModes,
  MultipleErrors,
  ProduceAcks,
  Producer,
  stringDeserializers,
  stringSerializers,
} from "@platformatic/kafka";
import type { BusEvent } from "../../../../shared/bus/contract.ts";
import type {
  EventStream,
  Handle,
  StreamPlace,
} from "../../../../shared/bus/event-stream.ts";
import { together } from "../../../../shared/bus/together.ts";

const PARTITIONS = 4;

type Texts = Message<string, string, string, string>;
type Members = Consumer<string, string, string, string>;
type Sent = Pick<Texts, "topic" | "key" | "value"> & { headers?: { reason: string } };

/** A topic of events. Those that nobody could handle are in a second one, `….dead`. */
export async function openStream(place: StreamPlace): Promise<EventStream> {
  const admin = new Admin(clientOf(place));
  const topics = [place.name, deadOf(place)];
  try {
    // As many copies as the cluster makes by default: -1.
    await admin.createTopics({ topics, partitions: PARTITIONS, replicas: -1 });
  } catch (error) {
    if (!isThere(error)) throw error;
  } finally {
    await admin.close();
  }
  return new KafkaStream(place);
}

export async function removeStream(place: StreamPlace): Promise<void> {
  const admin = new Admin(clientOf(place));
  await admin.deleteTopics({ topics: [place.name, deadOf(place)] });
  await admin.close();
}

class KafkaStream implements EventStream {
  readonly #place: StreamPlace;
  readonly #producer;
  readonly #send: (message: Sent) => Promise<void>;
  readonly #consumers: Members[] = [];
  #closing = false;
  /** What is being handled, and what is being committed. */
  readonly #inHand = new Set<Promise<unknown>>();

  constructor(place: StreamPlace) {
    this.#place = place;
    const producer = new Producer({
      ...clientOf(place),
      // What is sent twice is stored once, and counts when all copies in sync have it.
      ...{ idempotent: true, acks: ProduceAcks.ALL, serializers: stringSerializers },
    });
    this.#producer = producer;
    this.#send = together((messages) => producer.send({ messages }));
  }

  append(event: BusEvent, key: string): Promise<void> {
    return this.#send({ topic: this.#place.name, key, value: JSON.stringify(event) });
  }

  bury(event: BusEvent, reason: string): Promise<void> {
    const [topic, value] = [deadOf(this.#place), JSON.stringify(event)];
    return this.#send({ topic, key: event.id, value, headers: { reason } });
  }

  async follow(group: string, member: string, handle: Handle): Promise<void> {
    const consumer = this.#join(`${this.#place.name}.${group}`, member);
    const stream = await consumer.consume({
      topics: [this.#place.name],
      mode: MessagesStreamModes.COMMITTED,
      fallbackMode: MessagesStreamFallbackModes.EARLIEST,
    });
    this.#read(stream, async (message) => {
      await handle(JSON.parse(message.value));
      // The next event need not wait: a later commit says the same and more.
      this.#keep(message.commit());
    });
  }

  async replay(handle: Handle): Promise<void> {
    const topics = [this.#place.name];
    const consumer = this.#join(`${this.#place.name}.${randomUUID()}`);
    const ends = (await consumer.listOffsets({ topics })).get(this.#place.name) ?? [];
    let past = ends.reduce((sum, end) => sum + end, 0n);
    const stream = await consumer.consume({ topics, mode: MessagesStreamModes.EARLIEST });
    await new Promise<void>((caughtUp) => {
      if (past === 0n) caughtUp();
      this.#read(stream, async ({ value, partition, offset }) => {
        await handle(JSON.parse(value));
        if (offset < (ends[partition] ?? 0n) && --past === 0n) caughtUp();
      });
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all(this.#inHand);
    // A consumer closes its stream, too: true.
    await Promise.all(this.#consumers.map((consumer) => consumer.close(true)));
    await this.#producer.close();
  }

  /** A member with a name gets its partitions back at once, also when it was killed. */
  #join(groupId: string, member?: string): Members {
    const consumer = new Consumer({
      ...clientOf(this.#place),
      ...{ groupId, autocommit: false, deserializers: stringDeserializers },
      // Whoever is silent for that long counts as dead; a broker allows 6 s and more by default.
      ...{ sessionTimeout: 10_000, heartbeatInterval: 2_000 },
      ...(member && { groupInstanceId: `${groupId}.${member}` }),
    });
    this.#consumers.push(consumer);
    return consumer;
  }

  async #read(
    stream: AsyncIterable<Texts>,
    handle: (message: Texts) => Promise<void>,
  ): Promise<void> {
    for await (const message of stream) {
      if (!this.#closing) await this.#keep(handle(message));
    }
  }

  async #keep(work: unknown): Promise<void> {
    const inHand = Promise.resolve(work).finally(() => this.#inHand.delete(inHand));
    this.#inHand.add(inHand);
    await inHand;
  }
}

function clientOf({ url, name }: StreamPlace) {
  // While the broker is away, it is asked again every second.
  return { clientId: name, bootstrapBrokers: url.split(","), retries: 60 };
}

function deadOf({ name }: StreamPlace): string {
  return `${name}.dead`;
}

function isThere(error: unknown): boolean {
  return (
    error instanceof MultipleErrors &&
    error.findBy("apiId", "TOPIC_ALREADY_EXISTS") !== null
  );
}
