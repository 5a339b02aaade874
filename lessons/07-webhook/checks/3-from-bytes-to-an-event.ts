import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_DEPTH, readOrder, toEvent } from "#lesson/07-webhook/order-event.ts";
import { statuses } from "../given/order-events.ts";
import { allAre, order, outcomeOf } from "./desk.ts";

/** Plain bytes, as any platform has them: not a `Buffer`. */
const bytes = (text: string | Uint8Array) =>
  typeof text === "string" ? new TextEncoder().encode(text) : text;
const outcome = (text: string | Uint8Array) => outcomeOf(() => readOrder(bytes(text)));
const withId = (id: string) => `{"order_id": ${id}, "status": "created"}`;
const withStatus = (status: string) => `{"order_id": 777, "status": ${status}}`;
const allOf = (texts: string[]) => Object.fromEntries(texts.map((text) => [text, text]));

test("step 3 · `readOrder` returns order number and status, and no other field", () => {
  const read = (text: string) => ({ ...readOrder(bytes(text)) });
  const names = ["hasOwnProperty", "toString", "constructor"];
  const more = `"admin": true, "__proto__": {"admin": true}, "orderId": 1, ${names.map((name) => `"${name}": 1`)}`;
  assert.deepEqual(
    {
      order: read(order),
      "the largest number": read(
        '{"status":"cancelled","order_id":9007199254740991,"note":"чай"}',
      ),
      "more fields": read(`{"order_id": 7.77e2, "status": "paid", ${more}}`),
    },
    {
      order: { orderId: 777, status: "created" },
      "the largest number": { orderId: 9_007_199_254_740_991, status: "cancelled" },
      "more fields": { orderId: 777, status: "paid" },
    },
  );
  const news = readOrder(bytes(`{"order_id": 7, "status": "paid", ${more}}`));
  assert.deepEqual({ "admin is in it": "admin" in news }, { "admin is in it": false });
  const all = statuses.map(
    (status) => readOrder(bytes(withStatus(`"${status}"`))).status,
  );
  assert.deepEqual({ "every status": all }, { "every status": [...statuses] });
});

test("step 3 · bytes that are not JSON in UTF-8 are refused with 400", () => {
  const latin = (text: string) => Buffer.from(text, "latin1");
  assert.deepEqual({ order: outcome(order) }, { order: "accepted" });
  allAre(
    400,
    {
      "an empty body": "",
      "words that are not JSON": "order 777",
      "half of the JSON": '{"order_id": 777',
      "single quotes": "{'order_id': 777, 'status': 'created'}",
      "something after the JSON": `${order} tea`,
      "not UTF-8": latin(order.replace("created", "cr\xe9\xe9ted")),
      "not UTF-8 in another field": latin(order.replace("}", ', "note": "\xe9"}')),
      "not UTF-8 at the end": latin(`${order}\xff`),
      "half of a letter": latin(order.replace("}", ', "note": "\xd1"}')),
    },
    outcome,
  );
});

test("step 3 · letters and signs of every kind are UTF-8, the replacement character too", () => {
  const notes = ["чай", "🛒", "\ufffd", "\\u0000", "\\ud800"];
  const bodies = notes.map((note) => order.replace("}", `, "note": "${note}"}`));
  allAre("accepted", allOf(bodies), outcome);
  const whole = bytes(`xx${order}xx`);
  const middle = whole.subarray(2, whole.length - 2);
  assert.deepEqual(
    { "bytes in the middle of others": outcome(middle) },
    { "bytes in the middle of others": "accepted" },
  );
});

test("step 3 · an `order_id` that is not a whole number, 1 or more and safe, is refused with 422", () => {
  const largest = withId("9007199254740991");
  assert.deepEqual({ [largest]: outcome(largest) }, { [largest]: "accepted" });
  const ids = ['"777"', "0", "-0", "-1", "1.5", "null", "true", "[777]", "{}", "1e400"];
  const rounded = ["9007199254740992", "9007199254740993", "1e16"];
  const odd = ['{"toString": 1}', '{"valueOf": 777}'];
  allAre(422, allOf([...ids, ...rounded, ...odd].map(withId)), outcome);
});

test("step 3 · a `status` that is not one of ours is refused with 422", () => {
  const names = ['"eaten"', '""', '"Created"', '"created "', '"toString"', '"0"'];
  const others = ["1", "0", "null", "true", '["created"]', '{"toString": 1}'];
  allAre(422, allOf([...names, ...others].map(withStatus)), outcome);
});

test("step 3 · JSON that is not an object with both fields is refused with 422", () => {
  const values = ["null", "777", "0", "true", '"order"', "[]", `[${order}]`];
  const lacking = ["{}", '{"order_id": 1}', '{"status": "paid"}', '{"orderId": 1}'];
  allAre(422, allOf([...values, ...lacking]), outcome);
});

test("step 3 · a body nested more than `MAX_DEPTH` levels deep is refused with 422, a flatter one not", () => {
  const arrays = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  const objects = (levels: number): string =>
    levels === 1 ? "{}" : `{"a": ${objects(levels - 1)}}`;
  const withMore = (value: string) => order.replace("}", `, "more": ${value}}`);
  // The order itself is the first level.
  allAre(
    "accepted",
    {
      arrays: withMore(arrays(MAX_DEPTH - 1)),
      objects: withMore(objects(MAX_DEPTH - 1)),
      "many beside each other": withMore(`[${Array(500).fill("[[]]").join()}]`),
      "brackets in a string": withMore(`"${arrays(500)}"`),
    },
    outcome,
  );
  allAre(
    422,
    {
      arrays: withMore(arrays(MAX_DEPTH)),
      objects: withMore(objects(MAX_DEPTH)),
      "arrays in objects": withMore(`{"a": [{"b": ${arrays(MAX_DEPTH - 3)}}]}`),
      "after something flat": withMore(`[1, null, {}, ${arrays(MAX_DEPTH - 1)}]`),
      "in place of the number": withId(arrays(MAX_DEPTH)),
      "in place of the status": withStatus(arrays(300)),
    },
    outcome,
  );
  const deep = withMore(arrays(40_000));
  const refused = [400, 422].includes(outcome(deep) as number);
  assert.deepEqual({ "40,000 levels": refused }, { "40,000 levels": true });
});

test("step 3 · `toEvent` returns a frozen event of the news, with the id and the time it is given", () => {
  const data = { orderId: 777, status: "paid" } as const;
  const event = toEvent("delivery-1", data, 1_000);
  const { id, name, timestamp } = event;
  assert.deepEqual(
    { id, name, timestamp, data: { ...event.data }, frozen: Object.isFrozen(event) },
    { id: "delivery-1", name: "order.paid", timestamp: 1_000, data, frozen: true },
  );
  assert.deepEqual(
    [0, 0.5]
      .map((time) => toEvent(" чай ", data, time))
      .map((one) => [one.id, one.timestamp]),
    [
      [" чай ", 0],
      [" чай ", 0.5],
    ],
  );
});
