import assert from "node:assert/strict";
import { test } from "node:test";
import { AnalyticsService } from "#lesson/03-online-shop/analytics-service.ts";
import { NotificationService } from "#lesson/03-online-shop/notification-service.ts";
import { anyDay } from "./any-day.ts";
import { openBus, outbox } from "./desk.ts";
import { importedServices } from "./imports.ts";

test("step 6 · a second `stop` does no harm, and no subscription is left", () => {
  const { bus } = openBus();
  const services = () => [
    new NotificationService(bus, outbox().senders),
    new AnalyticsService(bus),
  ];
  const old = services();
  for (const service of [...old, ...old]) service.stop();
  assert.deepEqual({ subscriptions: bus.subscriptions }, { subscriptions: 0 });
  services();
  const before = bus.subscriptions;
  for (const service of old) service.stop();
  assert.deepEqual({ subscriptions: bus.subscriptions }, { subscriptions: before });
});

test("step 6 · no service imports another, and none calls `import()`", () => {
  new AnalyticsService(openBus().bus).stop();
  assert.deepEqual({ imports: importedServices() }, { imports: [] });
});

anyDay(6, "keeps", "silent", "noOthers");
