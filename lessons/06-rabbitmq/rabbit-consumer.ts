import type { Channel, ChannelModel, ConsumeMessage } from "amqplib";
import {
  type ConsumerOptions,
  closeChannel,
  deadLetterQueueOf,
  type EventConsumer,
  type OnFailure,
  type OnLost,
  readEvent,
  reportFailure,
  type Work,
} from "#bus/rabbit-contract";
import { todo } from "#todo";

/** Takes events from a queue over one connection, and acknowledges each when its work is done. */
export class RabbitConsumer implements EventConsumer {
  // Your fields go here: what does the consumer have to remember?

  /**
   * Opens a channel on the connection, makes the exchange and the queues if they are missing, and
   * begins to take events.
   *
   * @throws RangeError if `prefetch` is not a whole number, 1 or more
   * @throws Error if there is an exchange or a queue of such a name that was made differently
   */
  static async open(
    connection: ChannelModel,
    options: ConsumerOptions,
    work: Work,
  ): Promise<RabbitConsumer> {
    // Step 8: keep what close has to wait for, from the moment a message comes.
    if (options.onError || options.onLost)
      todo(7, "reject what fails, tell onError; tell onLost when no more will come");
    if (options.prefetch !== undefined)
      todo(6, "tell the broker how many events may be in hand");
    return todo(5, "make the queues, consume, and acknowledge when the work is done");
  }

  close(): Promise<void> {
    return todo(8, "cancel, finish what is in hand, close the channel");
  }
}
