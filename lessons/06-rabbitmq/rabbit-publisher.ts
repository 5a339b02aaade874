import type { ChannelModel, ConfirmChannel } from "amqplib";
import type { BusEvent } from "#bus/contract";
import {
  closeChannel,
  type EventPublisher,
  type PublisherOptions,
  UnroutableError,
} from "#bus/rabbit-contract";
import { todo } from "#todo";

/** Publishes events over one connection, and knows of each whether the broker has stored it. */
export class RabbitPublisher implements EventPublisher {
  // Your fields go here: what does the publisher have to remember?

  /**
   * Opens a channel on the connection, and makes the exchange if it is missing.
   *
   * @throws RangeError if the window is not a whole number, 1 or more
   * @throws Error if there is an exchange of this name that is no durable topic exchange
   */
  static async open(
    connection: ChannelModel,
    options: PublisherOptions,
  ): Promise<RabbitPublisher> {
    // Step 3: listen for what comes back.
    if (options.window !== undefined)
      todo(4, "let no more events be on their way than the window allows");
    if (options.mandatory) todo(3, "fail an event that the broker returns");
    return todo(2, "open a confirm channel, and make the exchange");
  }

  publish(event: BusEvent): Promise<void> {
    // Step 3: an event that came back is an UnroutableError.
    // Step 4: those that do not fit wait their turn; who fails makes room, too.
    return todo(2, "send the event as JSON; resolve when the broker has confirmed it");
  }

  flush(): Promise<void> {
    return todo(4, "wait until every event published so far has its outcome");
  }

  close(): Promise<void> {
    return todo(4, "flush, then close the channel with closeChannel");
  }
}
