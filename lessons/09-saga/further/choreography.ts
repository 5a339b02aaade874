/**
 * The same process with nobody in charge: every service listens to what the others say, does its
 * part and says so. Beside the orchestrator, to compare.
 */
import type { Bus, BusEvent } from "#bus/contract";
import type { Command, Ids, Order, Way } from "../given/process.ts";
import type { Shop } from "./shop.ts";

export interface OrderData extends Ids {
  readonly order: Order;
  readonly reason?: string;
}

export type OrderEventName =
  | "order.requested"
  | "order.placed"
  | "order.refused"
  | "money.reserved"
  | "money.refused"
  | "order.confirmed"
  | "order.rejected"
  | "order.delivered"
  | "money.collected"
  | "money.released"
  | "order.cancelled";

export type OrderEvents = Record<OrderEventName, OrderData>;

/** When this has happened, the service does that. */
interface Reaction {
  to: OrderEventName;
  participant: string;
  command: string;
  way: Way;
}

// #region reactions
const reactions: Record<string, Reaction[]> = {
  orders: [
    reaction("order.requested", "orders", "place the order", "forward"),
    reaction("money.refused", "orders", "cancel the order", "back"),
    reaction("money.released", "orders", "cancel the order", "back"),
  ],
  payment: [
    reaction("order.placed", "payment", "reserve the money", "forward"),
    reaction("order.rejected", "payment", "release the money", "back"),
    reaction("order.delivered", "payment", "collect the money", "forward"),
  ],
  warehouse: [reaction("money.reserved", "warehouse", "confirm the order", "forward")],
  delivery: [reaction("order.confirmed", "delivery", "deliver the order", "forward")],
};
// #endregion

export const services: readonly string[] = Object.keys(reactions);

/** Connects services to the bus: all of them, or those that are named. */
export function connectServices(
  bus: Bus<OrderEvents>,
  shop: Shop,
  names: readonly string[] = services,
): void {
  for (const { to, ...work } of names.flatMap((name) => reactions[name] ?? [])) {
    bus.subscribe(to, (data, event) => react(bus, shop, work, data, event));
  }
}

/** The customer wants something: everything else follows, or does not. */
export function requestOrder(bus: Bus<OrderEvents>, order: Order): void {
  const ids = { correlationId: order.id, causationId: null };
  bus.emit("order.requested", { ...ids, order });
}

function react(
  bus: Bus<OrderEvents>,
  shop: Shop,
  { participant, command, way }: Omit<Reaction, "to">,
  { correlationId, order }: OrderData,
  event: BusEvent,
): void {
  const ids = { correlationId, causationId: event.id };
  const asked: Command = {
    ...ids,
    key: `${correlationId}/${command}`,
    way,
    participant,
    name: command,
    order,
  };
  const { name, reason } = shop.handle(asked);
  if (!isOrderEvent(name)) return;
  bus.emit(name, { ...ids, order, ...(reason && { reason }) });
}

function reaction(
  to: OrderEventName,
  participant: string,
  command: string,
  way: Way,
): Reaction {
  return { to, participant, command, way };
}

function isOrderEvent(name: string): name is OrderEventName {
  return /^(order|money)\.\w+$/.test(name);
}
