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
const withMore = (value: string) => order.replace("}", `, "more": ${value}}`);
const allOf = (texts: string[]) => Object.fromEntries(texts.map((text) => [text, text]));

test("step 3 · `readOrder` returns order number and status, and no other field", () => {
  const more = `"admin": true, "orderId": 1, "hasOwnProperty": 1, "toString": 1`;
  const text = `{"order_id": 7.77e2, "status": "paid", ${more}}`;
  assert.deepEqual(
    { order: { ...readOrder(bytes(text)) } },
    { order: { orderId: 777, status: "paid" } },
  );
  const all = statuses.map((name) => readOrder(bytes(withStatus(`"${name}"`))).status);
  assert.deepEqual({ "every status": all }, { "every status": [...statuses] });
});

test("step 3 · bytes that are not JSON in UTF-8 are refused with 400", () => {
  const latin = (text: string) => Buffer.from(text, "latin1");
  allAre(
    400,
    {
      "an empty body": "",
      "half of the JSON": '{"order_id": 777',
      "something after the JSON": `${order} tea`,
      "not UTF-8 in another field": latin(withMore('"\xe9"')),
      "not UTF-8 at the end": latin(`${order}\xff`),
      "half of a letter at the end": latin(`${order}\xd1`),
    },
    outcome,
  );
});

test("step 3 · letters and signs of every kind are UTF-8, the replacement character too", () => {
  const notes = ['"чай"', '"🛒"', '"\ufffd"', '"\\ud800"'];
  allAre("accepted", allOf(notes.map(withMore)), outcome);
  const whole = bytes(`xx${order}xx`);
  const middle = outcome(whole.subarray(2, whole.length - 2));
  assert.deepEqual(
    { "bytes in the middle of others": middle },
    { "bytes in the middle of others": "accepted" },
  );
});

test("step 3 · an `order_id` that is not a whole number, 1 or more and safe, is refused with 422", () => {
  const largest = withId("9007199254740991");
  assert.deepEqual({ [largest]: outcome(largest) }, { [largest]: "accepted" });
  const ids = ['"777"', "0", "-1", "1.5", "null", "true", "[777]", "9007199254740992"];
  allAre(422, allOf([...ids, '{"valueOf": 777}'].map(withId)), outcome);
});

test("step 3 · a `status` that is not one of ours is refused with 422", () => {
  const names = ['"eaten"', '""', '"Created"', '"toString"', '["created"]'];
  allAre(422, allOf([...names, "0", "null", '{"toString": 1}'].map(withStatus)), outcome);
});

test("step 3 · JSON that is not an object with both fields is refused with 422", () => {
  const values = ["null", "777", '"order"', `[${order}]`];
  allAre(422, allOf([...values, '{"order_id": 1}', '{"status": "paid"}']), outcome);
});

test("step 3 · a body nested more than `MAX_DEPTH` levels deep is refused with 422, a flatter one not", () => {
  const arrays = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  const objects = (levels: number): string =>
    levels === 1 ? "{}" : `{"a": ${objects(levels - 1)}}`;
  // The order itself is the first level.
  allAre(
    "accepted",
    {
      arrays: withMore(arrays(MAX_DEPTH - 1)),
      objects: withMore(objects(MAX_DEPTH - 1)),
      "many beside each other": withMore(`[${Array(500).fill("[[]]").join()}]`),
      "brackets in a string": withMore(`"\\"${arrays(500)}"`),
    },
    outcome,
  );
  allAre(
    422,
    {
      arrays: withMore(arrays(MAX_DEPTH)),
      objects: withMore(objects(MAX_DEPTH)),
      "after something flat": withMore(`[1, null, {}, ${arrays(MAX_DEPTH - 1)}]`),
      "after 5,000 numbers": withMore(`[${"1, ".repeat(5_000)}${arrays(MAX_DEPTH - 1)}]`),
      "in place of the status": withStatus(arrays(300)),
    },
    outcome,
  );
  // An engine may refuse to parse that many.
  const refused = [400, 422].includes(outcome(withMore(arrays(40_000))) as number);
  assert.deepEqual({ "40,000 levels": refused }, { "40,000 levels": true });
});

test("step 3 · `toEvent` returns a frozen event of the news, with the id and the time it is given", () => {
  const data = { orderId: 777, status: "paid" } as const;
  for (const timestamp of [1_001, 0]) {
    const event = toEvent("Delivery-1", data, timestamp);
    assert.deepEqual(
      { ...event, data: { ...event.data }, frozen: Object.isFrozen(event) },
      { id: "Delivery-1", name: "order.paid", timestamp, data, frozen: true },
    );
  }
});
