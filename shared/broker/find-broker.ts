import { brokerAddress } from "#bus/rabbit-contract";
import {
  type FoundBroker,
  findServerOf,
  type SearchOptions,
  type ServerKind,
  waysToGet,
} from "./find-server.ts";
import { findServer, startPrivateNode } from "./private-node.ts";
import { problemAt } from "./probe.ts";

export {
  type FoundBroker,
  NoBrokerError,
  type SearchOptions,
} from "./find-server.ts";

export const localUrl = "amqp://guest:guest@127.0.0.1:5672";

export const rabbitMq: ServerKind = {
  title: "RabbitMQ",
  variable: "AMQP_URL",
  local: { url: localUrl, place: "127.0.0.1:5672" },
  problemAt,
  placeOf: (url) => brokerAddress(url).host,
  findPrivate: () => (findServer() ? () => startPrivateNode() : undefined),
  seconds: 10,
  compose: ["rabbitmq"],
  install: {
    darwin: "`brew install rabbitmq && brew services start rabbitmq`",
    win32: "`choco install rabbitmq`, which installs and starts a service",
    other: "`sudo apt-get install rabbitmq-server` (or your system's own)",
  },
};

/**
 * Looks for a RabbitMQ: `AMQP_URL`, else the one at 127.0.0.1:5672, else a private one from an
 * installed `rabbitmq-server`, else Docker. Nothing is installed.
 *
 * @throws NoBrokerError if there is none of these
 */
export function findBroker(options?: SearchOptions): Promise<FoundBroker> {
  return findServerOf(rabbitMq, options);
}

/** How to get a RabbitMQ on this operating system, each way as a phrase. */
export function waysToGetOne(platform?: NodeJS.Platform): string[] {
  return waysToGet(rabbitMq, platform);
}
