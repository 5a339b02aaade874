import { AnalyticsService } from "#shop/analytics-service.ts";
import { NotificationService } from "#shop/notification-service.ts";
import { runService } from "./service.ts";
import type { Service } from "./service-process.ts";
import { Gateway, type Surroundings } from "./shop.ts";
import type { OpenBus } from "./three-processes.ts";

/** Runs the notifications, or the analytics, of a shop over a server in this process. */
export function runOver(
  openBus: (around: Surroundings, service: Service) => Promise<OpenBus>,
): Promise<void> {
  return runService(async (around, service = "notifications") => {
    const { bus, listen, close } = await openBus(around, service);
    if (service === "notifications") {
      new NotificationService(bus, new Gateway(around));
      await listen();
      return { close };
    }
    const analytics = new AnalyticsService(bus);
    await listen();
    return { figures: () => analytics.figures, close };
  });
}
