// Days made up by chance at the door of the shop, against a list of what must have been heard.
import { appendFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { catchEscaped, checkDays, type Observation } from "#any-day";
import { stripe } from "#lesson/07-webhook/signatures.ts";
import type { OrderEvent } from "../given/order-events.ts";
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
import { atEnd, fileFor, manyTurns, openStore, secret, until } from "./desk.ts";
import { Luck, NEWS, type Shop, slowShop } from "./slow-shop.ts";
import { Line, startServer } from "./wire.ts";

export { RULES };

async function play({ commands }: Day, shop: Shop): Promise<Observation[]> {
  const { luck } = shop;
  const seen: Observation[] = [];
  for (const command of commands) {
    const { does } = command;
    if (does === "restart") {
      luck.isBusBroken = false;
      await shop.restart();
    } else if (does === "hangs up") await shop.hangUp();
    else if (does === "send" || does === "send twice") {
      const count = does === "send" ? 1 : 2;
      const all = Array.from({ length: count }, () => shop.send(command));
      const value = (await Promise.all(all)).sort().join(", ");
      seen.push({ rule: ruleOf(command, value), what: `${does}, and get`, value });
    } else if (does === "bus breaks" || does === "bus heals")
      luck.isBusBroken = does === "bus breaks";
    else if (does === "fills" || does === "heals") luck.disk.full = does === "fills";
    else luck.isIdle = does === "idles";
    const news = await shop.news();
    for (const what of Object.keys(NEWS) as (keyof typeof NEWS)[]) {
      const rule =
        does === "restart" && what === "the bus hears" ? RULES.start : NEWS[what];
      seen.push({ rule, what: `after "${does}" ${what}`, value: news[what] });
    }
  }
  return seen;
}

/** A failure by its name: that of the disk comes with a sentence and a path around it. */
const shown = (error: unknown) =>
  /ENOSPC/.exec(String(error))?.[0] ?? (error as Error)?.message ?? String(error);

function atTheDoor(day: Day, step: number): Promise<Observation[]> {
  return catchEscaped(async (escaped) => {
    let remove = async () => {};
    const path = fileFor({ after: (run) => (remove = run) });
    const luck = new Luck();
    const heard: string[] = [];
    const notes: Promise<void>[] = [];
    const told: unknown[] = [];
    const onError = (error: unknown) => {
      told.push(error);
      if (day.onError === "throws") throw new Error("the log is full");
      if (day.onError === "rejects") return Promise.reject(new Error("the log is far"));
      return day.onError === "never comes back" ? new Promise(() => {}) : undefined;
    };
    const real = stripe(secret, { clock: () => NOW * 1_000 });
    const provider: Provider = {
      contentType: typeOf(day),
      verify(delivery) {
        if (delivery.headers["x-break"]) throw new Error("the password is tea");
        const { id, payload } = real.verify(delivery);
        const json = day.isBase64 ? Buffer.from(`${payload}`, "base64") : payload;
        return { id, payload: json };
      },
    };
    let port = 0;
    let lines: Line[] = [];
    let close = async () => {};
    let moment = 0;
    const open = async () => {
      const t = { after: (run: () => Promise<void>) => (close = run) };
      const store = await openStore(t, path, luck.disk);
      const deliver = (event: OrderEvent) => {
        // Not an `Error`: whatever is thrown is a failure.
        if (luck.isBusBroken) throw "the bus is closed";
        const stored = store.waiting.find(({ id }) => id === event.id);
        const isSame = isDeepStrictEqual({ ...stored }, { ...event });
        const wrong = isSame && Object.isFrozen(event) ? "" : ", not as it was stored";
        heard.push(`${event.name} ${event.data.orderId}${wrong}`);
        if (!luck.isIdle) notes.push(store.handled(event.id).catch(() => {}));
      };
      const server = await startServer({
        ...{ provider, store, bus: { deliver }, clock: () => moment++ },
        ...(day.onError !== "is not given" && { onError }),
      });
      atEnd(t, () => server.close());
      port = server.port;
      lines = [new Line(port), new Line(port)];
      for (const line of lines) atEnd(t, () => line.end());
    };
    let turn = 0;
    try {
      await open();
      return await play(day, {
        luck,
        async send(command) {
          const line = lines[turn++ % 2] as Line;
          line.say(requestOf(command, day));
          const { code, shown: value } = await line.answer();
          const isOurs = luck.disk.full || HOWS[command.how]?.status === 500;
          if (code >= 500 && !isOurs) return [value, ...told.map(shown)].join(", since ");
          return code >= 400 && step < 7 ? "a refusal" : value;
        },
        async restart() {
          await close();
          appendFileSync(path, '{"id":"half","name":"order.cre');
          await open();
        },
        async hangUp() {
          const line = new Line(port);
          const headers = { Expect: "100-continue", "Content-Length": "900" };
          line.say({ headers: { "Content-Type": typeOf(day), ...headers } });
          await line.answer();
          line.end();
          await until(() => line.isClosed);
          await manyTurns();
        },
        async news() {
          await manyTurns();
          // Notes are written before the next thing happens.
          await Promise.all(notes.splice(0));
          // Beside what must be printed, anything may be.
          const printed = escaped.stderr.match(
            day.onError === "is not given"
              ? /ENOSPC(?!.*ENOSPC)|the (bus is closed|password is tea)/g
              : /the log is (full|far)/g,
          );
          escaped.stderr = "";
          return {
            "the bus hears": heard.splice(0).join(", "),
            "onError is called with": told.splice(0).map(shown).join(", "),
            "stderr has": [...new Set(printed)].join(", "),
            "nobody handles": escaped.failures.splice(0).map(shown).join(", "),
          };
        },
      });
    } finally {
      await close();
      await remove();
    }
  });
}

/** Registers the checks that the days make in a step: refusals and failures count from step 7 on. */
export function anyDay(step: 6 | 7): void {
  const hows = Object.keys(HOWS);
  const does = [
    "send",
    "send",
    "send",
    "send twice",
    "restart",
    "idles",
    "works",
  ] as const;
  const more = [
    "fills",
    "fills",
    "heals",
    "hangs up",
    "bus breaks",
    "bus heals",
  ] as const;
  const command = fc.record<Command>({
    does: fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom(...does) },
      { weight: step < 7 ? 0 : 1, arbitrary: fc.constantFrom(...more) },
    ),
    body: fc.oneof(fc.nat(2), fc.nat(step < 7 ? 2 : BODIES.length - 1)),
    how: fc.oneof(
      fc.constantFrom(...hows.slice(0, 3)),
      fc.constantFrom(...hows.slice(0, step < 7 ? 6 : hows.length)),
    ),
  });
  const { heard: _, path: __, start, raw, known, ...refusals } = RULES;
  checkDays<Day>(step, step < 7 ? [start, raw, known] : Object.values(refusals), {
    day: fc.record({
      isForm: step < 7 ? fc.constant(false) : fc.boolean(),
      isBase64: fc.boolean(),
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
