import assert from "node:assert/strict";
import { test } from "node:test";
import { OrderError, OrderService } from "#lesson/03-online-shop/order-service.ts";
import { anyDay } from "./any-day.ts";
import { ann, answerOf, openBus, tea } from "./desk.ts";

test("step 5 · `payOrder` refuses to take a payment twice, and names the order's number", ({
  mock,
}) => {
  mock.timers.enable({ apis: ["Date"] });
  const orders = new OrderService(openBus().bus, { firstOrderId: 412_345 });
  for (let each = 0; each < 2_500; each++) {
    orders.payOrder(orders.createOrder(ann, [tea]));
    mock.timers.tick(37 * 60 * 60 * 1_000);
  }
  const answer = answerOf(OrderError, () => orders.payOrder(412_345), 412_345);
  assert.deepEqual({ answer }, { answer: "refused" });
});

test("step 5 · the constructor refuses a `firstOrderId` that is not a whole number of 1 or more, with a `RangeError`", () => {
  const { bus } = openBus();
  // What an earlier check asks of this step comes first.
  answerOf(OrderError, () => new OrderService(bus).createOrder(ann, []));
  const before = bus.subscriptions;
  for (const firstOrderId of [0, -3, 1.5, Number.NaN, Infinity, "41"] as number[]) {
    const answer = answerOf(RangeError, () => {
      new OrderService(bus, { firstOrderId });
    });
    const title = `firstOrderId ${firstOrderId}, ${typeof firstOrderId}`;
    assert.deepEqual(
      { [title]: answer, "subscriptions it leaves": bus.subscriptions - before },
      { [title]: "refused", "subscriptions it leaves": 0 },
    );
  }
});

anyDay(5, "empty", "quantity", "price", "total", "unknown");
