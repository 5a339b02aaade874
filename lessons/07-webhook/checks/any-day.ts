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
  ON_ERROR,
  RULES,
  refusalOf,
  requestOf,
  ruleOf,
  tell,
  typeOf,
  WAYS,
} from "./day.ts";
import { atEnd, type Ends, fileFor, manyTurns, secret, stage, until } from "./desk.ts";
import { Line, Luck, openShop } from "./wire.ts";

/** What is looked at after each command, and the rule that it is about. */
const NEWS = {
  "the bus hears": RULES.heard,
  "onError is called with": RULES.own,
  "stderr has": RULES.onError,
  "nobody handles": RULES.onError,
};

/** What is to be seen of a shop: the model below has it, too. */
interface Shop {
  readonly luck: { isIdle: boolean; isBusBroken: boolean; disk: { full: boolean } };
  send(command: Command): Promise<string>;
  restart(): Promise<void>;
  hangUp(): Promise<void>;
  /** What has happened since it was asked last. */
  news(): Promise<Record<keyof typeof NEWS, string>>;
}

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
      const isOurs = luck.disk.full || refusalOf(command).status === 500;
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

/** The model: what is stored, what has been handled, and what must have been heard. */
function slowShop({ step, onError }: Day): Shop {
  const luck = { isIdle: false, isBusBroken: false, disk: { full: false } };
  const stored = new Set<Command["body"]>();
  const handled = new Set<Command["body"]>();
  let heard: string[] = [];
  let failures: string[] = [];
  const deliver = (body: Command["body"]) => {
    if (luck.isBusBroken) return failures.push("the bus is closed");
    if (!luck.isIdle && !luck.disk.full) handled.add(body);
    return heard.push(`${body.means} its ${body.id}`);
  };
  const statusOf = (command: Command) => {
    const { body } = command;
    const { status } = refusalOf(command);
    if (status === 500) failures.push("the password is tea");
    if (status !== undefined) return status;
    if (typeof body.means === "number") return body.means;
    if (stored.has(body)) return 200;
    if (luck.disk.full) return failures.push("ENOSPC") && 503;
    stored.add(body);
    deliver(body);
    return 202;
  };
  return {
    luck,
    async send(command) {
      const status = statusOf(command);
      if (status < 300) return `${status}`;
      return step < 7 ? "a refusal" : `${status} problem`;
    },
    async restart() {
      for (const body of stored) if (!handled.has(body)) deliver(body);
    },
    async hangUp() {},
    async news() {
      const isGiven = onError !== "is not given";
      const own = /throws|rejects/.test(onError) ? "the log is full" : "";
      const printed = isGiven ? own : [...new Set(failures)].join(", ");
      const news = {
        "the bus hears": heard.join(", "),
        "onError is called with": isGiven ? failures.join(", ") : "",
        "stderr has": failures.length > 0 ? printed : "",
        "nobody handles": "",
      };
      heard = [];
      failures = [];
      return news;
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
  const way = ([name, [right, wrong]]: [string, [string[], string[], ...unknown[]]]) => {
    const isOpen = step === 7 || name === "signature";
    const others = fc.constantFrom(...(isOpen ? wrong : right));
    return [name, fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...right) }, others)];
  };
  const ways = Object.fromEntries(Object.entries(WAYS).map(way));
  const command = fc.record<Command>({
    does: fc.constantFrom("send", "send", "send twice", "restart", ...does),
    body: fc.constantFrom(...BODIES.slice(0, 3), ...upTo(3, BODIES)),
    how: fc.record(ways) as fc.Arbitrary<Command["how"]>,
  });
  // Whether nothing at all can be compressed is open.
  const whole = command.map(({ how, body, ...one }) => {
    const isOpen = body.json === "" && how.encoding !== "chunked";
    return { ...one, body, how: isOpen ? { ...how, encoding: "" } : how };
  });
  const commands = fc.array(whole, { minLength: 1, maxLength: 10, size: "max" });
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
