import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { brokerTest } from "./broker-test.ts";
import { findTestBroker } from "./test-desk.ts";

await findTestBroker();

brokerTest("the smallest program sends an event, and hears it", async ({ url }) => {
  const program = join(import.meta.dirname, "..", "parts", "hello.ts");
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...process.execArgv, program],
    { env: { ...process.env, AMQP_URL: url } },
  );
  assert.match(stdout, /heard.*user\.registered.*ann@example\.com/s);
});
