/** One contract for all transports. Those whose client is installed apart have a file of their own. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { bundlePrograms } from "../workbook/checks/bundle.ts";
import { courseRoot } from "../workbook/work/course.ts";
import { obey, rules, testContract } from "./contract.ts";
import { withPremises } from "./premises.ts";
import type { Transport } from "./shop.ts";
import { webhook } from "./transports/webhook.ts";
import { transports } from "./transports.ts";

const files = [
  "crash-child",
  "transports/rabbitmq-service",
  "transports/webhook-service",
];
const paths = files.map((file) => join(import.meta.dirname, `${file}.ts`));
const programs = await bundlePrograms(courseRoot, paths);

for (const transport of transports) {
  if (transport.needs === "kafka" || transport.needs === "redis") continue;
  await testContract(transport, { programs });
}

test("the contract sees a webhook whose failure is swallowed", async () => {
  const swallowing: Transport = {
    ...webhook,
    async open(around) {
      const shop = await webhook.open(around);
      return { ...shop, payOrder: (id) => shop.payOrder(id).catch(() => {}) };
    },
  };
  const run = rules.get("a payment is lost with a service only if it was refused");
  assert.ok(run);
  await withPremises(webhook, undefined, async (around) => {
    await assert.rejects(
      obey(run, swallowing, { ...around, programs }),
      /AssertionError/,
    );
  });
});
