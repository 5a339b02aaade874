import { spawn } from "node:child_process";
import { once } from "node:events";
import { brokerAddress } from "#bus/rabbit-contract";
import { findServer, startPrivateNode } from "./private-node.ts";
import { answers, problemAt } from "./probe.ts";

/** A RabbitMQ to work with, and where it came from. */
export interface FoundBroker {
  url: string;
  /** Such as `the one at 127.0.0.1:5672`. */
  origin: string;
  /** Stops it, if it was started for us and is nobody else's. */
  stop(): Promise<void>;
}

export interface SearchOptions {
  /** Whether a private one may be started, which no other process knows of. Default: true. */
  own?: boolean;
  /** Whether `docker compose up` may be tried, which may download an image. Default: false. */
  docker?: boolean;
  /** Is told what takes a while. */
  say?: (line: string) => void;
}

/** There is no RabbitMQ. The message says so in one sentence, with the ways to get one. */
export class NoBrokerError extends Error {
  override readonly name = "NoBrokerError";
}

export const localUrl = "amqp://guest:guest@127.0.0.1:5672";

/**
 * Looks for a RabbitMQ: `AMQP_URL`, else the one at 127.0.0.1:5672, else a private one from an
 * installed `rabbitmq-server`, else Docker. Nothing is installed.
 *
 * @throws NoBrokerError if there is none of these
 */
export async function findBroker(options: SearchOptions = {}): Promise<FoundBroker> {
  const { own = true, docker = false, say = () => {} } = options;
  const wish = process.env.AMQP_URL;
  if (wish) return namedBroker(wish);
  if (await answers(localUrl)) return running(localUrl, "the one at 127.0.0.1:5672");
  if (own && findServer()) {
    say("No RabbitMQ is running; starting a private one (about 10 seconds) …");
    const node = await startPrivateNode();
    const stop = () => node.stop();
    return { url: node.url, origin: "a private one, stopped at the end", stop };
  }
  if (docker && (await composeUp(say))) {
    return running(localUrl, 'a container; "docker compose down" stops it');
  }
  throw new NoBrokerError(
    `No RabbitMQ is running here. To get one: ${waysToGetOne().join("; or ")}.`,
  );
}

/** How to get a RabbitMQ on this operating system, each way as a phrase. */
export function waysToGetOne(platform: NodeJS.Platform = process.platform): string[] {
  const anywhere = [
    "start Docker and run `docker compose up --detach --wait rabbitmq`",
    "set AMQP_URL to one that runs elsewhere",
  ];
  if (platform === "darwin") {
    return ["`brew install rabbitmq && brew services start rabbitmq`", ...anywhere];
  }
  if (platform === "win32") {
    return ["`choco install rabbitmq`, which installs and starts a service", ...anywhere];
  }
  return ["`sudo apt-get install rabbitmq-server` (or your system's own)", ...anywhere];
}

async function namedBroker(url: string): Promise<FoundBroker> {
  const { host } = namedAddress(url);
  const problem = await problemAt(url);
  if (problem === undefined) return running(url, `the one in AMQP_URL, at ${host}`);
  throw new NoBrokerError(
    `AMQP_URL names a RabbitMQ at ${host}, but ${problem}: start it, or unset AMQP_URL.`,
  );
}

function namedAddress(url: string): URL {
  try {
    return brokerAddress(url);
  } catch (error) {
    throw new NoBrokerError(`AMQP_URL is not usable. ${(error as Error).message}`);
  }
}

function running(url: string, origin: string): FoundBroker {
  return { url, origin, stop: async () => {} };
}

async function composeUp(say: (line: string) => void): Promise<boolean> {
  if (!(await succeeds("docker", ["compose", "version"], "ignore"))) return false;
  say("No RabbitMQ is running; starting one with docker compose …");
  const up = ["compose", "up", "--detach", "--wait", "rabbitmq"];
  return (await succeeds("docker", up, "inherit")) && answers(localUrl);
}

async function succeeds(
  program: string,
  args: string[],
  stdio: "ignore" | "inherit",
): Promise<boolean> {
  try {
    const [status] = await once(spawn(program, args, { stdio }), "exit");
    return status === 0;
  } catch {
    return false;
  }
}
