import type { Channel, ChannelModel } from "amqplib";
import type { BusEvent } from "#bus/contract";
import { EventQueue } from "#bus/event-queue";
import * as rabbit from "#bus/rabbit-contract";
import { todo } from "#todo";

/** Publishes events over one connection, and knows of each whether the broker has stored it. */
export class RabbitPublisher implements rabbit.EventPublisher {
  // Your fields go here: what does the publisher have to remember?

  /**
   * Opens a channel on the connection, and makes the exchange if it is missing.
   *
   * @throws RangeError if the window is not a whole number of 1 or more
   * @throws Error if there is an exchange of this name that is not a durable topic exchange
   */
  static async open(
    connection: ChannelModel,
    options: rabbit.PublisherOptions,
  ): Promise<RabbitPublisher> {
    const { exchange, mandatory, window } = rabbit.publisherSettings(options);
    // Step 3: make a confirm channel instead, a `ConfirmChannel`.
    // Step 4: listen for what comes back.
    return todo(1, "open a channel, make the exchange, and return a new RabbitPublisher");
  }

  publish(event: BusEvent): Promise<void> {
    // Step 3: resolve when the broker has confirmed it.
    // Step 4: an event that came back is an UnroutableError.
    // Step 5: an event for which the window has no room waits its turn.
    // Step 8: after close, reject.
    return todo(1, "send the event as JSON, under its name");
  }

  flush(): Promise<void> {
    return todo(8, "wait until every event published so far has its outcome");
  }

  close(): Promise<void> {
    return todo(8, "flush, then close the channel; do not wait for a blocked broker");
  }
}
