import kleur from "kleur";
import { findServer, startPrivateNode } from "#broker/private-node";
import { type BusEvent, createEvent } from "#bus/contract";
import { deadLetterQueueOf, UnroutableError } from "#bus/rabbit-contract";
import { connect } from "#lesson/06-rabbitmq/rabbit-connection.ts";
import { RabbitConsumer } from "#lesson/06-rabbitmq/rabbit-consumer.ts";
import { RabbitPublisher } from "#lesson/06-rabbitmq/rabbit-publisher.ts";
import { powerCut } from "./further/power-cut.ts";
import { someBroker } from "./part.ts";

function say(who: string, what: string): void {
  console.log(`  ${kleur.cyan(who.padEnd(18))} ${what}`);
}

function chapter(title: string): void {
  console.log(`\n${kleur.bold(title)}`);
}

/** A promise that resolves when `told` was called `count` times. */
function countdown(count: number): { done: Promise<void>; told: () => void } {
  let left = count;
  let finish = () => {};
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return {
    done,
    told() {
      left -= 1;
      if (left === 0) finish();
    },
  };
}

const broker = await someBroker({ say: (line) => say("looking", line) });
say("RabbitMQ", broker.origin);
const connection = await connect(broker.url);
// Names of its own, so that the demonstration meets nobody else's events, and leaves none behind.
const exchange = `demo-${process.pid}`;
const queues = {
  email: `${exchange}.email-worker`,
  analytics: `${exchange}.analytics-worker`,
};

try {
  chapter("Nobody waits yet");
  const early = createEvent("user.registered", { email: "early@example.com" });
  const trusting = await RabbitPublisher.open(connection, { exchange });
  await trusting.publish(early);
  say("producer", "user.registered is published, and stored nowhere");
  const publisher = await RabbitPublisher.open(connection, { exchange, mandatory: true });
  await publisher.publish(early).catch((error) => {
    if (!(error instanceof UnroutableError)) throw error;
    say("producer", "sent with mandatory, it comes back: no queue waits for it");
  });

  chapter("Two workers, a queue each: both hear every event");
  const heard = countdown(6);
  const tell = (who: string) => (event: BusEvent) => {
    say(who, `${event.name} ${kleur.dim(JSON.stringify(event.data))}`);
    heard.told();
  };
  // #region consume
  const emailWorker = await RabbitConsumer.open(
    connection,
    {
      exchange,
      queue: queues.email,
      patterns: ["user.registered"],
      prefetch: 1,
    },
    tell("email-worker"),
  );
  await RabbitConsumer.open(
    connection,
    { exchange, queue: queues.analytics, patterns: ["user.*"] },
    tell("analytics-worker"),
  );
  // #endregion
  const names = ["ann", "bo", "cy"];
  const users = names.map((name) => ({ email: `${name}@example.com` }));
  const events = users.map((user) => createEvent("user.registered", user));
  await Promise.all(events.map((event) => publisher.publish(event)));
  say("producer", `${events.length} events are published`);
  await heard.done;

  chapter("A worker goes home; its queue waits for it");
  await emailWorker.close();
  say("email-worker", "finished what was in hand, and is gone");
  await publisher.publish(createEvent("user.registered", { email: "dee@example.com" }));
  say("producer", "user.registered is published");
  const back = countdown(1);
  await RabbitConsumer.open(
    connection,
    {
      ...{ exchange, queue: queues.email, patterns: ["user.registered"] },
      onError: (error) => {
        say("email-worker", kleur.red((error as Error).message));
      },
    },
    ({ data }) => {
      const { email } = data as { email: string };
      if (!email.includes("@")) throw new Error(`no such address: ${email}`);
      say("email-worker", `is back, and finds ${email}`);
      back.told();
    },
  );
  await back.done;

  chapter("Work that fails goes to the dead-letter queue, and does not spin");
  await publisher.publish(createEvent("user.registered", { email: "nowhere" }));
  await deadLetter();
  await publisher.close();
} finally {
  await tidyUp();
  await connection.close();
  await broker.stop();
}

if (findServer()) {
  chapter("The power fails in the middle of 6,000 publishes");
  say("RabbitMQ", "starting one that may be killed (about ten seconds) …");
  const node = await startPrivateNode();
  try {
    const ledger = await powerCut(node, {
      say: (line) => say("RabbitMQ", line),
    });
    for (const row of ledger) {
      const { queue, published, confirmed, delivered, duplicates, lost } = row;
      say(
        queue,
        `published ${published}, confirmed ${confirmed}, delivered ${delivered}`,
      );
      say("", `duplicates dropped ${duplicates}, ${kleur.green(`lost ${lost}`)}`);
    }
  } finally {
    await node.stop();
  }
}

/** Waits for a dead letter, and shows why it is there. */
async function deadLetter(): Promise<void> {
  const channel = await connection.createChannel();
  for (;;) {
    const message = await channel.get(deadLetterQueueOf(queues.email), { noAck: true });
    if (message) {
      const [death] = message.properties.headers?.["x-death"] ?? [];
      say("dead letters", `1, ${death?.reason} by ${death?.queue.split(".").at(-1)}`);
      return channel.close();
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function tidyUp(): Promise<void> {
  const channel = await connection.createChannel();
  for (const queue of Object.values(queues)) {
    await channel.deleteQueue(queue);
    await channel.deleteQueue(deadLetterQueueOf(queue));
  }
  await channel.deleteExchange(exchange);
  await channel.close();
}
