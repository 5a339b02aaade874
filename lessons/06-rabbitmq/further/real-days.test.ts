// Days made up by chance, played with the reference on a real RabbitMQ and on the one in memory: the
// two must answer alike. Five days, or as many as WORKBOOK_REAL_DAYS says.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { connect as amqpConnect, type ChannelModel } from "amqplib";
import fc from "fast-check";
import { StandIn } from "#broker/stand-in";
import { createEvent } from "#bus/contract";
import { RabbitConsumer } from "#bus/rabbit-consumer";
import { deadLetterQueueOf } from "#bus/rabbit-contract";
import { RabbitPublisher } from "#bus/rabbit-publisher";
import { brokerTest } from "./broker-test.ts";
import { findTestBroker } from "./test-desk.ts";

await findTestBroker();

const does = [
  "publish",
  "publish to nobody",
  "publish to a full queue",
  "publish what JSON cannot hold",
  "finish",
  "fail",
  "acknowledge twice",
  "lose the queue",
  "lose the exchange",
  "restart the consumer",
  "make the queue differently",
  "make the exchange differently",
] as const;
type Does = (typeof does)[number];
interface Day {
  mandatory: boolean;
  prefetch: number;
  commands: Does[];
}

const days: fc.Arbitrary<Day> = fc.record({
  mandatory: fc.boolean(),
  prefetch: fc.integer({ min: 1, max: 3 }),
  commands: fc.array(
    fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom("publish", "publish", "finish", "fail") },
      { weight: 1, arbitrary: fc.constantFrom(...does) },
    ) as fc.Arbitrary<Does>,
    { minLength: 4, maxLength: 14 },
  ),
});

/** Plays a day, and returns a line for whatever could be seen of it. */
async function play(connect: () => Promise<ChannelModel>, day: Day): Promise<string[]> {
  const exchange = `day-${randomUUID()}`;
  const queue = `${exchange}.worker`;
  const [connection, eyes] = [await connect(), await connect()];
  connection.on("error", () => {});
  const seen: string[] = [];
  const jobs: { tag: number; end: (error?: Error) => void }[] = [];
  let tags = 0;
  const open = () =>
    RabbitConsumer.open(
      connection,
      {
        ...{ exchange, queue, patterns: ["user.*"], prefetch: day.prefetch },
        onError: (error) => seen.push(`onError: ${(error as Error).message}`),
        onLost: () => seen.push("onLost"),
      },
      (_event, message) =>
        new Promise<void>((resolve, reject) => {
          tags += 1;
          seen.push(`work ${tags}, redelivered ${message.fields.redelivered}`);
          jobs.push({ tag: tags, end: (error) => (error ? reject(error) : resolve()) });
        }),
    );
  // Two lines speak in no order between them: what was asked for comes after the rest.
  const answers: string[] = [];
  const ask = async (
    what: string,
    action: (
      channel: Awaited<ReturnType<ChannelModel["createChannel"]>>,
    ) => Promise<unknown>,
  ) => {
    const channel = await eyes.createChannel();
    channel.on("error", () => {});
    const answer = await action(channel).then(
      () => "ok",
      (error: Error) => `refused, ${/\b[45]\d\d\b/.exec(error.message)?.[0]}`,
    );
    if (answer === "ok") await channel.close();
    answers.push(`${what}: ${answer}`);
  };
  /** What was said on one line is done when three more answers have come on both. */
  const settle = async () => {
    for (let time = 0; time < 3; time++) {
      for (const one of [connection, eyes]) await (await one.createChannel()).close();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const publisher = await RabbitPublisher.open(connection, { exchange, ...day });
  let consumer = await open();
  await ask("a full queue", (channel) =>
    channel.assertQueue(`${exchange}.full`, {
      durable: true,
      arguments: { "x-max-length": 0, "x-overflow": "reject-publish" },
    }),
  );
  await ask("its binding", (channel) =>
    channel.bindQueue(`${exchange}.full`, exchange, "stock.low"),
  );
  const publish = async (name: string, data: unknown) => {
    const outcome = await publisher.publish(createEvent(name, data)).then(
      () => "resolved",
      (error: Error) => error.name,
    );
    seen.push(`publish of ${name}: ${outcome}`);
  };
  const run: Record<Does, () => Promise<unknown>> = {
    publish: () => publish("user.registered", {}),
    "publish to nobody": () => publish("order.created", {}),
    "publish to a full queue": () => publish("stock.low", {}),
    "publish what JSON cannot hold": () => publish("user.registered", 7n),
    finish: async () => jobs.shift()?.end(),
    fail: async () => jobs.shift()?.end(new Error("no paper")),
    "acknowledge twice": () =>
      ask("an acknowledgement of nothing", async (channel) => {
        channel.ack({ fields: { deliveryTag: 99 } } as never);
        await channel.checkExchange(exchange);
      }),
    "lose the queue": () => ask("delete", (channel) => channel.deleteQueue(queue)),
    "lose the exchange": () =>
      ask("delete", (channel) => channel.deleteExchange(exchange)),
    "restart the consumer": async () => {
      for (const { end } of jobs.splice(0)) end();
      await consumer.close();
      consumer = await open();
    },
    "make the queue differently": () =>
      ask("another queue", (channel) =>
        channel.assertQueue(`${queue}.dead`, {
          durable: true,
          arguments: { "x-max-length": 5 },
        }),
      ),
    "make the exchange differently": () =>
      ask("another exchange", (channel) => channel.assertExchange(exchange, "fanout")),
  };
  for (const command of day.commands) {
    seen.push(`— ${command}`);
    await run[command]();
    await settle();
    seen.push(...answers.splice(0));
  }
  for (const { end } of jobs.splice(0)) end();
  await consumer.close().catch(() => {});
  await publisher.close();
  await settle();
  const channel = await eyes.createChannel();
  channel.on("error", () => {});
  // The real broker moves what was rejected in its own time.
  let messageCount = -1;
  for (let still = 0; still < 10; still++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    const before = messageCount;
    ({ messageCount } = await channel.checkQueue(deadLetterQueueOf(queue)));
    if (before !== messageCount) still = 0;
  }
  seen.push(`dead letters: ${messageCount}`);
  for (const name of [queue, deadLetterQueueOf(queue), `${exchange}.full`])
    await channel.deleteQueue(name);
  await channel.deleteExchange(exchange);
  await Promise.all([connection.close(), eyes.close()]);
  return seen;
}

brokerTest(
  "on any day, the broker in memory answers as the real one does",
  async ({ url }, t) => {
    const numRuns = Number(process.env.WORKBOOK_REAL_DAYS ?? 5);
    const seed = Number(process.env.WORKBOOK_SEED ?? 7);
    for (const day of fc.sample(days, { numRuns, seed })) {
      const standIn = new StandIn();
      const inMemory = await play(async () => (await standIn.connect()).connection, day);
      const real = await play(() => amqpConnect(url), day);
      assert.deepEqual(inMemory, real);
    }
    t.diagnostic(`${numRuns} days`);
  },
);
