import assert from "node:assert/strict";
import { test } from "node:test";
import { NotificationService } from "#lesson/03-online-shop/notification-service.ts";
import { OrderService } from "#lesson/03-online-shop/order-service.ts";
import { anyDay } from "./any-day.ts";
import {
  ann,
  cup,
  namedIn,
  openBus,
  outbox,
  payment,
  printedTotals,
  tea,
  told,
} from "./desk.ts";

test("step 3 · `payOrder` emits `order.paid` with the number, email, phone and total of that order", ({
  mock,
}) => {
  mock.timers.enable({ apis: ["Date"] });
  const { bus } = openBus();
  const orders = new OrderService(bus, { firstOrderId: 41 });
  for (const _ of [41, 42]) orders.createOrder(ann, [tea, cup]);
  const pay = (orderId: number) => {
    orders.payOrder(orderId);
    return bus.history.map(told).at(-1);
  };
  assert.deepEqual(pay(41), { name: "order.paid", ...payment });
  // Others order, day and night; then, after ten years, number 42 is paid.
  for (let more = 0; more < 2_500; more++) {
    mock.timers.tick(37 * 60 * 60 * 1_000);
    orders.createOrder(ann, [tea]);
  }
  assert.deepEqual(pay(42), { name: "order.paid", ...payment, orderId: 42 });
});

test("step 3 · `order.paid` sends one SMS to the customer, with the order's number and total", async () => {
  for (const { orderId, total, names } of printedTotals) {
    const { bus, settled } = openBus();
    const { texts, senders } = outbox();
    new NotificationService(bus, senders);
    bus.emit("order.paid", { ...payment, orderId, total });
    await settled();
    const named = texts.map((sms) => namedIn(sms, names));
    assert.deepEqual({ named }, { named: [names] });
  }
});

anyDay(3, "atOnce", "nested", "customer", "fails", "slow");
