import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { createEvent } from "#bus/contract";
import { connect } from "#bus/rabbit-connection";
import { UnroutableError } from "#bus/rabbit-contract";
import { brokerTest } from "./broker-test.ts";
import { ReconnectingBroker, type ReconnectingOptions } from "./reconnecting-broker.ts";
import { type Desk, findTestBroker, registered, soon, until } from "./test-desk.ts";

await findTestBroker();

/** A broker that comes back quickly, and is closed when the test is over, however it ends. */
function reconnecting(
  desk: Desk,
  url: string,
  options: ReconnectingOptions = {},
): ReconnectingBroker {
  const broker = new ReconnectingBroker(url, { ...quick, ...options });
  desk.later(() => broker.close());
  return broker;
}

const quick = { firstDelay: 1, maxDelay: 20, onWaiting: () => {} };

brokerTest("after a cut, publisher and consumer go on where they were", async (desk) => {
  const wire = await desk.layWire();
  const broker = reconnecting(desk, wire.url);
  const heard = new Set<string>();
  const { exchange, queue } = desk;
  await broker.openConsumer({ exchange, queue, patterns: ["#"] }, ({ id }) =>
    heard.add(id),
  );
  const publisher = await broker.openPublisher({ exchange, window: 10 });
  const events = Array.from({ length: 300 }, (_, index) => registered(index));
  const published = events.map((event, index) => {
    if (index % 100 === 50) wire.cut();
    return publisher.publish(event);
  });
  await soon(Promise.all(published), "everything is confirmed in the end");
  await until(() => heard.size === events.length, "everything is delivered in the end");
  await publisher.close();
});

brokerTest(
  "an event that no broker takes is refused, and not sent for ever",
  async (desk) => {
    const broker = reconnecting(desk, desk.url);
    const publisher = await broker.openPublisher({ exchange: desk.exchange });
    const large = createEvent("order.created", "x".repeat(17_000_000));
    await assert.rejects(soon(publisher.publish(large), "it is refused"), RangeError);
    await soon(publisher.publish(registered(1)), "the next one is confirmed");
  },
);

brokerTest("cut again and again while events flow, nothing is lost", async (desk) => {
  const wire = await desk.layWire();
  const broker = reconnecting(desk, wire.url);
  const heard = new Set<string>();
  const { exchange, queue } = desk;
  await broker.openConsumer({ exchange, queue, patterns: ["#"] }, ({ id }) => {
    if (heard.has(id)) return;
    heard.add(id);
    if (heard.size % 60 === 0) wire.cut();
  });
  const publisher = await broker.openPublisher({ exchange, mandatory: true });
  const events = Array.from({ length: 400 }, (_, index) => registered(index));
  const published = Promise.all(events.map((event) => publisher.publish(event)));
  await soon(published, "everything is confirmed in the end");
  await until(() => heard.size === events.length, "everything is delivered in the end");
});

brokerTest(
  "an event that the broker refuses is refused, not sent for ever",
  async (desk) => {
    const broker = reconnecting(desk, desk.url);
    const publisher = await broker.openPublisher({
      exchange: desk.exchange,
      mandatory: true,
    });
    await assert.rejects(
      publisher.publish(createEvent("order.paid", {})),
      UnroutableError,
    );
    await assert.rejects(
      publisher.publish(createEvent("order.paid", { id: 7n })),
      TypeError,
    );
    await soon(publisher.close(), "nothing is left to send");
  },
);

brokerTest("a queue that is deleted is made again", async (desk) => {
  const broker = reconnecting(desk, desk.url);
  const heard: string[] = [];
  const { exchange, queue } = desk;
  const options = { exchange, queue, patterns: ["#"] };
  await broker.openConsumer(options, ({ name }) => heard.push(name));
  const publisher = await broker.openPublisher({ exchange, mandatory: true });
  await desk.deleteQueue(queue);
  const publish = () =>
    publisher.publish(registered(7)).then(
      () => true,
      () => false,
    );
  await until(publish, "the queue is there again");
  await until(() => heard.length > 0, "the event is delivered");
});

brokerTest("what was closed stays closed after a cut", async (desk) => {
  const wire = await desk.layWire();
  let connections = 0;
  const onConnected = () => {
    connections += 1;
  };
  const broker = reconnecting(desk, wire.url, { onConnected });
  const heard: string[] = [];
  const { exchange, queue } = desk;
  const options = { exchange, queue, patterns: ["#"] };
  const consumer = await broker.openConsumer(options, ({ name }) => heard.push(name));
  await consumer.close();
  wire.cut();
  await until(() => connections === 2, "the connection is back");
  await desk.sendEvent(registered(7));
  assert.deepEqual([heard, await desk.waiting(queue)], [[], 1]);
});

brokerTest("a broker that falls silent is noticed by its heartbeat", async (desk) => {
  const wire = await desk.layWire();
  let onLost = (_reason: Error) => {};
  const lost = new Promise<Error>((resolve) => {
    onLost = resolve;
  });
  desk.keep(await connect(wire.url, { heartbeat: 1, onLost }));
  wire.hold();
  assert.match((await lost).message, /heartbeat/i);
});

test("where nobody answers, the delays grow, up to the longest", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  const delays: number[] = [];
  await new Promise<void>((resolve) => {
    const broker = new ReconnectingBroker(`amqp://127.0.0.1:${port}`, {
      firstDelay: 1,
      maxDelay: 5,
      random: () => 0,
      onWaiting(_reason, delay) {
        delays.push(delay);
        if (delays.length === 5) broker.close().then(resolve);
      },
    });
  });
  assert.deepEqual(delays, [1, 2, 4, 5, 5]);
});

test("closing ends the wait for a broker that never comes", async () => {
  const broker = new ReconnectingBroker("amqp://127.0.0.1:1", {
    firstDelay: 60_000,
    onWaiting: () => {},
  });
  const opening = broker.openPublisher({ exchange: "shop.events" });
  const refused = assert.rejects(opening, /closed/);
  await broker.close();
  await refused;
});
