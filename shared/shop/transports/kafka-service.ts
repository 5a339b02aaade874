// The notifications, or the analytics, of a shop over Kafka: a process of its own.
import { runOver } from "../three-services.ts";
import { kafka } from "./kafka.ts";

await runOver(kafka.openBus);
