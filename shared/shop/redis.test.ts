import { testContract } from "./contract.ts";
import { redis } from "./transports/redis.ts";

await testContract(redis);
