import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type ClientPackage,
  offerClient,
  problemWithClient,
} from "#broker/client-package";
import { rabbitMq } from "#broker/find-broker";
import { kafka } from "#broker/find-kafka";
import { redis } from "#broker/find-redis";
import {
  type FoundBroker,
  findServerOf,
  NoBrokerError,
  type SearchOptions,
  type ServerKind,
  waysToGet,
} from "#broker/find-server";
import type { StreamModule } from "#bus/event-stream";
import { courseRoot } from "../workbook/work/course.ts";

/** A server that transports run on. */
export type Engine = "rabbitmq" | "kafka" | "redis";

interface EngineParts {
  server: ServerKind;
  client?: ClientPackage & { file: string };
}

export const engines: Record<Engine, EngineParts> = {
  rabbitmq: { server: rabbitMq },
  kafka: {
    server: kafka,
    client: {
      title: "Kafka",
      folder: "lessons/08-kafka-on-files/further/kafka",
      file: "kafka-stream.ts",
    },
  },
  redis: {
    server: redis,
    client: {
      title: "Redis",
      folder: "lessons/06-rabbitmq/further/redis",
      file: "redis-stream.ts",
    },
  },
};

/** Its code is loaded when it is wanted: not everybody has installed its client. */
export async function loadStream(engine: Engine): Promise<StreamModule> {
  if (engine === "rabbitmq") return import("./rabbit-stream.ts");
  const { folder = "", file = "" } = engines[engine].client ?? {};
  return import(pathToFileURL(join(courseRoot, folder, file)).href);
}

/**
 * Finds the server, and offers to install its client.
 *
 * @throws NoBrokerError if one of them is not to be had
 */
export async function findEngine(
  engine: Engine,
  options?: SearchOptions,
): Promise<FoundBroker> {
  const { server, client } = engines[engine];
  const problem = client && (await offerClient(client));
  if (problem) throw new NoBrokerError(problem);
  return findServerOf(server, options);
}

/** What is missing for an engine, and how to get it, without asking or starting anything. */
export function whatIsMissing(engine: Engine, error: unknown): [string, string] {
  const { server, client } = engines[engine];
  const problem = client && problemWithClient(client);
  if (problem) return [`no client for ${server.title}`, problem];
  if (!(error instanceof NoBrokerError)) throw error;
  return [`no ${server.title} answers`, waysToGet(server).join("; or ")];
}
