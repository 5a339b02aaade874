// The notifications, or the analytics, of a shop over RabbitMQ: a process of its own.
import { AnalyticsService } from "#shop/analytics-service.ts";
import { NotificationService } from "#shop/notification-service.ts";
import { runService } from "../service.ts";
import { Gateway } from "../shop.ts";
import { openBus } from "./rabbitmq.ts";

await runService(async (around, service = "notifications") => {
  const { bus, close } = await openBus(around, service);
  if (service === "notifications") {
    new NotificationService(bus, new Gateway(around));
    await bus.flush();
    return { close };
  }
  const analytics = new AnalyticsService(bus);
  await bus.flush();
  return { figures: () => analytics.figures, close };
});
