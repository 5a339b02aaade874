/**
 * What the types of the contract promise. Nothing here runs: the type-checker reads it, and an
 * unused `@ts-expect-error` is an error too, so each of these mistakes is proved to be refused.
 */
import type { AnyEvents, Bus, EventOf, NameMatching } from "#bus/contract";
import { EventBus } from "#bus/event-bus";

interface ShopEvents {
  "user.registered": { userId: number; email: string };
  "user.deleted": { userId: number };
  "order.created": { orderId: number };
  "order.item.added": { orderId: number; item: string };
}

type Same<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2
    ? true
    : false;
function isTrue<_Claim extends true>(): void {}

export function wildcardsInTypes(): void {
  isTrue<Same<NameMatching<ShopEvents, "user.*">, "user.registered" | "user.deleted">>();
  isTrue<
    Same<NameMatching<ShopEvents, "order.#">, "order.created" | "order.item.added">
  >();
  isTrue<Same<NameMatching<ShopEvents, "#.added">, "order.item.added">>();
  isTrue<
    Same<
      NameMatching<ShopEvents, "*.*">,
      "user.registered" | "user.deleted" | "order.created"
    >
  >();
  isTrue<Same<NameMatching<ShopEvents, "#">, keyof ShopEvents>>();
  isTrue<Same<NameMatching<ShopEvents, string>, keyof ShopEvents>>();
  isTrue<Same<NameMatching<ShopEvents, "*">, never>>();
  isTrue<Same<NameMatching<AnyEvents, "user.*">, string>>();
  isTrue<Same<NameMatching<{ "a..b": 1; "a.": 2 }, "a.*">, "a.">>();
  isTrue<Same<NameMatching<{ "a..b": 1; "a.": 2 }, "a.*.b">, "a..b">>();
}

export function typedCatalogue(shop: Bus<ShopEvents>): void {
  shop.emit("order.created", { orderId: 1 });
  // @ts-expect-error: no such event
  shop.emit("order.creatd", { orderId: 1 });
  // @ts-expect-error: the order id is a number
  shop.emit("order.created", { orderId: "1" });
  // @ts-expect-error: the data is missing a field
  shop.emit("user.registered", { userId: 1 });
  // @ts-expect-error: a name has no wildcards
  shop.emit("order.*", { orderId: 1 });

  shop.subscribe("user.registered", ({ email }, event) => [
    email.length,
    event.name,
    event.data.email,
  ]);
  // @ts-expect-error: user.deleted has no email
  shop.subscribe("user.deleted", ({ email }) => email);
  shop.subscribe("user.*", ({ userId }) => userId.toFixed());
  // @ts-expect-error: not every user event has an email
  shop.subscribe("user.*", ({ email }) => email);
  shop.subscribe(
    "user.*",
    (_data, event) => event.name === "user.registered" && event.data.email,
  );
  shop.subscribe(
    "#",
    (_data, event) => event.name === "order.created" && event.data.orderId.toFixed(),
  );
  // @ts-expect-error: matches no event of the catalogue
  shop.subscribe("oder.*", () => {});
  // @ts-expect-error: no name of this catalogue has one word
  shop.subscribe("*", () => {});
  // @ts-expect-error: a listener is a function
  shop.subscribe("order.created", "listener");

  shop.subscribe("order.created", async () => {})() satisfies boolean;
  shop.subscribe("order.created" as string, (_data, event) => event.name);
  // @ts-expect-error: the history is read-only
  shop.history.push(shop.emit("order.created", { orderId: 1 }));
  // @ts-expect-error: events are facts
  shop.emit("order.created", { orderId: 1 }).timestamp = 0;
  shop.deliver(shop.emit("user.deleted", { userId: 1 }));
  // @ts-expect-error: not an event of this catalogue
  shop.deliver({ id: "1", name: "order.paid", data: {}, timestamp: 0 });
}

export function untypedCatalogue(bus: Bus): void {
  bus.emit("anything.at.all", 42);
  bus.subscribe("anything.*", (data) => {
    // @ts-expect-error: without a catalogue, data must be looked at before it is used
    return data.length;
  });
}

export function passedOn(shop: Bus<ShopEvents>): void {
  const log = (_data: unknown, event: EventOf<ShopEvents>) => event.id;
  shop.subscribe("user.*", log);
  shop.subscribe("#", log);
  shop.unsubscribe("#", log);
}

export function typedBusOfAPlainClass(): Bus<ShopEvents> {
  const shop = new EventBus<ShopEvents>({ historyLimit: 10 });
  shop.subscribe("user.*", ({ userId }) => userId.toFixed());
  // @ts-expect-error: nothing in the catalogue matches
  shop.subscribe("users.*", () => {});
  // @ts-expect-error: the order id is a number
  shop.emit("order.created", { orderId: "1" });
  // @ts-expect-error: an option that does not exist
  new EventBus<ShopEvents>({ historylimit: 10 });
  return shop;
}
