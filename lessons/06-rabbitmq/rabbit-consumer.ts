import type { Channel, ChannelModel, ConsumeMessage } from "amqplib";
import * as rabbit from "#bus/rabbit-contract";
import { todo } from "#todo";

/** Takes events from a queue over one connection, and acknowledges each when its work is done. */
export class RabbitConsumer implements rabbit.EventConsumer {
  // Your fields go here: what does the consumer have to remember?

  /**
   * Opens a channel on the connection, makes the exchange and the queues if they are missing, and
   * begins to take events.
   *
   * @throws RangeError if `prefetch` is not a whole number of 1 or more
   * @throws Error if the exchange or a queue is there already, and was made differently
   */
  static async open(
    connection: ChannelModel,
    options: rabbit.ConsumerOptions,
    work: rabbit.Work,
  ): Promise<RabbitConsumer> {
    const { exchange, queue, patterns, ...rest } = rabbit.consumerSettings(options);
    // Step 6: acknowledge when the work is done; tell the broker the prefetch.
    // Step 7: make the dead-letter queue, too; work that fails is told to onError and rejected.
    // Step 7: when no more will come, tell onLost.
    // Step 8: keep what close has to wait for, from the moment a message comes.
    return todo(
      1,
      "make and bind the queue, give what comes to work, and return a RabbitConsumer",
    );
  }

  close(): Promise<void> {
    return todo(8, "cancel, finish what is in hand, close the channel");
  }
}
