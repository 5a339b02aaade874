// Days made up by chance at the door of the shop, against a list of what must have been heard.
import { appendFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { catchEscaped, checkDays, type Observation, quiet } from "#any-day";
import { EventBus } from "#bus/event-bus";
import { DeliveryStore } from "#lesson/07-webhook/delivery-store.ts";
import { stripe } from "#lesson/07-webhook/signatures.ts";
import type { OrderEvent, OrderEvents } from "../given/order-events.ts";
import type { Provider } from "../given/provider.ts";
import {
  BODIES,
  type Command,
  type Day,
  HOWS,
  NOW,
  RULES,
  requestOf,
  ruleOf,
  tell,
  typeOf,
} from "./day.ts";
import { Disk, newFile, secret, until } from "./desk.ts";
import { type Shop, slowShop } from "./slow-shop.ts";
import { Line, startServer } from "./wire.ts";

export { RULES };

async function play({ commands }: Day, shop: Shop): Promise<Observation[]> {
  const seen: Observation[] = [];
  for (const command of commands) {
    const { does } = command;
    if (does === "restart") await shop.restart();
    else if (does === "hangs up") await shop.hangUp();
    else if (does === "send" || does === "send twice") {
      const count = does === "send" ? 1 : 2;
      const all = Array.from({ length: count }, () => shop.send(command));
      const value = (await Promise.all(all)).sort().join(", ");
      seen.push({ rule: ruleOf(command, value), what: `${does}, and get`, value });
    } else shop.set(does);
    const { heard, onError, stderr, escaped } = await shop.news();
    const rule = does === "restart" ? RULES.start : RULES.heard;
    seen.push(
      { rule, what: `after "${does}" the bus hears`, value: heard },
      { rule: RULES.own, what: "onError is called with", value: onError },
      { rule: RULES.onError, what: "stderr has", value: stderr },
      { rule: RULES.onError, what: "failures that nobody handles", value: escaped },
    );
  }
  return seen;
}

/** A failure by its name: that of the disk comes with a sentence and a path around it. */
const shown = (error: unknown) =>
  /ENOSPC/.exec(String(error))?.[0] ?? (error as Error)?.message ?? String(error);

function atTheDoor(day: Day, step: number): Promise<Observation[]> {
  return catchEscaped(async (escaped) => {
    const { path, remove } = newFile();
    const disk = new Disk();
    const state = { isIdle: false, isBusBroken: false };
    const heard: string[] = [];
    const notes: Promise<void>[] = [];
    const told: unknown[] = [];
    const onError = (error: unknown) => {
      told.push(error);
      if (day.onError === "throws") throw new Error("the log is full");
      if (day.onError === "rejects") return Promise.reject(new Error("the log is far"));
      return day.onError === "never comes back" ? new Promise(() => {}) : undefined;
    };
    const open = async () => {
      const store = await DeliveryStore.open(path, { open: disk.open });
      const bus = new EventBus<OrderEvents>();
      bus.subscribe("order.*", (data, event: OrderEvent) => {
        const stored = store.waiting.find(({ id }) => id === event.id);
        const isSame =
          isDeepStrictEqual({ ...stored }, { ...event }) && Object.isFrozen(event);
        heard.push(
          `${event.name} ${data.orderId}${isSame ? "" : ", not as it was stored"}`,
        );
        if (!state.isIdle) notes.push(store.handled(event.id).catch(() => {}));
      });
      const deliver = (event: OrderEvent) => {
        if (state.isBusBroken) throw new Error("the bus is closed");
        bus.deliver(event);
      };
      const real = stripe(secret, { clock: () => NOW * 1_000 });
      const provider: Provider = {
        contentType: typeOf(day),
        verify(delivery) {
          if (delivery.headers["x-break"]) throw new Error("the password is tea");
          return real.verify(delivery);
        },
      };
      let moment = 0;
      const server = await startServer({
        ...{ provider, store, bus: { deliver }, clock: () => moment++ },
        ...(day.onError !== "is not given" && { onError }),
      });
      return { store, server, lines: [new Line(server.port), new Line(server.port)] };
    };
    let shop = await open();
    const close = async () => {
      for (const line of shop.lines) line.end();
      await shop.server.close();
      await shop.store.close().catch(() => {});
    };
    let turn = 0;
    try {
      return await play(day, {
        async send(command) {
          const line = shop.lines[turn++ % 2] as Line;
          line.say(requestOf(command, day));
          const { code, shown: value, status } = await line.answer();
          const isOurs = disk.full || HOWS[command.how]?.status === 500;
          if (code >= 500 && !isOurs) return status;
          return code >= 400 && step < 7 ? "a refusal" : value;
        },
        async restart() {
          state.isBusBroken = false;
          await close();
          appendFileSync(path, '{"id":"half","name":"order.cre');
          shop = await open();
        },
        async hangUp() {
          const line = new Line(shop.server.port);
          const { headers } = requestOf(
            { does: "send", body: 0, how: "signed now" },
            day,
          );
          const half = { Expect: "100-continue", "Content-Length": "900" };
          line.say({ headers: { ...headers, ...half } });
          await line.answer();
          line.end();
          await until(() => line.isClosed);
          for (let turns = 0; turns < 20; turns++) await quiet();
        },
        set(does) {
          if (does.startsWith("bus")) state.isBusBroken = does === "bus breaks";
          else if (does === "fills" || does === "heals") disk.full = does === "fills";
          else state.isIdle = does === "idles";
        },
        async news() {
          for (let turns = 0; turns < 5; turns++) await quiet();
          // Notes are written before the next thing happens.
          await Promise.all(notes.splice(0));
          const printed = escaped.stderr.match(
            /ENOSPC(?!.*ENOSPC)|the (log is full|log is far|bus is closed|password is tea)/g,
          );
          escaped.stderr = "";
          const failures = escaped.failures.splice(0).map(shown);
          return {
            heard: heard.splice(0).join(", "),
            onError: step < 7 ? "" : told.splice(0).map(shown).join(", "),
            stderr: step < 7 ? "" : [...new Set(printed)].join(", "),
            escaped: step < 7 ? "" : failures.join(", "),
          };
        },
      });
    } finally {
      await close();
      remove();
    }
  });
}

/** Registers the checks that the days make in a step: refusals and failures count from step 7 on. */
export function anyDay(step: 6 | 7): void {
  const hows = Object.keys(HOWS);
  const basic: Command["does"][] = ["restart", "idles", "works", "send twice"];
  const more: Command["does"][] = [
    ...(["fills", "fills", "heals", "hangs up", "bus breaks", "bus heals"] as const),
  ];
  const open = ({ body, how }: Command) =>
    BODIES[body]?.[0] === "" && /encoding|compressed/.test(how);
  const command = fc
    .record<Command>({
      does: fc.oneof(
        { weight: 5, arbitrary: fc.constant("send" as const) },
        { weight: 3, arbitrary: fc.constantFrom(...basic) },
        ...(step < 7 ? [] : [{ weight: 3, arbitrary: fc.constantFrom(...more) }]),
      ),
      body: fc.oneof(fc.nat(2), fc.nat(step < 7 ? 2 : BODIES.length - 1)),
      how: fc.oneof(
        fc.constantFrom(...hows.slice(0, 3)),
        fc.constantFrom(...hows.slice(0, step < 7 ? 6 : hows.length)),
      ),
    })
    // Whether a body that is not there can be compressed is left open.
    .filter((one) => !open(one));
  const { heard: _, start: __, path: ___, raw, known, ...refusals } = RULES;
  checkDays<Day>(step, step < 7 ? [raw, known] : Object.values(refusals), {
    day: fc.record({
      isForm: step < 7 ? fc.constant(false) : fc.boolean(),
      onError: fc.constantFrom<Day["onError"]>(
        ...(["works", "throws", "rejects", "never comes back", "is not given"] as const),
      ),
      commands: fc.noBias(
        fc.array(command, { minLength: 1, maxLength: 10, size: "max" }),
      ),
    }),
    play: (day) => atTheDoor(day, step),
    model: (day) => play(day, slowShop(day, step)),
    story: tell,
    rule: (day, seen) =>
      seen ??
      (day.commands.some(({ does }) => does === "restart") ? RULES.start : RULES.heard),
    waits: 3_000,
  });
}
