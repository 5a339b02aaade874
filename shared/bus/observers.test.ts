/** A function that reports failures may fail as well: nobody else must notice. */
import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { BusEvent } from "#bus/contract";
import type { EventStream, Handle } from "#bus/event-stream";
import { FileBus } from "#bus/file-bus";
import { FileLog } from "#bus/file-log";
import { RabbitBus } from "#bus/rabbit-bus";
import { StreamBus } from "#bus/stream-bus";

const event: BusEvent = { id: "1", name: "order.paid", data: 15, timestamp: 0 };
const unprintable = Object.create(null);

/** Waits for what has no timer; whatever nobody handled by then fails the test. */
const turn = () => new Promise((resume) => setImmediate(resume));

function printed(t: TestContext): string[] {
  const lines: string[] = [];
  t.mock.method(console, "error", (line: string) => lines.push(line));
  return lines;
}

function logFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "observers-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "orders-0.log");
}

const failing = {
  throws: () => {
    throw new Error("no pager");
  },
  rejects: async () => {
    throw new Error("no pager");
  },
};

for (const [how, observer] of Object.entries(failing)) {
  test(`an onFailure that ${how} is a line`, async (t) => {
    const lines = printed(t);
    const path = logFile(t);
    const bus = new FileBus(new FileLog(path), { onFailure: observer });
    appendFileSync(path, "no record\n");
    bus.emit("order.paid", 15);
    while (lines.length === 0) await turn();
    assert.match(lines.join(), /^onFailure failed: Error: no pager/);
  });

  test(`an onRepair that ${how} is a line, and the record is written`, async (t) => {
    const lines = printed(t);
    const path = logFile(t);
    writeFileSync(path, '{"half');
    const log = new FileLog(path, { onRepair: observer });
    assert.equal(log.append([{ time: 1, value: 15 }])[0]?.offset, 0);
    await turn();
    assert.match(lines.join(), /^onRepair failed: Error: no pager/);
  });

  test(`an onError that ${how} is a line: a stream goes on, and others hear the event`, async (t) => {
    const lines = printed(t);
    const { stream, tell } = brokenStream();
    const bus = new StreamBus(stream, { onError: observer });
    const heard: unknown[] = [];
    bus.subscribe("#", () => {
      throw unprintable;
    });
    bus.subscribe("#", (data) => heard.push(data));
    await bus.follow("kitchen", "1");
    await tell(event);
    bus.deliver(event);
    bus.emit("order.paid", 15);
    await turn();
    assert.deepEqual([heard, lines.length], [[15, 15], 3]);
  });

  test(`an onError that ${how} is a line, when RabbitMQ cannot take an event`, async (t) => {
    const lines = printed(t);
    const gone = new Error("channel closed");
    const openPublisher = async () => ({
      publish: () => Promise.reject(gone),
      flush: async () => {},
      close: async () => {},
    });
    const broker = { openPublisher } as never;
    const bus = new RabbitBus(broker, { service: "kitchen", onError: observer });
    bus.emit("order.paid", 15);
    await assert.rejects(bus.flush(), gone);
    assert.match(lines.join(), /^onError failed: Error: no pager/);
  });
}

/** A stream that stores nothing. */
function brokenStream(): { stream: EventStream; tell: Handle } {
  let handle: Handle = async () => {};
  const stream: EventStream = {
    append: async () => {
      throw new Error("no space left");
    },
    follow: async (_group, _member, each) => {
      handle = each;
    },
    replay: async () => {},
    bury: async () => {},
    close: async () => {},
  };
  return { stream, tell: (event) => handle(event) };
}

test("a log that fails with something that is not a string is reported even so", async (t) => {
  const lines = printed(t);
  const log = {
    end: () => ({ offset: 0, position: 0 }),
    append: () => Promise.reject(unprintable),
  };
  new FileBus(log as never).emit("order.paid", 15);
  await turn();
  assert.deepEqual(lines, [
    "The log of the bus failed: object that cannot be turned into a string",
  ]);
});
