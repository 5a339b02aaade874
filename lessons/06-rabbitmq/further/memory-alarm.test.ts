import assert from "node:assert/strict";
import { once } from "node:events";
import { createEvent } from "#bus/contract";
import { connect } from "#bus/rabbit-connection";
import { RabbitPublisher } from "#bus/rabbit-publisher";
import { privateNodeTest } from "./broker-test.ts";

privateNodeTest(
  "a broker that is low on memory says so, confirms nothing, and close ends",
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
      { reasons: ["low on memory"], isConfirmed: false },
    );
  },
  "vm_memory_high_watermark.absolute = 1MB\n",
);
