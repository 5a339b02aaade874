/** Plays a day in two shops on two buses, on the learner's listeners or the model's, and writes down what can be seen. */
import { catchEscaped, type Observation, quiet } from "#any-day";
import type { Bus } from "#bus/contract";
import type {
  ShopEvents,
  UserRegistered,
} from "#given/02-events-and-listeners/given/catalogue.ts";
import { TodoError } from "#todo";
import { busWith, copyOf, type ShopEvent } from "./desk.ts";
import type { Parts } from "./model.ts";
import { type See, seeEvent, seeFigures } from "./see.ts";
import { callDirectly, openShop, type Shop } from "./shop.ts";
import {
  amountOf,
  type Command,
  type Day,
  endOf,
  idOf,
  LAST_ANSWERS,
  nameOf,
  oddOf,
  pick,
  REASONS,
  RULES,
  type Rule,
  reasonOf,
  SHOPS,
  serverOf,
  TIMES,
  told,
} from "./story.ts";

let made = 0;
const replayed = true as const;

export function play(step: number, day: Day, parts: Parts): Promise<Observation[]> {
  return catchEscaped(async (escaped) => {
    const seen: Observation[] = [];
    const see: See = (rule, what, value) => seen.push({ rule: RULES[rule], what, value });
    const errors: unknown[] = [];
    const visits: string[] = [];
    const onError = (error: unknown) => errors.push(error);
    const buses = [0, 1].map(() => {
      const made = busWith({ onError, clock: timeOfNext });
      made.bus.subscribe("#", (_data, event) => visits.push(event.name));
      return made;
    });
    const shops = SHOPS.map(() => openShop(parts));
    const events: ShopEvent[] = [];
    const users: UserRegistered[] = [];
    const connections: { shop: number; bus: number; end(): void; ended: boolean }[] = [];
    let orders = 0;
    let [odd, repeated, stale, strange] = [false, false, false, false];

    for (const command of day) await perform(command);
    for (const shop of shops) await endOfDay(shop);
    if (step > 5) see("retry", "failures that nobody handles", escaped.failures.length);
    return seen;

    async function perform(command: Command): Promise<void> {
      const { does, nth } = command;
      const shop = shops[command.shop] as Shop;
      if (does === "registers") {
        const userId = events.length + 1;
        const email = `User${userId}@Example.com`;
        const user = { userId, name: nameOf(command), email };
        users.push(user);
        await happen(command, "user.registered", user);
      }
      if (does === "orders") {
        const email = `Buyer${orders}@Example.com`;
        const orderId = orders++ * 7_000_000_001;
        const order = { orderId, userId: 1, email, total: amountOf(command) };
        await happen(command, "order.created", order);
      }
      if (does === "leaves") {
        const [user] = users.splice(nth, 1);
        // Since the registration, the user may have moved and married.
        const email = `Former${user?.userId}@Example.com`;
        const now = { ...user, name: nameOf(command), email };
        if (user) await happen(command, "user.deleted", now);
      }
      if (does === "odd") {
        odd = true;
        await happen(command, oddOf(command).name, oddOf(command).data);
      }
      if (does === "again") await comeAgain(command);
      const before = events.at(-1 - nth);
      if (does === "repeats" && before) await happen(command, before.name, before.data);
      if (does === "looks") look(shop);
      if (does === "server" && shop.server.does !== "hangs") {
        shop.server.does = serverOf(command, step);
        shop.server.reason = REASONS[reasonOf(command)];
      }
      if (does === "answers" && shop.server.does === "hangs")
        await answers(shop, endOf(command), REASONS[reasonOf(command)]);
      // Before step 6, an event is heard in one shop: that its id comes twice is not asked yet.
      const isTaken = step < 6 && isConnected(1 - command.shop, command.bus);
      if (does === "connects" && !isTaken && !isConnected(command.shop, command.bus))
        connect(command);
      if (does === "disconnects") {
        const connection = connections[nth];
        if (connection?.ended) stale = true;
        connection?.end();
        if (connection) connection.ended = true;
        // One is the visitor's.
        for (const [at, { subscriptions }] of buses.entries()) {
          const isLeft = connections.every((one) => one.bus !== at || one.ended);
          const left = `subscriptions left on bus ${at + 1}`;
          if (isLeft) see("disconnect", left, subscriptions.length - 1);
        }
      }
    }

    function timeOfNext(): number {
      const at = events.length;
      return step < 6 ? pick(TIMES, at) + 10 * at : pick(TIMES, Math.floor(at / 2));
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

    async function happen(command: Command, name: string, data: unknown): Promise<void> {
      const timestamp = timeOfNext();
      const bus = buses[command.bus]?.bus as unknown as Bus;
      const isEmitted = step > 3 && !command.delivered;
      // Before step 6, no id comes twice.
      const given = step > 5 && !isEmitted ? idOf(day, command) : undefined;
      const id = given ?? `elsewhere-${made++}`;
      strange ||= given !== undefined;
      const elsewhere = {
        id,
        name,
        data,
        timestamp,
        ...(command.nth > 1 && { replayed }),
      };
      const event = isEmitted ? bus.emit(name, data) : Object.freeze(elsewhere);
      if (step < 4)
        callDirectly(shops[command.shop] as Shop, event as ShopEvent, step, errors);
      else if (!isEmitted) bus.deliver(event);
      events.push(event as ShopEvent);
      await report(command, event as ShopEvent);
    }

    async function comeAgain(command: Command): Promise<void> {
      const event = events[command.nth];
      if (!event) return;
      repeated = true;
      const one = command.delivered ? copyOf(event) : event;
      buses[command.bus]?.bus.deliver(one);
      await report(command, one);
    }

    /** What all who were connected made of an event. */
    async function report(command: Command, event: ShopEvent): Promise<void> {
      await settled();
      const number = events.findIndex(({ id }) => id === event.id) + 1;
      for (const [at, shop] of shops.entries()) {
        const about = `in ${SHOPS[at]} of event ${number}`;
        const here = hears(at, command);
        const rule = ruleOfHearing(at, command);
        seeEvent(see, shop, event, { step, about, here, rule, repeated });
        shop.clear();
      }
      seeErrors();
      const others = visits.splice(0).join() || "nothing";
      if (step > 3) see("visitors", "what others on the buses hear", others);
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

    async function answers(
      shop: Shop,
      does: Shop["server"]["does"],
      reason: unknown,
    ): Promise<void> {
      const { server, waiting, given, sent } = shop;
      Object.assign(server, { does, reason });
      shop.answer();
      await settled();
      for (const id of waiting) {
        const event = given.get(id);
        if (event && shop.accepts(event)) sent.add(id);
      }
      waiting.clear();
      const rule = does === "works" ? "onTheWay" : "retry";
      see(rule, "how many emails have arrived", shop.total());
      see("onTheWay", "called done, but not sent", shop.log.lies);
      seeErrors();
      shop.clear();
    }

    function look(shop: Shop): void {
      const id = strange ? "equal" : undefined;
      seeFigures(see, shop, repeated ? "countOnce" : odd ? "others" : id);
    }

    function connect({ shop, bus }: Command): void {
      const { listeners, calls, emails } = shops[shop] as Shop;
      const count = () => calls.length + emails.length + visits.length;
      const before = count();
      const end = parts.connectListeners(buses[bus]?.bus as Bus<ShopEvents>, listeners);
      connections.push({ shop, bus, end, ended: false });
      see("connecting", "what happens while connecting", count() - before);
    }

    async function endOfDay(shop: Shop): Promise<void> {
      const end = pick(LAST_ANSWERS, day.length);
      if (shop.server.does === "hangs") await answers(shop, end, undefined);
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
