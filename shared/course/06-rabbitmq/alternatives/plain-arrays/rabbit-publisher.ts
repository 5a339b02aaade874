import type { ChannelModel, ConfirmChannel } from "amqplib";
import type { BusEvent } from "#bus/contract";
import {
  closeChannel,
  type EventPublisher,
  type PublisherOptions,
  publisherSettings,
  UnroutableError,
  unlessBlocked,
} from "#bus/rabbit-contract";

interface Item {
  event: BusEvent;
  isBack: boolean;
  done(error?: unknown): void;
}

/** Two arrays: what waits, and what is on its way, where what came back is marked. */
export class RabbitPublisher implements EventPublisher {
  private waiting: Item[] = [];
  private onItsWay: Item[] = [];
  private unsettled: Promise<void>[] = [];
  private ending: Promise<void> | null = null;

  private readonly channel: ConfirmChannel;
  private readonly options: Required<PublisherOptions>;

  private constructor(channel: ConfirmChannel, options: Required<PublisherOptions>) {
    this.channel = channel;
    this.options = options;
  }

  static async open(
    connection: ChannelModel,
    options: PublisherOptions,
  ): Promise<RabbitPublisher> {
    const all = publisherSettings(options);
    const channel = await connection.createConfirmChannel();
    const publisher = new RabbitPublisher(channel, all);
    channel.on("error", () => undefined);
    channel.on("return", ({ properties }) => {
      const item = publisher.onItsWay.find(
        ({ event, isBack }) => event.id === properties.messageId && !isBack,
      );
      if (item) item.isBack = true;
    });
    await channel.assertExchange(all.exchange, "topic", { durable: true });
    return publisher;
  }

  async publish(event: BusEvent): Promise<void> {
    if (this.ending !== null) throw new Error("The publisher was closed.");
    const outcome = new Promise<void>((resolve, reject) => {
      const done = (error?: unknown) => (error ? reject(error) : resolve());
      this.waiting.push({ event, isBack: false, done });
    });
    this.unsettled.push(outcome);
    this.sendSome();
    try {
      await outcome;
    } finally {
      this.unsettled = this.unsettled.filter((one) => one !== outcome);
    }
  }

  async flush(): Promise<void> {
    for (const one of [...this.unsettled]) await one.catch(() => undefined);
  }

  async close(): Promise<void> {
    this.ending ??= unlessBlocked(this.channel, this.flush()).then(() =>
      closeChannel(this.channel),
    );
    return this.ending;
  }

  private sendSome(): void {
    for (;;) {
      if (this.onItsWay.length >= this.options.window) return;
      const item = this.waiting.shift();
      if (item === undefined) return;
      try {
        this.send(item);
        this.onItsWay.push(item);
      } catch (error) {
        item.done(error);
      }
    }
  }

  private send(item: Item): void {
    const { exchange, mandatory } = this.options;
    const { id, name } = item.event;
    const body = Buffer.from(JSON.stringify(item.event), "utf8");
    const properties = {
      ...{ mandatory, messageId: id, deliveryMode: 2 },
      contentType: "application/json",
      timestamp: Math.floor(item.event.timestamp / 1_000),
    };
    this.channel.publish(exchange, name, body, properties, (error: unknown) => {
      this.onItsWay.splice(this.onItsWay.indexOf(item), 1);
      item.done(item.isBack ? new UnroutableError(item.event) : error);
      this.sendSome();
    });
  }
}
