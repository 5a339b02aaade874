import { testContract } from "./contract.ts";
import { kafka } from "./transports/kafka.ts";

await testContract(kafka);
