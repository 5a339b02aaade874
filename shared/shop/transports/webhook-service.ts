// The other firm: what listens behind its webhook. In the order of lesson 7: raw bytes, signature,
// parse, store, 202, and only then the services.
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import express, { type NextFunction, type Request, type Response } from "express";
import type { Bus, BusEvent, EventOf } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import { readEvents } from "#bus/event-log";
import { QueuedBus } from "#bus/queued-bus";
import { readEvent } from "#bus/rabbit-contract";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import { Finish } from "#given/07-webhook/further/finish.ts";
import { practiceSecret } from "#given/07-webhook/further/settings.ts";
import type { OrderEvent } from "#given/07-webhook/given/order-events.ts";
import { Problem, problemOf, sendProblem } from "#given/07-webhook/given/problem.ts";
import { AnalyticsService } from "#shop/analytics-service.ts";
import { NotificationService } from "#shop/notification-service.ts";
import { DeliveryStore } from "#webhook/delivery-store.ts";
import { stripe } from "#webhook/signatures.ts";
import { runService } from "../service.ts";
import { Gateway, onErrorOf } from "../shop.ts";

const provider = stripe(practiceSecret);

await runService(async (around) => {
  const path = join(around.folder, "deliveries.jsonl");
  const store = await DeliveryStore.open(path);
  const inner = new EventBus<ShopEvents>({ historyLimit: 0 });
  const onError = onErrorOf(around);
  const bus = new QueuedBus(inner, { concurrency: 10, attempts: 3, onError });
  const listening = finishing(bus, store);
  new NotificationService(listening, new Gateway(around));
  const analytics = new AnalyticsService(listening);

  await tellThePast(path, inner);
  await bus.flush();
  for (const event of store.waiting) bus.deliver(event as unknown as EventOf<ShopEvents>);
  const app = express().disable("x-powered-by");
  const raw = express.raw({ type: () => true, limit: 100_000, inflate: false });
  app.post("/webhook/events", raw, (request, response) =>
    receive(request, response, bus, store),
  );
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) =>
    sendProblem(response, problemOf(error)),
  );
  const server = createServer(app);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/webhook/events`,
    figures: () => analytics.figures,
    async close() {
      server.close();
      server.closeAllConnections();
      await bus.flush();
      await store.close();
    },
  };
});

async function receive(
  { headers, body }: Request,
  response: Response,
  bus: Bus<ShopEvents>,
  store: DeliveryStore,
): Promise<void> {
  const { payload } = provider.verify({ headers, body });
  const event = eventOf(payload);
  // The store looks at the id and writes the rest as it is.
  const isNews = await store.add(event as OrderEvent);
  response.status(isNews ? 202 : 200).end();
  if (isNews) bus.deliver(event as EventOf<ShopEvents>);
}

/** @throws Problem with status 422 if the payload is not an event */
function eventOf(payload: Uint8Array): BusEvent {
  try {
    return readEvent(Buffer.from(payload));
  } catch (cause) {
    throw new Problem(422, "The delivery holds no event.", { cause });
  }
}

/** What was delivered before this process began: known to those who count, and no news. */
async function tellThePast(path: string, bus: Bus<ShopEvents>): Promise<void> {
  if (!existsSync(path)) return;
  for await (const { events } of readEvents(path)) {
    for (const event of events) bus.deliver(event as EventOf<ShopEvents>);
  }
}

/** A bus that tells the store when all listeners have finished with an event. */
function finishing(bus: Bus<ShopEvents>, store: DeliveryStore): Bus<ShopEvents> {
  const finish = new Finish(bus, store);
  return {
    subscribe: (pattern, listener) => finish.subscribe(pattern, listener),
    unsubscribe: (pattern, listener) => bus.unsubscribe(pattern, listener),
    emit: (name, data) => bus.emit(name, data),
    deliver: (event) => bus.deliver(event),
    get history() {
      return bus.history;
    },
  };
}
