// The notifications, or the analytics, of a shop over Redis: a process of its own.
import { runOver } from "../three-services.ts";
import { redis } from "./redis.ts";

await runOver(redis.openBus);
