// The notifications, or the analytics, of a shop over RabbitMQ: a process of its own.
import { runOver } from "../three-services.ts";
import { openBus } from "./rabbitmq.ts";

await runOver(openBus);
