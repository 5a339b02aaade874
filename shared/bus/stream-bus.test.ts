import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventStream, Handle } from "#bus/event-stream";
import { StreamBus } from "#bus/stream-bus";

/** A stream with one follower, in memory. */
function memoryStream(): EventStream {
  let tell: Handle = async () => {};
  return {
    append: (event) => tell(event),
    follow: async (_group, _member, handle) => {
      tell = handle;
    },
    replay: async () => {},
    bury: async () => {},
    close: async () => {},
  };
}

test("a listener hears once what it subscribed to twice, and nothing after it left", async () => {
  const bus = new StreamBus(memoryStream());
  const heard: unknown[] = [];
  const listener = (data: unknown) => heard.push(data);
  bus.subscribe("order.*", listener);
  const leave = bus.subscribe("order.*", listener);
  await bus.follow("kitchen", "1");
  bus.emit("order.created", 1);
  await bus.flush();
  const left = [bus.unsubscribe("order.*", listener), leave()];
  bus.emit("order.created", 2);
  await bus.flush();
  assert.deepEqual({ heard, left }, { heard: [1], left: [true, false] });
});

test("what is not a pattern or not a listener is refused at once", () => {
  const bus = new StreamBus(memoryStream());
  assert.throws(() => bus.subscribe("", () => {}), TypeError);
  assert.throws(() => bus.subscribe("order.*", "email" as never), TypeError);
});

test("an event that is delivered is heard, and does not go into the stream", async () => {
  const bus = new StreamBus(memoryStream());
  const heard = new Promise((resolve) => bus.subscribe("#", resolve));
  bus.deliver({ id: "1", name: "order.paid", data: 15, timestamp: 0 });
  assert.equal(await heard, 15);
  assert.deepEqual(bus.history, []);
});
