import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_DEPTH, readOrder, toEvent } from "#lesson/07-webhook/order-event.ts";
import { statuses } from "../given/order-events.ts";
import { allAre, order, outcomeOf } from "./desk.ts";

/** Plain bytes in the middle of others, as any platform has them: not a `Buffer`. */
function bytes(text: string | Uint8Array): Uint8Array {
  const own = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return new Uint8Array([120, ...own, 120]).subarray(1, own.length + 1);
}
const withId = (id: string) => `{"order_id": ${id}, "status": "created"}`;
const withStatus = (status: string) => `{"order_id": 777, "status": ${status}}`;
const withMore = (value: string) => order.replace("}", `, "more": ${value}}`);
const latin = (text: string) => Buffer.from(text, "latin1");
const nested = (levels: number, open = "[", close = "]", inside = "") =>
  open.repeat(levels) + inside + close.repeat(levels);
const mixed = (inside: string) => nested(MAX_DEPTH / 2 - 1, '{"a": [', "]}", inside);

type Body = string | Buffer;
const isParsed = (body: Body) => outcomeOf(() => JSON.parse(`${body}`)) === "accepted";
/** Registers a check: the first of these bodies are refused with a status, the others are read. */
function bodies(title: string, status: number, wrong: Body[], right: Body[] = []): void {
  const nameOf = (body: Body) => String(body).slice(0, 90);
  const outcome = (body: Body) => {
    const seen = outcomeOf(() => readOrder(bytes(body)));
    // An engine may refuse to parse this number of levels.
    return seen === 400 && status === 422 && !isParsed(body) ? 422 : seen;
  };
  test(`step 3 · ${title}`, () => {
    allAre(status, wrong, outcome, nameOf);
    allAre("accepted", right, outcome, nameOf);
  });
}

test("step 3 · `readOrder` returns order number and status, and no other field", () => {
  const more = `"admin": true, "orderId": 1, "toString": 1, "constructor": {}, "__proto__": {}`;
  const orders = statuses.map((status) =>
    readOrder(bytes(`{"order_id": 7.77e2, "status": "${status}", ${more}}`)),
  );
  assert.deepEqual(
    orders.map((one) => ({ ...one })),
    statuses.map((status) => ({ orderId: 777, status })),
  );
});

const letters = '"чай" "🛒" "\ufffd" "\\ud800" "\u2028" "\\\\" "\\"[[" "]}"'.split(" ");
bodies(
  "bytes that are not JSON in UTF-8 are refused with 400; letters and signs of every kind are not",
  400,
  [
    ...["", '{"order_id": 777', `${order}\n${order}`],
    ...[nested(30, "[", ""), `${nested(30)}]`],
    ...["\u00a0", "\f", "\0", "\n// paid"].map((end) => order + end),
    ...[order.replace("}", ",}"), withMore('"\xe9"'), `${order}\xff`].map(latin),
    Buffer.from(`\ufeff${order}`, "utf16le"),
  ],
  letters.map(withMore),
);

const ids = [
  ...["0", "-1", "-777", "1.5", "1e400", "9007199254740992", "9007199254740993"],
  ...["null", "true", "[777]", "[[]]", '{"valueOf": 777}', '{"toString": 1}', '"777"'],
];
bodies(
  "an `order_id` that is not a whole number, 1 or more and safe, is refused with 422",
  422,
  ids.map(withId),
  ["1", "4294967297", "9007199254740991", "7.77e2"].map(withId),
);

const names = [
  ...['"canceled"', '""', '"Created"', '" paid"', '"paid "', '"toString"', '["created"]'],
  ...["0", "1", "null", "true", '{"toString": 1}', nested(300)],
];
bodies(
  "a `status` that is not one of ours is refused with 422",
  422,
  names.map(withStatus),
);

bodies("JSON that is not an object with both fields is refused with 422", 422, [
  ...["null", "777", JSON.stringify(order), `[${order}]`, '{"order_id": 1}'],
  ...[`{"__proto__": ${order}}`, `{"data": ${order}}`],
  ...['{"id": 1, "orderId": 1, "ORDER_ID": 1, "status": "paid"}'],
  ...['{"order_id": 1, "state": "paid"}'],
]);

// The order itself is the first level.
const within = nested(MAX_DEPTH - 1, "[", "]", "1");
const wide = `1${Array.from({ length: 7_000 }, (_, at) => `, "${at}": [[]]`).join("")}`;
const between = (value: string) => letters.map((one) => `[${one}, ${value}, ${one}]`);
const tooDeep = [
  ...[nested(MAX_DEPTH), mixed("[[]]"), nested(40_000), ...between(within)],
  ...[`${nested(MAX_DEPTH)}, "constructor": 1`, `[1, null, {}, ${within}]`],
  ...[`[${"1, ".repeat(5_000)}${within}]`],
];
bodies(
  "a body nested more than `MAX_DEPTH` levels deep is refused with 422, a flatter one not",
  422,
  tooDeep.map(withMore),
  [within, mixed("[]"), wide, ...between(nested(MAX_DEPTH - 2))].map(withMore),
);

test("step 3 · `toEvent` returns a frozen event of the news, with the id and the time it is given", () => {
  const times = [0, 0.5, -1, 2 ** 31, 1_795_381_237_123.25];
  for (const [at, status] of statuses.entries()) {
    const [id, timestamp] = ["Delivery-1 ".repeat(10 ** at), times[at] ?? 0];
    const data = { orderId: 777, status };
    const event = toEvent(id, data, timestamp);
    const seen = { id: event.id, name: event.name, timestamp: event.timestamp };
    assert.deepEqual(
      { ...seen, data: { ...event.data }, frozen: Object.isFrozen(event) },
      { id, name: `order.${status}`, timestamp, data, frozen: true },
    );
  }
});
