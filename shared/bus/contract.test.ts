import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type BusEvent, reportError } from "#bus/contract";

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
  assert.match(lines[0] ?? "", /Error: no paper \(.*contract\.test\.ts:\d+\)$/);

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
