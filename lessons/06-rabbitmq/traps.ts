/** The ways in which code for a broker goes wrong, each shown going wrong on a real one. */
import { connect as amqpConnect, type Channel } from "amqplib";
import { findBroker } from "#broker/find-broker";

const broker = await findBroker({ say: console.log });
const connection = await amqpConnect(broker.url);
const admin = await connection.createConfirmChannel();
const exchange = `traps-${process.pid}`;
const queues: string[] = [];
const message = Buffer.from("{}");

async function newQueue(name: string, options = {}): Promise<string> {
  const { queue } = await admin.assertQueue(`${exchange}.${name}`, options);
  queues.push(queue);
  return queue;
}

async function fill(queue: string, count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    admin.sendToQueue(queue, message, { persistent: true });
  }
  await admin.waitForConfirms();
}

const waiting = async (queue: string) => (await admin.checkQueue(queue)).messageCount;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

console.log("Publish 1,000, then close the connection:");
{
  const queue = await newQueue("close");
  // #region close
  const hasty = await amqpConnect(broker.url);
  const channel = await hasty.createChannel();
  for (let number = 0; number < 1_000; number++) {
    channel.sendToQueue(queue, message);
  }
  await hasty.close();
  // #endregion
  console.log(`  arrived: ${await waiting(queue)}`);
}

console.log("\nPublish to an exchange that no queue is bound to:");
{
  await admin.assertExchange(exchange, "topic");
  // #region unroutable
  const confirmed = await new Promise((resolve) => {
    admin.publish(exchange, "user.registered", message, {}, (error) => resolve(!error));
  });
  // #endregion
  console.log(`  confirmed: ${confirmed}; stored: nowhere`);
}

console.log("\nPut what failed back into the queue, for half a second:");
{
  const queue = await newQueue("requeue");
  let deliveries = 0;
  const channel = await connection.createChannel();
  // #region requeue
  await channel.consume(queue, (poison) => {
    deliveries += 1;
    if (poison) channel.nack(poison, false, true);
  });
  // #endregion
  await fill(queue, 1);
  await pause(500);
  await channel.close();
  console.log(`  one message, delivered ${deliveries.toLocaleString("en")} times`);
}

console.log("\nConsume without a prefetch:");
{
  const queue = await newQueue("prefetch");
  await fill(queue, 5_000);
  let inHand = 0;
  const channel = await connection.createChannel();
  await channel.consume(queue, () => {
    inHand += 1;
  });
  while (inHand < 5_000) await pause(10);
  console.log(
    `  in this worker's memory, unacknowledged: ${inHand.toLocaleString("en")}`,
  );
  await channel.close();
}

console.log("\nThrow in a consumer:");
{
  const queue = await newQueue("throw");
  const channel = await connection.createChannel();
  channel.on("error", (error: Error) =>
    console.log(`  the channel is closed: ${error.message}`),
  );
  // #region throw
  await channel.consume(queue, () => {
    throw new Error("printer on fire");
  });
  // #endregion
  const closed = new Promise((resolve) => channel.once("close", resolve));
  await fill(queue, 3);
  await closed;
  console.log(
    `  the worker lives, hears nothing more, and ${await waiting(queue)} messages wait`,
  );
}

console.log("\nOne retry queue, and a time to live for each message:");
{
  const queue = await newQueue("ttl");
  admin.sendToQueue(queue, message, { expiration: 60_000 });
  admin.sendToQueue(queue, message, { expiration: 1 });
  await admin.waitForConfirms();
  await pause(200);
  console.log(
    `  the second was due after 1 ms; after 200 ms there wait: ${await waiting(queue)}`,
  );
}

console.log("\nTwo workers on one queue:");
{
  const queue = await newQueue("shared");
  const heard = [0, 0];
  const channels: Channel[] = [];
  for (const worker of [0, 1]) {
    const channel = await connection.createChannel();
    await channel.consume(queue, () => (heard[worker] = (heard[worker] ?? 0) + 1), {
      noAck: true,
    });
    channels.push(channel);
  }
  await fill(queue, 10);
  await pause(100);
  console.log(`  of 10 events they hear ${heard.join(" and ")}: they share`);
  for (const channel of channels) await channel.close();
}

for (const queue of queues) await admin.deleteQueue(queue);
await admin.deleteExchange(exchange);
await connection.close();
await broker.stop();
