import { connect as amqpConnect, type ChannelModel } from "amqplib";
import {
  BrokerError,
  brokerAddress,
  type ConnectOptions,
  connectSettings,
  reasonOf,
} from "#bus/rabbit-contract";
import { todo } from "#todo";

/**
 * Opens a connection to a broker.
 *
 * @param url such as `amqp://guest:guest@127.0.0.1:5672`; amqplib reads user and password in ASCII
 * @throws BrokerError if nobody listens there, or the broker does not let us in
 */
export async function connect(
  url: string,
  options: ConnectOptions = {},
): Promise<ChannelModel> {
  // Step 2: ask for a heartbeat; say in a sentence why nobody lets us in; hear how it ends.
  return todo(1, "open a connection with amqpConnect");
}
