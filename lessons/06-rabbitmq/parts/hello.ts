/** One event through a broker, with amqplib. */
import { connect } from "amqplib";
import { createEvent } from "#bus/contract";
import { deadLetterQueueOf, queueOptions, readEvent } from "#bus/rabbit-contract";
import { someBroker } from "../part.ts";

const broker = await someBroker();
const exchange = `hello-${process.pid}`;
const queue = `${exchange}.email-worker`;

// #region hello
const connection = await connect(broker.url);
const channel = await connection.createChannel();
await channel.assertExchange(exchange, "topic", { durable: true });
await channel.assertQueue(queue, queueOptions(queue));
await channel.bindQueue(queue, exchange, "user.*");

const event = createEvent("user.registered", { email: "ann@example.com" });
channel.publish(exchange, event.name, Buffer.from(JSON.stringify(event)));

const read = (message: { content: Buffer } | null) => {
  if (message) console.log("heard", readEvent(message.content));
};
await channel.consume(queue, read, { noAck: true });
// #endregion

// What was published before comes before the answer to this.
await channel.checkQueue(queue);
for (const each of [queue, deadLetterQueueOf(queue)]) await channel.deleteQueue(each);
await channel.deleteExchange(exchange);
await connection.close();
await broker.stop();
