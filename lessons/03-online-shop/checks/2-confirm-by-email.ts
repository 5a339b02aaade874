import assert from "node:assert/strict";
import { test } from "node:test";
import { NotificationService } from "#lesson/03-online-shop/notification-service.ts";
import { anyDay } from "./any-day.ts";
import { namedIn, openBus, order, outbox, printedTotals } from "./desk.ts";

test("step 2 · the email names the order's number, and its total as `formatMoney` prints it", async () => {
  for (const { orderId, total, names } of printedTotals) {
    const { bus, settled } = openBus();
    const { emails, senders } = outbox();
    new NotificationService(bus, senders);
    bus.emit("order.created", { ...order, orderId, total });
    await settled();
    const title = `order ${orderId} for ${total} kopiykas: the email names`;
    assert.deepEqual({ [title]: namedIn(emails[0], names) }, { [title]: names });
  }
});

anyDay(2, "email", "fails");
