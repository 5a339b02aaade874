// Days made up by chance at the door of the shop, against a list of what must have been heard.
import { appendFileSync } from "node:fs";
import fc from "fast-check";
import { type AnyDay, catchEscaped, type Escaped, type Observation } from "#any-day";
import { github } from "#lesson/07-webhook/signatures.ts";
import type { Provider } from "../given/provider.ts";
import {
  BODIES,
  COMMANDS,
  type Command,
  type Day,
  HOWS,
  ON_ERROR,
  RULES,
  requestOf,
  ruleOf,
  tell,
  typeOf,
} from "./day.ts";
import { atEnd, type Ends, fileFor, manyTurns, secret, stage, until } from "./desk.ts";
import { NEWS, type Shop, slowShop } from "./slow-shop.ts";
import { Line, Luck, openShop } from "./wire.ts";

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
      const times = does === "send" ? [1] : [1, 2];
      const all = times.map(() => shop.send(command));
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

/** A provider whose id is not that of the header, and whose payload need not be the body. */
function providerOf(day: Day): Provider {
  const real = github(secret);
  return {
    contentType: typeOf(day),
    verify(delivery) {
      if (delivery.headers["x-break"]) throw new Error("the password is tea");
      const { id, payload } = real.verify(delivery);
      const json = day.isBase64 ? Buffer.from(`${payload}`, "base64") : payload;
      return { id: `its ${id}`, payload: json };
    },
  };
}

/** A failure by its name: that of the disk comes with a sentence and a path around it. */
const shown = (error: unknown) =>
  /ENOSPC/.exec(String(error))?.[0] ?? (error as Error)?.message ?? String(error);

/** A shop with the answer in it. */
async function realShop(t: Ends, day: Day, escaped: Escaped): Promise<Shop> {
  const [path, luck, provider] = [fileFor(t), new Luck(), providerOf(day)];
  const onError = ON_ERROR[day.onError];
  let moment = 0;
  const options = { path, luck, provider, onError, clock: () => moment++ };
  let opened = stage();
  atEnd(t, () => opened.end());
  let shop = await openShop(opened, options);
  return {
    luck,
    async send(command) {
      const isOurs = luck.disk.full || command.how[1].status === 500;
      const answer = await shop.send(requestOf(command, day), isOurs);
      return day.step < 7 && /^4/.test(answer) ? "a refusal" : answer;
    },
    async restart() {
      await opened.end();
      appendFileSync(path, '{"id":"half","name":"order.cre');
      opened = stage();
      shop = await openShop(opened, options);
    },
    async hangUp() {
      const line = new Line(shop.port);
      const headers = { Expect: "100-continue", "Content-Length": "900" };
      line.say({ headers: { "Content-Type": typeOf(day), ...headers } });
      await line.answer();
      line.end();
      await until(() => line.isClosed);
      await manyTurns();
    },
    async news() {
      const heard = await shop.heardInTheEnd();
      // Beside what must be printed, anything may be.
      const printed = escaped.stderr.match(
        onError
          ? /the log is full/g
          : /ENOSPC(?!.*ENOSPC)|the (bus is closed|password is tea)/g,
      );
      escaped.stderr = "";
      return {
        "the bus hears": heard.splice(0).join(", "),
        "onError is called with": shop.errors.splice(0).map(shown).join(", "),
        "stderr has": [...new Set(printed)].join(", "),
        "nobody handles": escaped.failures.splice(0).map(shown).join(", "),
      };
    },
  };
}

function atTheDoor(day: Day): Promise<Observation[]> {
  return catchEscaped(async (escaped) => {
    const t = stage();
    const seen = realShop(t, day, escaped).then((shop) => play(day, shop));
    return seen.finally(() => t.end());
  });
}

/** The days of a step: refusals and failures count from step 7 on. */
export function shopDays(step: 6 | 7): AnyDay<Day> {
  const upTo = <One>(count: number, all: One[]) =>
    step === 6 ? all.slice(0, count) : all;
  const does = upTo(5, Object.keys(COMMANDS) as Command["does"][]);
  const hows = upTo(4, Object.entries(HOWS));
  const command = fc.record<Command>({
    does: fc.constantFrom("send", "send", "send twice", "restart", ...does),
    body: fc.constantFrom(...BODIES.slice(0, 3), ...upTo(3, BODIES)),
    how: fc.oneof(fc.constantFrom(...hows.slice(0, 1)), fc.constantFrom(...hows)),
  });
  const commands = fc.array(command, { minLength: 1, maxLength: 10, size: "max" });
  return {
    day: fc.record<Day>({
      step: fc.constant(step),
      isBase64: fc.boolean(),
      onError: fc.constantFrom(...(Object.keys(ON_ERROR) as Day["onError"][])),
      commands: fc.noBias(commands),
    }),
    play: atTheDoor,
    model: (day) => play(day, slowShop(day)),
    story: tell,
    rule: (day, seen) =>
      seen ??
      (day.commands.some(({ does }) => does === "restart") ? RULES.start : RULES.heard),
    waits: 3_000,
  };
}
