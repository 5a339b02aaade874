import type { Bus, BusEvent, EventOf } from "#bus/contract";
import type {
  OrderCreated,
  ShopEvents,
  UserDeleted,
  UserRegistered,
} from "#given/02-events-and-listeners/given/catalogue.ts";
import type { ShopListeners } from "#given/02-events-and-listeners/given/listeners.ts";

/** Wraps the methods, so that they keep their `this`, and names each wrapper to unsubscribe it. */
export function connectListeners(
  bus: Bus<ShopEvents>,
  { emailSender, logger, analytics }: ShopListeners,
): () => void {
  const count = (data: ShopEvents[keyof ShopEvents], event: EventOf<ShopEvents>) =>
    analytics.count(data, event);
  const welcome = (
    user: UserRegistered,
    event: BusEvent<"user.registered", UserRegistered>,
  ) => emailSender.welcome(user, event);
  const confirm = (order: OrderCreated, event: BusEvent<"order.created", OrderCreated>) =>
    emailSender.confirmOrder(order, event);
  const goodbye = (user: UserDeleted, event: BusEvent<"user.deleted", UserDeleted>) =>
    emailSender.sayGoodbye(user, event);

  bus.subscribe("user.registered", welcome);
  bus.subscribe("order.created", confirm);
  bus.subscribe("user.deleted", goodbye);
  bus.subscribe("#", count);
  bus.subscribe("#", logger);
  let isConnected = true;

  return () => {
    if (!isConnected) return;
    isConnected = false;
    bus.unsubscribe("user.registered", welcome);
    bus.unsubscribe("order.created", confirm);
    bus.unsubscribe("user.deleted", goodbye);
    bus.unsubscribe("#", count);
    bus.unsubscribe("#", logger);
  };
}
