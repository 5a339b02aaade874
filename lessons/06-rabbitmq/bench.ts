/** What the guarantees cost: the same work with bare amqplib, confirms one by one, and prefetch. */
import type { Channel, ChannelModel } from "amqplib";
import kleur from "kleur";
import { findBroker } from "#broker/find-broker";
import { type BusEvent, createEvent } from "#bus/contract";
import { connect } from "#bus/rabbit-connection";
import { RabbitConsumer } from "#bus/rabbit-consumer";
import { deadLetterQueueOf } from "#bus/rabbit-contract";
import { RabbitPublisher } from "#bus/rabbit-publisher";
import { RabbitConsumer as YourConsumer } from "#lesson/06-rabbitmq/rabbit-consumer.ts";
import { RabbitPublisher as YourPublisher } from "#lesson/06-rabbitmq/rabbit-publisher.ts";
import { isFinished, median, rounded, table } from "../../shared/bench/measure.ts";

const broker = await findBroker({ say: console.log });
const connection = await connect(broker.url);
const exchange = `bench-${process.pid}`;
const queue = `${exchange}.queue`;
const admin = await connection.createConfirmChannel();
const user = { userId: 7, email: "ann@example.com" };

/** Sends `count` events, and resolves when all are confirmed. */
type Sender = (events: BusEvent[]) => Promise<unknown>;
/** Takes `count` events from the queue, and resolves when all are acknowledged. */
type Taker = (count: number) => Promise<unknown>;

function eventsOf(count: number): BusEvent[] {
  return Array.from({ length: count }, () => createEvent("user.registered", user));
}

function propertiesOf({ id }: BusEvent) {
  const contentType = "application/json";
  return { persistent: true, mandatory: true, messageId: id, contentType };
}

/** What one would write without this lesson, with the same guarantees. */
async function bareSender(window: number): Promise<Sender> {
  const channel = await connection.createConfirmChannel();
  const returned = new Set<string>();
  channel.on("return", ({ properties }) => returned.add(properties.messageId));
  return (events) =>
    new Promise<void>((resolve, reject) => {
      let next = 0;
      let onTheWay = 0;
      const send = () => {
        for (; onTheWay < window && next < events.length; next++) {
          const event = events[next] as BusEvent;
          const content = Buffer.from(JSON.stringify(event));
          onTheWay += 1;
          channel.publish(exchange, event.name, content, propertiesOf(event), (error) => {
            onTheWay -= 1;
            if (error || returned.delete(event.id)) return reject(error);
            if (next === events.length && onTheWay === 0) resolve();
            else send();
          });
        }
      };
      send();
    });
}

async function sender(
  Publisher: typeof RabbitPublisher | typeof YourPublisher,
  window: number,
): Promise<Sender> {
  const publisher = await Publisher.open(connection, {
    exchange,
    window,
    mandatory: true,
  });
  return (events) => Promise.all(events.map((event) => publisher.publish(event)));
}

function bareTaker(prefetch: number, work: () => unknown): Taker {
  return async (count) => {
    const channel = await connection.createChannel();
    await channel.prefetch(prefetch);
    await new Promise<void>((resolve) => {
      let done = 0;
      const handle = async (message: Parameters<Channel["ack"]>[0]) => {
        JSON.parse(message.content.toString("utf8"));
        await work();
        channel.ack(message);
        done += 1;
        if (done === count) resolve();
      };
      channel.consume(queue, (message) => message && handle(message));
    });
    await channel.close();
  };
}

function taker(
  Consumer: { open: (typeof RabbitConsumer)["open"] | (typeof YourConsumer)["open"] },
  prefetch: number,
  work: () => unknown,
): Taker {
  return async (count) => {
    let close = () => {};
    const all = new Promise<void>((resolve) => {
      close = resolve;
    });
    let done = 0;
    const consumer = await Consumer.open(
      connection,
      { exchange, queue, patterns: ["#"], prefetch },
      async () => {
        await work();
        done += 1;
        if (done === count) close();
      },
    );
    await all;
    await consumer.close();
  };
}

/** Runs contenders in turns, and prints the median of the rounds. */
async function race(
  title: string,
  contenders: Record<string, () => Promise<number>>,
): Promise<void> {
  const speeds = Object.keys(contenders).map((name) => ({ name, all: [] as number[] }));
  for (let round = 0; round < 5; round++) {
    for (const { name, all } of speeds) all.push((await contenders[name]?.()) ?? 0);
  }
  const first = median(speeds[0]?.all ?? []);
  const rows = speeds.map(({ name, all }) => [
    name,
    rounded(median(all)),
    `${(median(all) / first).toFixed(2)} ×`,
  ]);
  console.log(`\n${table([kleur.bold(title), "events/s", "ratio"], rows)}`);
}

/** Events per second; the queue is empty afterwards. */
function sending(send: Sender, count: number): () => Promise<number> {
  return async () => {
    const events = eventsOf(count);
    const start = process.hrtime.bigint();
    await send(events);
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    await admin.purgeQueue(queue);
    return count / seconds;
  };
}

/** Events per second, from a queue that is filled beforehand. */
function taking(take: Taker, count: number): () => Promise<number> {
  return async () => {
    for (const event of eventsOf(count)) {
      const content = Buffer.from(JSON.stringify(event));
      admin.publish(exchange, event.name, content, propertiesOf(event));
    }
    await admin.waitForConfirms();
    const start = process.hrtime.bigint();
    await take(count);
    return count / (Number(process.hrtime.bigint() - start) / 1e9);
  };
}

async function setUp(connection: ChannelModel): Promise<void> {
  const first = await RabbitConsumer.open(
    connection,
    { exchange, queue, patterns: ["#"] },
    () => {},
  );
  await first.close();
}

await setUp(connection);
const yours = await isFinished("your code", async () => {
  await (await sender(YourPublisher, 1))(eventsOf(1));
  await taker(YourConsumer, 1, () => {})(1);
});

await race("publish, confirmed, mandatory, persistent, window of 256", {
  "bare amqplib": sending(await bareSender(256), 5_000),
  "the reference": sending(await sender(RabbitPublisher, 256), 5_000),
  ...(yours
    ? { "your publisher": sending(await sender(YourPublisher, 256), 5_000) }
    : {}),
});
await race("publish: how many may be on their way", {
  "one at a time": sending(await sender(RabbitPublisher, 1), 300),
  "window of 16": sending(await sender(RabbitPublisher, 16), 2_000),
  "window of 256": sending(await sender(RabbitPublisher, 256), 5_000),
});
const nothing = () => {};
await race("consume, acknowledged, prefetch 100", {
  "bare amqplib": taking(bareTaker(100, nothing), 5_000),
  "the reference": taking(taker(RabbitConsumer, 100, nothing), 5_000),
  ...(yours ? { "your consumer": taking(taker(YourConsumer, 100, nothing), 5_000) } : {}),
});
const fiveMs = () => new Promise((resolve) => setTimeout(resolve, 5));
await race("consume, 5 ms of work each", {
  "prefetch 1": taking(taker(RabbitConsumer, 1, fiveMs), 100),
  "prefetch 10": taking(taker(RabbitConsumer, 10, fiveMs), 1_000),
  "prefetch 100": taking(taker(RabbitConsumer, 100, fiveMs), 4_000),
});

await admin.deleteQueue(queue);
await admin.deleteQueue(deadLetterQueueOf(queue));
await admin.deleteExchange(exchange);
await connection.close();
await broker.stop();
