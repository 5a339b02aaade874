import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type BusEvent, reportError } from "#bus/contract";

test("whatever is thrown is reported in words, in one line", (t) => {
  const lines = printed(t);
  const fail = () => assert.fail("not even that");
  const wordless = "object that cannot be turned into a string";
  const all: [thrown: unknown, words: string][] = [
    [undefined, "undefined"],
    [Symbol("s"), "Symbol(s)"],
    [Object.create(null), wordless],
    [{ toString: fail }, wordless],
    [Object.create(Error.prototype, { message: { get: fail } }), wordless],
    [
      new TypeError("no ink:\n\n  tray 1\r\n  tray 2\n"),
      "TypeError: no ink: tray 1 tray 2 (",
    ],
  ];
  for (const [thrown, words] of all) {
    reportError(thrown, paid, "order.*");
    const line = `A listener of "order.*" failed at order.paid (1): ${words}`;
    assert.ok(lines.at(-1)?.startsWith(line), lines.at(-1));
  }
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
