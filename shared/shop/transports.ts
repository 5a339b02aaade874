import type { Transport } from "./shop.ts";
import { fileLog } from "./transports/file-log.ts";
import { inMemory } from "./transports/in-memory.ts";
import { kafka } from "./transports/kafka.ts";
import { queue } from "./transports/queue.ts";
import { rabbitmq } from "./transports/rabbitmq.ts";
import { recorder } from "./transports/recorder.ts";
import { redis } from "./transports/redis.ts";
import { webhook } from "./transports/webhook.ts";

/** Every way on which the shop's events can travel, in the order of the lessons. */
export const transports: readonly Transport[] = [
  inMemory,
  queue,
  recorder,
  rabbitmq,
  redis,
  webhook,
  fileLog,
  kafka,
];
