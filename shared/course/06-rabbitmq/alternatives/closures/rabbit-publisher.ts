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

type Channel = Pick<ConfirmChannel, "publish">;

/** An array of those who wait, a promise chain instead of counters where it can be had. */
export class RabbitPublisher implements EventPublisher {
  private free: number;
  private readonly line: (() => void)[] = [];
  private readonly back = new Map<string, number>();
  private soFar: Promise<unknown> = Promise.resolve();
  private ended?: Promise<void>;

  static async open(
    connection: ChannelModel,
    options: PublisherOptions,
  ): Promise<RabbitPublisher> {
    const { exchange, mandatory, window } = publisherSettings(options);
    const channel = await connection.createConfirmChannel();
    channel.on("error", () => undefined);
    await channel.assertExchange(exchange, "topic");
    const publisher = new RabbitPublisher(
      channel,
      (last) => unlessBlocked(channel, last).then(() => closeChannel(channel)),
      exchange,
      mandatory,
      window,
    );
    channel.on("return", (message) => {
      const id: string = message.properties.messageId;
      publisher.back.set(id, (publisher.back.get(id) ?? 0) + 1);
    });
    return publisher;
  }

  private readonly channel: Channel;
  private readonly end: (last: Promise<void>) => Promise<void>;
  private readonly exchange: string;
  private readonly mandatory: boolean;

  private constructor(
    channel: Channel,
    end: (last: Promise<void>) => Promise<void>,
    exchange: string,
    mandatory: boolean,
    window: number,
  ) {
    this.channel = channel;
    this.end = end;
    this.exchange = exchange;
    this.mandatory = mandatory;
    this.free = window;
  }

  publish(event: BusEvent): Promise<void> {
    if (this.ended) return Promise.reject(new Error("Nobody is here any more."));
    const before = this.soFar;
    const outcome = this.inTurn(event);
    const settled = () => before;
    this.soFar = outcome.then(settled, settled);
    return outcome;
  }

  async flush(): Promise<void> {
    await this.soFar;
  }

  async close(): Promise<void> {
    this.ended ??= this.end(this.flush());
    await this.ended;
  }

  private async inTurn(event: BusEvent): Promise<void> {
    const body = Buffer.from(JSON.stringify(event), "utf8");
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((go) => this.line.push(go));
    await this.confirmed(event, body);
  }

  private async confirmed(event: BusEvent, body: Buffer): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.channel.publish(
          this.exchange,
          event.name,
          body,
          { deliveryMode: 2, mandatory: this.mandatory, messageId: event.id },
          (error: Error | null) => (error === null ? resolve() : reject(error)),
        );
      });
    } finally {
      const next = this.line.shift();
      if (next) next();
      else this.free += 1;
    }
    const times = this.back.get(event.id) ?? 0;
    if (times === 0) return;
    if (times === 1) this.back.delete(event.id);
    else this.back.set(event.id, times - 1);
    throw new UnroutableError(event);
  }
}
