import { connect as amqpConnect, type ChannelModel } from "amqplib";
import {
  BrokerError,
  brokerAddress,
  type ConnectOptions,
  connectSettings,
  reasonOf,
} from "#bus/rabbit-contract";

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
  const { heartbeat, onLost, onBlocked } = connectSettings(options);
  const address = brokerAddress(url, heartbeat);
  const limits = { timeout: 10_000, noDelay: true };
  const connection = await amqpConnect(address.href, limits).catch((error) => {
    // The URL may hold a password, and error messages end up in logs.
    throw new BrokerError(`No broker lets us in at ${address.host}: ${reasonOf(error)}.`);
  });
  // Every lost connection ends in "close"; not every one begins with "error". Without a listener
  // for "error", though, the whole process would end.
  connection.on("error", () => {});
  connection.on("close", (reason) => {
    if (reason) onLost(reason);
  });
  connection.on("blocked", onBlocked);
  return connection;
}
