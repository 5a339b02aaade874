// Days made up by chance at the door of the shop, against a list of what must have been heard.
import { appendFileSync } from "node:fs";
import fc from "fast-check";
import { type AnyDay, catchEscaped, type Escaped, type Observation } from "#any-day";
import { github } from "#lesson/07-webhook/signatures.ts";
import type { Provider, RawDelivery } from "../given/provider.ts";
import * as door from "./day.ts";
import * as desk from "./desk.ts";
import { Line, Luck, openShop } from "./wire.ts";

/** What is looked at after each command, and the rule that it is about. */
const NEWS = {
  "the bus hears": door.RULES.heard,
  "onError is called with": door.RULES.own,
  "stderr has": door.RULES.onError,
  "nobody handles": door.RULES.onError,
};

/** What is to be seen of a shop: the model below has it, too. */
interface Shop {
  readonly luck: Pick<Luck, "isIdle" | "isBusBroken" | "failure">;
  send(command: door.Command): Promise<string>;
  restart(): Promise<void>;
  hangUp(): Promise<void>;
  /** What has happened since it was asked last. */
  news(): Promise<Record<keyof typeof NEWS, string>>;
}

async function play({ commands }: door.Day, shop: Shop): Promise<Observation[]> {
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
      seen.push({
        rule: door.ruleOf(command, value),
        what: `${door.COMMANDS[does]}, and gets`,
        value,
      });
    } else if (does === "bus breaks" || does === "bus heals")
      luck.isBusBroken = does === "bus breaks";
    else if (does === "works" || does === "idles") luck.isIdle = does === "idles";
    else luck.failure = does === "heals" ? "" : does;
    const news = await shop.news();
    for (const what of Object.keys(NEWS) as (keyof typeof NEWS)[]) {
      const rule =
        does === "restart" && what === "the bus hears" ? door.RULES.start : NEWS[what];
      seen.push({ rule, what: `after "${does}" ${what}`, value: news[what] });
    }
  }
  return seen;
}

/** A provider whose id is not that of the header, and whose payload need not be the body. */
function providerOf(day: door.Day): Provider {
  const provider = {
    real: github(desk.secret),
    contentType: door.typeOf(day),
    verify(delivery: RawDelivery) {
      // It has a status of its own, as errors of other people's servers have.
      const more = { cause: "the cause of the cause", status: 404 };
      if (delivery.headers["x-break"] || !delivery.headers.host)
        throw Object.assign(new Error("the password is tea"), more);
      const { id, payload } = this.real.verify(delivery);
      const json = day.isBase64 ? Buffer.from(`${payload}`, "base64") : payload;
      return { id: `its ${id}`, payload: json };
    },
  };
  return provider;
}

/** A failure by its name: that of the disk comes with a sentence and a path around it. */
const shown = (error: unknown) =>
  String(error).replace(/\w*(Error: ).*(ENOSPC|EIO).*/s, "$1$2");

/** A shop with the answer in it. */
async function realShop(t: desk.Ends, day: door.Day, escaped: Escaped): Promise<Shop> {
  const [path, luck, provider] = [desk.fileFor(t), new Luck(), providerOf(day)];
  const onError = door.ON_ERROR[day.onError];
  let moment = 0;
  const options = { path, luck, provider, onError, clock: () => moment++ };
  let opened = desk.stage();
  desk.atEnd(t, () => opened.end());
  let shop = await openShop(opened, options);
  return {
    luck,
    async send(command) {
      const isOurs = luck.failure || door.refusalOf(command).status === 500;
      const answer = await shop.send(door.requestOf(command, day), Boolean(isOurs));
      // Its answer has no body.
      if (command.how.method === "HEAD") return answer.replace(/with.*/, "problem");
      return day.step < 7 && /^4/.test(answer) ? "a refusal" : answer;
    },
    async restart() {
      await opened.end();
      appendFileSync(path, '{"id":"half","name":"order.cre');
      opened = desk.stage();
      shop = await openShop(opened, options);
    },
    async hangUp() {
      const line = new Line(shop.port);
      const headers = { Expect: "100-continue", "Content-Length": "900" };
      line.say({ headers: { "Content-Type": door.typeOf(day), ...headers } });
      await line.answer();
      line.end(true);
      await desk.until(() => line.isClosed);
      await desk.manyTurns();
    },
    async news() {
      const heard = await shop.heardInTheEnd();
      // Beside what must be printed, anything may be.
      const printed = escaped.stderr.match(
        onError
          ? /the log is full/g
          : /(ENOSPC|EIO)(?!.*(ENOSPC|EIO))|the (bus is closed|password is tea)/g,
      );
      escaped.stderr = "";
      return {
        "the bus hears": heard.splice(0).sort().join(", "),
        "onError is called with": shop.errors.splice(0).map(shown).join(", "),
        "stderr has": [...new Set(printed)].join(", "),
        "nobody handles": escaped.failures.splice(0).map(shown).join(", "),
      };
    },
  };
}

/** The model: what is stored, what has been handled, and what must have been heard. */
function slowShop({ step, onError }: door.Day): Shop {
  const luck: Shop["luck"] = { isIdle: false, isBusBroken: false, failure: "" };
  const stored = new Map<string, door.Body>();
  const handled = new Set<string>();
  const heard: string[] = [];
  const failures: string[] = [];
  const deliver = ({ id, means }: door.Body) => {
    if (luck.isBusBroken) return failures.push("the bus is closed");
    if (!luck.isIdle && !luck.failure) handled.add(id);
    return heard.push(`${means} its ${id}`);
  };
  const statusOf = (command: door.Command) => {
    const { body } = command;
    const { status } = door.refusalOf(command);
    if (status === 500) failures.push("Error: the password is tea");
    if (status !== undefined) return status;
    if (typeof body.means === "number") return body.means;
    if (stored.has(body.id)) return 200;
    if (luck.failure) return failures.push(`Error: ${luck.failure}`) && 503;
    stored.set(body.id, body);
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
      for (const [id, body] of stored) if (!handled.has(id)) deliver(body);
    },
    async hangUp() {},
    async news() {
      const isGiven = onError !== "is not given";
      const own = /throws|rejects/.test(onError) ? "the log is full" : "";
      const all = failures.splice(0);
      const names = all.map((one) => one.replace("Error: ", ""));
      const printed = isGiven ? own : [...new Set(names)].join(", ");
      return {
        "the bus hears": heard.splice(0).sort().join(", "),
        "onError is called with": isGiven ? all.join(", ") : "",
        "stderr has": all.length > 0 ? printed : "",
        "nobody handles": "",
      };
    },
  };
}

/** The days of a step: refusals and failures count from step 7 on. */
export function shopDays(step: 6 | 7): AnyDay<door.Day> {
  const upTo = <One>(count: number, all: One[]) =>
    step === 6 ? all.slice(0, count) : all;
  const does = upTo(5, Object.keys(door.COMMANDS) as door.Command["does"][]);
  const way = ([name, [right, wrong]]: [string, [string[], string[], ...unknown[]]]) => {
    const isOpen = step === 7 || name === "signature";
    const others = fc.constantFrom(...(isOpen ? wrong : right));
    return [name, fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...right) }, others)];
  };
  const ways = Object.fromEntries(Object.entries(door.WAYS).map(way));
  const command = fc.record<door.Command>({
    does: fc.constantFrom(...door.OFTEN, "restart", ...does),
    body: fc.constantFrom(...upTo(4, door.SENT)),
    how: fc.record(ways) as fc.Arbitrary<door.Command["how"]>,
  });
  // Whether nothing at all can be compressed is open, and which is seen first: that, or where it goes.
  const whole = command.map(({ how, body, ...one }) => {
    const isAstray = door.WAYS.path[1].includes(how.path) || how.method !== "POST";
    const isOpen = how.encoding !== "chunked" && (isAstray || body.json === "");
    return { ...one, body, how: isOpen ? { ...how, encoding: "" } : how };
  });
  return {
    day: fc.record<door.Day>({
      step: fc.constant(step),
      isBase64: fc.boolean(),
      onError: fc.constantFrom(...(Object.keys(door.ON_ERROR) as door.Day["onError"][])),
      commands: fc.noBias(fc.array(whole, { minLength: 1, maxLength: 10, size: "max" })),
    }),
    play: (day) =>
      catchEscaped(async (escaped) => {
        const t = desk.stage();
        const seen = realShop(t, day, escaped).then((shop) => play(day, shop));
        return seen.finally(() => t.end());
      }),
    model: (day) => play(day, slowShop(day)),
    story: door.tell,
    rule: (_day, seen) => seen ?? door.RULES.heard,
    waits: 3_000,
  };
}
