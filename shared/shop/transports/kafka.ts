import { streamTransport } from "../stream-transport.ts";

/** Lesson 8 on the real Kafka: three processes around one topic. */
export const kafka = streamTransport("kafka", "Apache Kafka: three processes, one topic");
