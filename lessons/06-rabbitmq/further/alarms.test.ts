import assert from "node:assert/strict";
import { once } from "node:events";
import { createEvent } from "#bus/contract";
import { type Broker, connectBroker } from "#bus/rabbit-broker";
import { RabbitBus } from "#bus/rabbit-bus";
import { connect } from "#bus/rabbit-connection";
import { RabbitPublisher } from "#bus/rabbit-publisher";
import { privateNodeTest } from "./broker-test.ts";
import { ReconnectingBroker } from "./reconnecting-broker.ts";

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

privateNodeTest(
  "a bus on a broker that is low on memory closes, on both kinds of connection",
  async ({ url }, t) => {
    t.mock.method(console, "error", () => {});
    const brokers: Broker[] = [await connectBroker(url), new ReconnectingBroker(url)];
    for (const broker of brokers) {
      const failures: unknown[] = [];
      const onError = (error: unknown) => failures.push(error);
      const bus = new RabbitBus(broker, { service: "kitchen", onError });
      const publisher = await broker.openPublisher({ exchange: "shop" });
      await bus.flush();
      const event = bus.emit("order.created", {});
      const published = publisher.publish(event).catch(() => {});
      await Promise.all([bus.close(), publisher.close()]);
      assert.deepEqual(failures, []);
      await Promise.all([broker.close(), published]);
    }
  },
  alarms.memory,
);
