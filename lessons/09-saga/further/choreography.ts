/**
 * The same process with nobody in charge: every service listens to what the others say, does its
 * part and says so. Beside the orchestrator, to compare.
 */
import type { Bus, BusEvent } from "#bus/contract";
import type { Command, Ids, Order, Way } from "../process.ts";
import type { Shop } from "../shop.ts";

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
  /** Doing and taking back share it, so that the service knows what it takes back. */
  task: string;
}

// #region reactions
const reactions: Record<string, Reaction[]> = {
  orders: [
    reaction("order.requested", "orders", "place the order", "forward", "order"),
    reaction("money.refused", "orders", "cancel the order", "back", "order"),
    reaction("money.released", "orders", "cancel the order", "back", "order"),
  ],
  payment: [
    reaction("order.placed", "payment", "reserve the money", "forward", "money"),
    reaction("order.rejected", "payment", "release the money", "back", "money"),
    reaction("order.delivered", "payment", "collect the money", "forward", "collection"),
  ],
  warehouse: [
    reaction("money.reserved", "warehouse", "confirm the order", "forward", "goods"),
  ],
  delivery: [
    reaction("order.confirmed", "delivery", "deliver the order", "forward", "parcel"),
  ],
};
// #endregion

export const services: readonly string[] = Object.keys(reactions);

/** Connects services to the bus: all of them, or those that are named. */
export function connectServices(
  bus: Bus<OrderEvents>,
  shop: Shop,
  names: readonly string[] = services,
): void {
  for (const { to, ...task } of names.flatMap((name) => reactions[name] ?? [])) {
    bus.subscribe(to, (data, event) => react(bus, shop, task, data, event));
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
  { participant, command, way, task }: Omit<Reaction, "to">,
  { correlationId, order }: OrderData,
  event: BusEvent,
): void {
  const ids = { correlationId, causationId: event.id };
  const asked: Command = {
    ...ids,
    key: `${correlationId}/${task}`,
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
  task: string,
): Reaction {
  return { to, participant, command, way, task };
}

function isOrderEvent(name: string): name is OrderEventName {
  return /^(order|money)\.\w+$/.test(name);
}
