/** Plays a day on the learner's listeners, or on the model's. */
import { catchEscaped, type Observation, quiet } from "#any-day";
import type { Bus } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import type {
  ShopEvents,
  UserRegistered,
} from "#given/02-events-and-listeners/given/catalogue.ts";
import { TodoError } from "#todo";
import { copyOf, type ShopEvent } from "./desk.ts";
import type { Parts } from "./model.ts";
import { type See, seeEvent } from "./see.ts";
import { callDirectly, openShop, type Shop } from "./shop.ts";
import {
  amountOf,
  type Command,
  type Day,
  nameOf,
  oddOf,
  REASONS,
  RULES,
  type Rule,
  reasonOf,
  SHOPS,
  serverOf,
  told,
} from "./story.ts";

/** Ids that another system may have chosen: any string. Before step 6, no id comes twice. */
const IDS = ["constructor", "__proto__", "7", "toString", "77"];
const TIMES = [0, -1, 1_700_000_000_000, 5];
let made = 0;

/** Plays a day in two shops on two buses, and writes down what can be seen. */
export function play(step: number, day: Day, parts: Parts): Promise<Observation[]> {
  return catchEscaped(async (escaped) => {
    const seen: Observation[] = [];
    const see: See = (rule, what, value) => seen.push({ rule: RULES[rule], what, value });
    const errors: unknown[] = [];
    const visits: string[] = [];
    const buses = [0, 1].map((): Bus<ShopEvents> => {
      const bus = new EventBus<ShopEvents>({
        onError: (error) => errors.push(error),
        clock: timeOfNext,
      });
      bus.subscribe("#", (_data, event) => visits.push(event.name));
      return bus;
    });
    const shops = SHOPS.map(() => openShop(parts));
    const events: ShopEvent[] = [];
    const users: UserRegistered[] = [];
    /** By user: the shops that heard of the registration. They alone hear of the goodbye. */
    const heardOf = new Map<unknown, Set<number>>();
    const connections: { shop: number; bus: number; end(): void; ended: boolean }[] = [];
    let orders = 0;
    let [odd, repeated, stale] = [false, false, false];

    for (const command of day) await perform(command);
    for (const shop of shops) await endOf(shop);
    if (step > 5) see("retry", "failures that nobody handles", escaped.failures.length);
    return seen;

    async function perform(command: Command): Promise<void> {
      const { does, nth } = command;
      const shop = shops[command.shop] as Shop;
      if (does === "registers") {
        const number = events.length + 1;
        const email = `user${number}@example.com`;
        const user = { userId: number, name: nameOf(command), email };
        users.push(user);
        await happen(command, "user.registered", user);
      }
      if (does === "orders") {
        // From step 6 on, every other order is equal to the one before it.
        const number = step < 6 ? ++orders : orders - (orders++ % 2);
        const email = `buyer${number}@example.com`;
        const total = amountOf({ ...command, nth: number + nth - (nth % 2) });
        const order = { orderId: 70_001 + number, userId: 1, email, total };
        await happen(command, "order.created", order);
      }
      if (does === "leaves") {
        const [user] = mayLeave(command, users[nth]) ? users.splice(nth, 1) : [];
        if (user) await happen(command, "user.deleted", user);
      }
      if (does === "odd") {
        odd = true;
        await happen(command, oddOf(command).name, oddOf(command).data);
      }
      if (does === "again") await comeAgain(command);
      if (does === "looks") look(shop);
      if (does === "server" && shop.server.does !== "hangs") {
        shop.server.does = serverOf(command, step);
        shop.server.reason = REASONS[reasonOf(command)];
      }
      if (does === "answers" && shop.server.does === "hangs")
        await answers(shop, command.delivered, REASONS[reasonOf(command)]);
      // Before step 6, an event is heard in one shop: that its id comes twice is not asked yet.
      const isTaken = step < 6 && isConnected(1 - command.shop, command.bus);
      if (does === "connects" && !isTaken && !isConnected(command.shop, command.bus))
        connect(command);
      if (does === "disconnects") {
        const connection = connections[nth];
        if (connection?.ended) stale = true;
        connection?.end();
        if (connection) connection.ended = true;
      }
    }

    function timeOfNext(): number {
      const time = TIMES[events.length % TIMES.length] ?? 0;
      return step < 6 ? time + 10 * events.length : time;
    }

    function isConnected(shop: number, bus: number): boolean {
      return connections.some(
        (one) => one.shop === shop && one.bus === bus && !one.ended,
      );
    }

    /** Before step 4, a day calls the listeners of a shop; then they are to be connected to a bus. */
    function hears(shop: number, command: Command): boolean {
      return step < 4 ? shop === command.shop : isConnected(shop, command.bus);
    }

    function mayLeave(command: Command, user: UserRegistered | undefined): boolean {
      const heard = heardOf.get(user?.userId);
      return shops.every((_, at) => !hears(at, command) || heard?.has(at));
    }

    async function happen(command: Command, name: string, data: object): Promise<void> {
      const count = events.length;
      const timestamp = timeOfNext();
      const bus = buses[command.bus] as unknown as Bus;
      const id = step < 6 ? `elsewhere-${made++}` : (IDS[count] ?? `elsewhere-${count}`);
      const isEmitted = step > 3 && !command.delivered;
      const event = isEmitted
        ? bus.emit(name, data)
        : Object.freeze({ id, name, data, timestamp });
      if (step < 4)
        callDirectly(shops[command.shop] as Shop, event as ShopEvent, step, errors);
      else if (!isEmitted) bus.deliver(event);
      events.push(event as ShopEvent);
      await report(command, event as ShopEvent);
    }

    async function comeAgain(command: Command): Promise<void> {
      const event = events[command.nth];
      if (!event) return;
      if (event.name === "user.deleted" && !mayLeave(command, event.data)) return;
      repeated = true;
      const one = command.delivered ? copyOf(event) : event;
      buses[command.bus]?.deliver(one);
      await report(command, one);
    }

    /** What all who were connected made of an event. */
    async function report(command: Command, event: ShopEvent): Promise<void> {
      await settled();
      const number = events.findIndex(({ id }) => id === event.id) + 1;
      for (const [at, shop] of shops.entries()) {
        const about = `in ${SHOPS[at]} of event ${number}`;
        const here = hears(at, command);
        if (here && event.name === "user.registered") {
          const heard = heardOf.get(event.data.userId) ?? new Set();
          heardOf.set(event.data.userId, heard.add(at));
        }
        const rule = ruleOfHearing(at, command);
        seeEvent(see, shop, event, { step, about, here, rule, repeated });
        shop.clear();
      }
      seeErrors();
      if (step > 3)
        see("visitors", "what others on the buses hear", visits.splice(0).join());
    }

    function ruleOfHearing(shop: number, command: Command): Rule {
      const before = connections.filter(
        (one) => one.shop === shop && one.bus === command.bus,
      );
      if (!hears(shop, command)) return before.length > 0 ? "disconnect" : "apart";
      if (stale) return "twice";
      if (before.length > 1) return "again";
      return command.does === "odd" ? "every" : "reach";
    }

    async function answers(shop: Shop, well: boolean, reason: unknown): Promise<void> {
      shop.server.does = well ? "works" : "rejects";
      shop.server.reason = reason;
      for (const one of shop.hanging.splice(0)) well ? one.arrive() : one.fail(reason);
      await settled();
      if (well) for (const id of shop.waiting) shop.sent.add(id);
      shop.waiting.clear();
      see(well ? "onTheWay" : "retry", "how many emails have arrived", shop.total());
      see("onTheWay", "called done, but not sent", shop.log.lies);
      seeErrors();
      shop.clear();
    }

    function look({ listeners: { analytics }, looks }: Shop): void {
      const figures = analytics.figures();
      const { users, orders, turnover } = figures;
      const rule = repeated ? "countOnce" : odd ? "others" : undefined;
      see(rule ?? "users", "the figure users", users);
      see(rule ?? "orders", "the figure orders", orders);
      see(rule ?? "orders", "the figure turnover", turnover);
      const later = () =>
        JSON.stringify([figures.users, figures.orders, figures.turnover]);
      const before = later();
      looks.push(() => see("snapshot", "figures looked at again", later() === before));
    }

    function connect({ shop, bus }: Command): void {
      const { listeners, calls, emails } = shops[shop] as Shop;
      const count = () => calls.length + emails.length + visits.length;
      const before = count();
      const end = parts.connectListeners(buses[bus] as Bus<ShopEvents>, listeners);
      connections.push({ shop, bus, end, ended: false });
      see("connecting", "what happens while connecting", count() - before);
    }

    async function endOf(shop: Shop): Promise<void> {
      if (shop.server.does === "hangs") await answers(shop, true, undefined);
      shop.server.does = "works";
      if (step > 5) {
        for (const event of shop.given.values())
          callDirectly(shop, copyOf(event), step, errors);
        await settled();
        see("retry", "emails that have arrived in the end", shop.total());
        seeErrors();
      }
      if (step > 2) look(shop);
      for (const again of shop.looks) again();
    }

    function seeErrors(): void {
      const list = errors.splice(0).map(told).sort().join(", ");
      see(step < 4 ? "fails" : "onError", "what listeners fail with", list || "nothing");
    }

    async function settled(): Promise<void> {
      await quiet();
      for (const error of errors) if (error instanceof TodoError) throw error;
    }
  });
}
