/** Two shops of a day, and what is asked of their events again and again. */
import { type Bus, createEvent } from "#bus/contract";
import type { Senders } from "#given/03-online-shop/given/senders.ts";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import type { AnalyticsService } from "#lesson/03-online-shop/analytics-service.ts";
import type { OrderService } from "#lesson/03-online-shop/order-service.ts";
import { ann, asJson, clock, emittedOn, type ShopEvent, tea } from "./desk.ts";
import { type Command, PEOPLE, saidElsewhere } from "./story.ts";

type Stoppable = { stop(): unknown };
export type Orders = Pick<OrderService, "createOrder" | "payOrder">;
type Analytics = Stoppable & Pick<AnalyticsService, "figures">;

/** What makes the services, those of the answer or those of the model. */
export interface Makers {
  orders: new (bus: Bus<ShopEvents>, options: { firstOrderId: number }) => Orders;
  notifications: new (bus: Bus<ShopEvents>, senders: Senders) => Stoppable;
  analytics: new (bus: Bus<ShopEvents>) => Analytics;
  refusal: new () => Error;
}

export interface Shop {
  bus: Bus<ShopEvents>;
  orders: Orders[];
  notifications: Stoppable[];
  analytics: Analytics[];
  /** The ids of events that came as replayed ones. */
  past: Set<string>;
}

export const firstOrderId = (shop: number) => (shop === 0 ? 4101 : 7301);

/** The events of an order that somebody else takes, whose clocks differ: for less, then for still less. */
export function saidOf(command: Command, orderId: number): ShopEvent[] {
  const data = { orderId, ...(PEOPLE[command.who] ?? ann) };
  const order = { ...data, items: [tea], total: 88_00 };
  const created = createEvent("order.created", order, clock());
  const paid = createEvent("order.paid", { ...data, total: 85_00 }, 0);
  // Whoever cuts ids, or takes upper and lower case for the same, keeps one of them for the other.
  const id = `${created.id}-`.repeat(20);
  const said = { created: { ...created, id: `${id}a` }, paid: { ...paid, id: `${id}A` } };
  const past = command.way === "replayed" && { replayed: true as const };
  return saidElsewhere(command).map((word) => ({ ...said[word], ...past }));
}

/** The numbers of the orders that were emitted on a bus under this name. */
export function numbersOn(bus: Bus<ShopEvents>, kind: ShopEvent["name"]): number[] {
  return emittedOn(bus).flatMap(({ name, data }) =>
    name === kind ? [data.orderId] : [],
  );
}

/** Delivers an event that was there already. */
export function again({ bus, past }: Shop, event: ShopEvent, way: Command["way"]): void {
  if (way === "replayed" || event.replayed) past.add(event.id);
  // Whether an event is news after it has come as a replayed one is left open.
  const replayed = past.has(event.id) && { replayed: true as const };
  const comes = way === "itself" && !replayed ? event : { ...event, ...replayed };
  bus.deliver(way === "as JSON" ? asJson(comes) : comes);
}

/** What was ordered and paid, by the numbers of the orders. */
export function totalsOf(logs: Map<string, ShopEvent>[]): Map<string, Set<number>> {
  const totals = new Map<string, Set<number>>();
  for (const { data } of logs.flatMap((log) => [...log.values()])) {
    const key = String(data.orderId);
    totals.set(key, (totals.get(key) ?? new Set()).add(data.total));
  }
  return totals;
}
