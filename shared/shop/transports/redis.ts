import { streamTransport } from "../stream-transport.ts";

/** Lesson 6 on Redis: three processes around one stream. */
export const redis = streamTransport("redis", "Redis: three processes, one stream");
