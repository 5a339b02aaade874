import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type BusEvent, reportError } from "#bus/contract";
import { EventBus } from "#bus/event-bus";

test("after more names than the bus remembers routes for, every event still arrives", () => {
  const bus = new EventBus({ historyLimit: 0 });
  let heard = 0;
  bus.subscribe("user.#", () => {
    heard += 1;
  });
  for (let round = 0; round < 2; round++) {
    for (let userId = 0; userId < 2_500; userId++) bus.emit(`user.${userId}.visited`, {});
  }
  assert.equal(heard, 5_000);
});

test("a long run with a history limit keeps the newest, in order", () => {
  const bus = new EventBus<{ "order.created": number }>({ historyLimit: 100 });
  for (let orderId = 1; orderId <= 1_050; orderId++) bus.emit("order.created", orderId);
  assert.deepEqual(
    bus.history.map(({ data }) => data),
    Array.from({ length: 100 }, (_, index) => 951 + index),
  );
});

test("whatever is thrown can be reported, in one line", (t) => {
  const lines = printed(t);
  const unprintable = Object.create(null);
  const hostile = {
    toString() {
      throw new Error("not even that");
    },
  };
  const broken = new Error("no paper:\n\n  tray 1\r\n  tray 2\n");
  const all = [undefined, null, 0, Symbol("s"), unprintable, hostile, broken];
  for (const thrown of all) reportError(thrown, paid, "order.*");
  assert.equal(lines.length, 7);
  assert.match(lines.at(-1) ?? "", /: Error: no paper: tray 1 tray 2 \(/);
  for (const line of lines)
    assert.match(line, /^A listener of "order\.\*" failed at .+: .+$/);
});

test("an error is reported with the file and the line where it was made", (t) => {
  const lines = printed(t);
  reportError(new Error("no paper"), paid, "#");
  assert.match(lines[0] ?? "", /Error: no paper \(.*event-bus\.test\.ts:\d+\)$/);

  const frames = {
    "at print (/home/ann/eda-workbook (1)/x.ts:3:4)": "/home/ann/eda-workbook (1)/x.ts:3",
    "at /home/ann/eda-workbook (1)/x.ts:3:4": "/home/ann/eda-workbook (1)/x.ts:3",
    "at async print (C:\\Users\\ann\\x.ts:3:4)": "C:\\Users\\ann\\x.ts:3",
    "at Bus.emit [as emit] (file:///home/ann/x.ts:3:4)": "file:///home/ann/x.ts:3",
  };
  for (const [frame, place] of Object.entries(frames)) {
    const stack = `Error: no ink\n    at node:internal/timers:1:2\n    ${frame}\n`;
    reportError(Object.assign(new Error("no ink"), { stack }), paid, "#");
    assert.ok(lines.at(-1)?.endsWith(`(${place})`), `${lines.at(-1)} names ${place}`);
  }
});

const paid: BusEvent = { id: "1", name: "order.paid", data: {}, timestamp: 0 };

function printed(t: TestContext): string[] {
  const lines: string[] = [];
  t.mock.method(console, "error", (line: string) => lines.push(line));
  return lines;
}
