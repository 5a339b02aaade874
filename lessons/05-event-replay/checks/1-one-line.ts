import assert from "node:assert/strict";
import { test } from "node:test";
import { createEvent, inWords } from "#bus/contract";
import { fromLine, toLine } from "#lesson/05-event-replay/event-log.ts";
import { fieldsOf, noon, order, outcomeOf, THROWN } from "./desk.ts";
import { DATA } from "./story.ts";

test("step 1 · an event becomes one line of JSON with its line break", () => {
  const note = "by the door\nnot the window\r\n\u2028 чай";
  const page = new URL("https://shop.example/tea");
  const event = createEvent("order.created", { note, page, gone: undefined }, noon);
  const line = toLine(event);
  assert.deepEqual(
    { "line breaks": line.split("\n").length - 1, last: line.at(-1) },
    { "line breaks": 1, last: "\n" },
  );
  const written = { ...fieldsOf(event), data: { note, page: page.href } };
  assert.deepEqual(fieldsOf(JSON.parse(line)), written);
});

test("step 1 · a line becomes the same event again, frozen and with `replayed: true`", () => {
  const event = fromLine(JSON.stringify({ ...order(1), replayed: false }));
  assert.deepEqual(fieldsOf(event), { ...order(1), replayed: true });
  assert.deepEqual({ frozen: Object.isFrozen(event) }, { frozen: true });
});

test("step 1 · what JSON cannot hold is a TypeError that names the event", async () => {
  const circular: { list: unknown[] } = { list: [] };
  circular.list.push({ again: circular });
  const kinds: Record<string, unknown> = {
    "a BigInt": 10n,
    "a BigInt deep inside": { items: [{ price: { total: 10n } }] },
    "a circular reference": circular,
    "a function": () => 450,
    "a symbol": Symbol("total"),
  };
  for (const thrown of THROWN)
    kinds[`a toJSON that throws ${inWords(thrown)}`] = {
      toJSON() {
        throw thrown;
      },
    };
  const words = ["order.created", "order-7"];
  const outcomes: Record<string, string> = {};
  for (const [kind, data] of Object.entries(kinds))
    outcomes[kind] = await outcomeOf(() => toLine(order(7, data)), ...words);
  const refused = `TypeError about ${words.join(", ")}`;
  const expected = Object.keys(kinds).map((kind) => [kind, refused]);
  assert.deepEqual(outcomes, Object.fromEntries(expected));
});

test("step 1 · an event may have any data that JSON can hold, or none", () => {
  const cup = { time: "2026-01-31T12:00:00.000Z" };
  for (const data of [
    ...[undefined, null, 0, "", false, []],
    ["чай ".repeat(1 << 19)],
    "чай 🛒 cafe\u0301 \ud800 \0",
    [cup, cup, Object.assign(Object.create(null), cup)],
    JSON.parse(`{"__proto__":1,"constructor":1,"":2,"id":"3","replayed":false}`),
    ...[5, 6].map(DATA.of),
  ]) {
    const event = { id: "K-9x", name: "茶", data, timestamp: 0 };
    const same = fieldsOf(JSON.parse(JSON.stringify(event)));
    assert.deepEqual(fieldsOf(fromLine(toLine(event))), { ...same, replayed: true });
  }
});

test("step 1 · JSON that is not an event is a TypeError, what is not JSON a SyntaxError", async () => {
  const lines = {
    TypeError: [
      `42`,
      `null`,
      `"order.created"`,
      `[${JSON.stringify(order(1))}]`,
      `{"name":"order.created","timestamp":1}`,
      `{"id":1,"name":"order.created","timestamp":1}`,
      `{"id":"1","timestamp":1}`,
      `{"id":"1","name":1,"timestamp":1}`,
      `{"id":"1","name":"order.created"}`,
      `{"id":"1","name":"order.created","timestamp":"1769860800000"}`,
      `{"id":"1","name":"order.created","timestamp":"2026-01-31T12:00:00Z"}`,
      `{"id":"1","name":"order.created","timestamp":null}`,
    ],
    SyntaxError: ["", "oops", `{"id":"1","na`, `${JSON.stringify(order(1))},`],
  };
  for (const [kind, all] of Object.entries(lines))
    for (const line of all)
      assert.deepEqual(
        { [line]: await outcomeOf(() => fromLine(line)) },
        { [line]: kind },
      );
});
