import { randomUUID } from "node:crypto";
import { offerClient } from "#broker/client-package";
import { findRedis } from "#broker/find-redis";
import { NoBrokerError, type SearchOptions } from "#broker/find-server";

type Say = (who: string, what: string) => void;
type Program = (url: string, name: string, say: Say) => Promise<void>;

export const client = { title: "Redis", folder: "lessons/06-rabbitmq/further/redis" };

/**
 * Plays the producer and the workers on pub/sub, and then on streams.
 *
 * @throws NoBrokerError if there is no Redis, or no client for it
 */
export async function playOnRedis(
  say: Say,
  chapter: (title: string) => void,
  options?: SearchOptions,
): Promise<void> {
  const problem = await offerClient(client);
  if (problem) throw new NoBrokerError(problem);
  const { url, stop } = await findRedis(options);
  // Not everybody has installed what these import.
  const load = async (file: string, name: string): Promise<Program> =>
    (await import(new URL(`./redis/${file}.ts`, import.meta.url).href))[name];
  try {
    chapter("Pub/sub: the analytics worker is away for a while");
    await (await load("pub-sub", "pubSub"))(url, `lesson-6.${randomUUID()}`, say);
    chapter("Streams: one worker is away, another one is killed");
    await (await load("streams", "streams"))(url, `lesson-6.${randomUUID()}`, say);
  } finally {
    await stop();
  }
}
