import assert from "node:assert/strict";
import { once } from "node:events";
import { createEvent } from "#bus/contract";
import { connect } from "#bus/rabbit-connection";
import { RabbitPublisher } from "#bus/rabbit-publisher";
import { privateNodeTest } from "./broker-test.ts";

/** What is low, and the setting that makes it so on every machine. */
const alarms = {
  memory: "vm_memory_high_watermark.absolute = 1MB\n",
  disk: "disk_free_limit.absolute = 1000000GB\n",
};

for (const [what, setting] of Object.entries(alarms)) {
  privateNodeTest(
    `a broker that is low on ${what} says so, confirms nothing, and close ends`,
    async ({ url }) => {
      const reasons: string[] = [];
      const onBlocked = (reason: string) => reasons.push(reason);
      const connection = await connect(url, { onBlocked, onLost: () => {} });
      const publisher = await RabbitPublisher.open(connection, { exchange: "shop" });
      const blocked = once(connection, "blocked");
      let isConfirmed = false;
      publisher.publish(createEvent("order.created", {}, 0)).then(
        () => {
          isConfirmed = true;
        },
        () => {},
      );
      await blocked;
      await publisher.close();
      assert.deepEqual(
        { reasons, isConfirmed },
        { reasons: [`low on ${what}`], isConfirmed: false },
      );
    },
    setting,
  );
}
