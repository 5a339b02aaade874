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
/** Arrays and objects in turn, two levels fewer than `MAX_DEPTH`. */
const mixed = (inside: string) => nested(MAX_DEPTH / 2 - 1, '{"a": [', "]}", inside);

/** Registers a check: the first of these bodies are refused with a status, the others are read. */
function bodies(
  title: string,
  status: number,
  wrong: (string | Buffer)[],
  right: (string | Buffer)[] = [],
): void {
  const nameOf = (body: string | Buffer) => String(body).slice(0, 90);
  const outcome = (body: string | Buffer) => {
    const seen = outcomeOf(() => readOrder(bytes(body)));
    // An engine may refuse to parse this number of levels.
    return seen === 400 && body.length > 50_000 ? 422 : seen;
  };
  test(`step 3 · ${title}`, () => {
    allAre(status, wrong, outcome, nameOf);
    allAre("accepted", right, outcome, nameOf);
  });
}

test("step 3 · `readOrder` returns order number and status, and no other field", () => {
  const more = `"admin": true, "orderId": 1, "hasOwnProperty": 1, "toString": 1`;
  const orders = statuses.map((status) =>
    readOrder(bytes(`{"order_id": 7.77e2, "status": "${status}", ${more}}`)),
  );
  assert.deepEqual(
    orders.map((one) => ({ ...one })),
    statuses.map((status) => ({ orderId: 777, status })),
  );
});

const letters = ['"чай"', '"🛒"', '"\ufffd"', '"\\ud800"'];
bodies(
  "bytes that are not JSON in UTF-8 are refused with 400; letters and signs of every kind are not",
  400,
  [
    ...["", '{"order_id": 777', `${order} tea`],
    ...[withMore('"\xe9"'), `${order}\xff`, `${order}\xd1`].map(latin),
  ],
  letters.map(withMore),
);

const ids = ["0", "-1", "1.5", "null", "true", "[777]", "9007199254740992", '"777"'];
bodies(
  "an `order_id` that is not a whole number, 1 or more and safe, is refused with 422",
  422,
  [...ids, '{"valueOf": 777}', "[[]]"].map(withId),
  [withId("9007199254740991")],
);

const names = ['"eaten"', '""', '"Created"', '" paid"', '"toString"', '["created"]'];
bodies(
  "a `status` that is not one of ours is refused with 422",
  422,
  [...names, "0", "null", '{"toString": 1}', nested(300)].map(withStatus),
);

bodies("JSON that is not an object with both fields is refused with 422", 422, [
  ...["null", "777", '"order"', `[${order}]`, '{"order_id": 1}', '{"status": "paid"}'],
  ...[`{"__proto__": ${order}}`, `{"order": ${order}}`],
]);

// The order itself is the first level.
const within = nested(MAX_DEPTH - 1);
const later = [`[1, null, {}, ${within}]`, `[${"1, ".repeat(5_000)}${within}]`];
const wide = `[${Array(500).fill("[[]]").join()}]`;
bodies(
  "a body nested more than `MAX_DEPTH` levels deep is refused with 422, a flatter one not",
  422,
  [nested(MAX_DEPTH), mixed("[[]]"), nested(40_000), ...later].map(withMore),
  [within, mixed("[]"), wide, `"\\"${nested(500)}"`].map(withMore),
);

test("step 3 · `toEvent` returns a frozen event of the news, with the id and the time it is given", () => {
  for (const [timestamp, status] of statuses.entries()) {
    const data = { orderId: 777, status };
    const event = toEvent("Delivery-1", data, timestamp);
    assert.deepEqual(
      { ...event, data: { ...event.data }, frozen: Object.isFrozen(event) },
      { id: "Delivery-1", name: `order.${status}`, timestamp, data, frozen: true },
    );
  }
});
