/** Plays a day in two shops on two buses, on the learner's listeners or the model's, and writes down what can be seen. */
import { mock } from "node:test";
import { catchEscaped, type Observation, quiet } from "#any-day";
import type { Bus, BusEvent } from "#bus/contract";
import type {
  ShopEvents,
  UserRegistered,
} from "#given/02-events-and-listeners/given/catalogue.ts";
import { TodoError } from "#todo";
import { Connections } from "./connections.ts";
import { copyOf, hour, openBus, type Parts, type ShopEvent, week } from "./desk.ts";
import { model } from "./model.ts";
import { describe } from "./see.ts";
import { DISK_FULL, kindOf, openShop, type Shop } from "./shop.ts";
import type { Command, Day, Rule } from "./story.ts";
import {
  endOf,
  isHasty,
  nameOf,
  oddOf,
  orderOf,
  RULES,
  SHOPS,
  serverOf,
  timeOf,
  timesOf,
  told,
  userOf,
} from "./story.ts";

let made = 0;

type Heard = { event: ShopEvent; bus: number };

export function play(step: number, day: Day, parts: Parts): Promise<Observation[]> {
  return catchEscaped(async (escaped) => {
    mock.timers.reset();
    mock.timers.enable({ apis: ["Date", "setTimeout", "setInterval"], now: 1e12 });
    const seen: Observation[] = [];
    const see = (rule: Rule, what: string, value: unknown) =>
      seen.push({ rule: RULES[rule], what, value });
    const errors: unknown[] = [];
    const visits: string[] = [];
    // Whether the logger says that a line could not be written is open.
    const onError = (error: unknown) => error !== DISK_FULL && errors.push(error);
    const buses = [0, 1].map(() => {
      const bus = openBus({ onError, clock: () => timeOf(step, events.length) });
      bus.subscribe("#", (_data, event) => visits.push(event.name));
      return bus;
    });
    const shops = SHOPS.map(() => openShop(parts, step < 4));
    const events: ShopEvent[] = [];
    const users: UserRegistered[] = [];
    /** What happens in the same turn as the next event. */
    const hasty: [Command, name: string, data: unknown][] = [];
    const connections = new Connections();
    let [people, orders] = [0, 0];
    let repeated = false;

    if (step < 4) for (const at of SHOPS.keys()) connect(at, at);
    for (const command of day) await perform(command);
    for (const shop of shops) await endOfDay(shop);
    if (step > 5) see("retry", "failures that nobody handles", escaped.failures.length);
    mock.timers.reset();
    return seen;

    async function perform(command: Command): Promise<void> {
      const { does, nth } = command;
      const shop = shops[command.shop] as Shop;
      if (does === "registers") {
        const user = userOf(command, people++);
        users.push(user);
        await happen(command, "user.registered", user);
      }
      if (does === "orders")
        await happen(command, "order.created", orderOf(command, orders++));
      if (does === "leaves") {
        const [user] = users.splice(nth, 1);
        // Since the registration, the user may have moved and married.
        const email = `Former${user?.userId}@Example.com`;
        const now = { ...user, name: nameOf(command), email };
        if (user) await happen(command, "user.deleted", now);
      }
      if (does === "odd") await happen(command, ...oddOf(command));
      if (does === "again") await comeAgain(command);
      const before = events.at(-1 - nth);
      if (does === "repeats" && before) await happen(command, before.name, before.data);
      if (does === "looks") look(shop);
      if (does === "server" && shop.server.does !== "hangs")
        shop.server.does = serverOf(command, step);
      if (does === "answers" && shop.server.does === "hangs")
        await answers(shop, endOf(command.value));
      // Before step 6, an event is heard in one shop: that its id comes twice is not asked yet.
      const isTaken = step < 6 && connections.has(1 - command.shop, command.bus);
      if (does === "connects" && !isTaken && !connections.has(command.shop, command.bus))
        connect(command.shop, command.bus);
      if (does === "disconnects" && connections.end(nth)) {
        // One is the visitor's.
        for (const [at, bus] of buses.entries()) {
          const left = `subscriptions left on bus ${at + 1}`;
          if (connections.haveLeft(at)) see("disconnect", left, bus.subscriptions - 1);
        }
      }
    }

    async function happen(command: Command, name: string, data: unknown): Promise<void> {
      hasty.push([command, name, data]);
      if (isHasty(command)) return;
      await report(command, hasty.splice(0).map(bring));
    }

    function bring([command, name, data]: (typeof hasty)[number]): Heard {
      const bus = buses[command.bus] as unknown as Bus;
      const id = `elsewhere${made++}`;
      const replayed = command.nth > 1 && { replayed: true as const };
      const timestamp = timeOf(step, events.length);
      const elsewhere = { id, name, data: Object.freeze(data), timestamp, ...replayed };
      const event = command.delivered
        ? Object.freeze(elsewhere)
        : bus.emit(name, elsewhere.data);
      if (command.delivered) bus.deliver(event);
      events.push(event as ShopEvent);
      return { event: event as ShopEvent, bus: command.bus };
    }

    async function comeAgain(command: Command): Promise<void> {
      const event = events[command.nth];
      if (!event) return;
      repeated = true;
      const one = command.delivered ? copyOf(event) : event;
      // Where a mail server fails at once, how many tries there are in one turn is open.
      const works = shops.every(({ server }) => /^works$|later|hangs/.test(server.does));
      for (let times = works ? timesOf(command) : 1; times > 0; times--)
        buses[command.bus]?.deliver(one);
      await report(command, [{ event: one, bus: command.bus }]);
    }

    /** What all who were connected made of what came in one turn. */
    async function report(command: Command, turn: Heard[]): Promise<void> {
      await quiet();
      const texts = shops.map(({ log }) => log.text);
      await settled();
      const numberOf = (one: BusEvent) => events.findIndex(({ id }) => id === one.id) + 1;
      const isOdd = turn.some(({ event }) => !kindOf(event));
      for (const [at, shop] of shops.entries()) {
        const about = `in ${SHOPS[at]} of event ${turn.map(({ event }) => numberOf(event))}`;
        if (step > 3) {
          const who = shop.calls.map(({ who, event, data }) => {
            const isIt = turn.some((one) => one.event === event && event.data === data);
            return `${who} ${isIt ? `at ${numberOf(event)}` : "with something else"}`;
          });
          const rule = connections.ruleOf(at, command);
          see(rule, `who hears ${about}`, who.sort().join(", ") || "nobody");
        }
        seeEmails(shop, turn, about);
        for (const { event, bus } of turn)
          if (kindOf(event) && connections.has(at, bus)) shop.given.set(event.id, event);
        const text = texts[at] ?? "";
        const count = text.split("\n").length - 1;
        see(repeated ? "logAgain" : "everyLine", `how many lines ${about}`, count);
        see(isOdd ? "wholeLine" : "line", `lines ${about}`, text.trimEnd());
        if (step > 5) {
          see("onTheWay", `emails too many ${about}`, shop.tooMany());
          see("onTheWay", `called done, but not sent ${about}`, shop.log.lies);
        }
        shop.clear();
      }
      seeErrors();
      const others = visits.splice(0).join() || "nothing";
      if (step > 3) see("visitors", "what others on the buses hear", others);
    }

    function seeEmails(shop: Shop, turn: Heard[], about: string): void {
      const { server, given, emails } = shop;
      // While an email hangs, another one may wait its turn.
      if (server.does === "hangs") return;
      const asking = turn.map(({ event }) => event).filter(kindOf);
      const isOld = asking.some(({ id }) => given.has(id));
      const rule = step > 5 ? "equal" : (asking.map(kindOf)[0] ?? "reach");
      const value = describe(emails, asking, [...given.values()]);
      see(isOld ? "once" : rule, `emails ${about}`, value);
    }

    async function answers(shop: Shop, does: Shop["server"]["does"]): Promise<void> {
      shop.server.does = does;
      shop.answer();
      await settled();
      see(does === "works" ? "onTheWay" : "retry", "emails that arrived", shop.total());
      see("notTold", "called done, but not sent", shop.log.lies);
      see("onTheWay", "calls that still wait for their email", shop.log.waiting);
      seeErrors();
      shop.clear();
    }

    function look(shop: Shop): void {
      const { analytics } = shop.listeners;
      const { users, orders, turnover } = analytics.figures();
      const kept = analytics.figures();
      const rule = repeated ? "countOnce" : events.every(kindOf) ? undefined : "others";
      see(rule ?? "users", "the figure users", users);
      see(rule ?? "orders", "the figure orders", orders);
      // Beyond safe integers, the order of adding up decides.
      const safe = (sum: number) => Number.isSafeInteger(sum) && sum;
      see(rule ?? "orders", "the figure turnover", safe(turnover));
      shop.looks.push(() => {
        const later = `${kept.users}, ${kept.orders}, ${safe(kept.turnover)}`;
        see("snapshot", "figures that were handed out, first read later", later);
      });
    }

    function connect(shop: number, bus: number): void {
      const { listeners, calls, emails } = shops[shop] as Shop;
      const count = () => calls.length + emails.length + visits.length;
      const before = count();
      const end = parts.connectListeners(buses[bus] as Bus<ShopEvents>, listeners);
      connections.add(shop, bus, end);
      see("connecting", "what happens while connecting", count() - before);
    }

    async function endOfDay(shop: Shop): Promise<void> {
      if (shop.server.does === "hangs") await answers(shop, endOf(day.length));
      shop.server.does = "works";
      if (step > 5) {
        mock.timers.tick(52 * week);
        const bus = openBus({ onError });
        model.connectListeners(bus, shop.listeners);
        for (const event of shop.given.values()) bus.deliver(copyOf(event));
        await settled();
        see("once", "emails too many in the end", shop.tooMany());
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
      mock.timers.tick(hour);
      for (const shop of shops) await shop.breathe();
      for (const error of errors) if (error instanceof TodoError) throw error;
    }
  });
}
