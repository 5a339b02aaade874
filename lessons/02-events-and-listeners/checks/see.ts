/** What can be seen of an event in a shop, and which rule it is about. */
import type { Email } from "#given/02-events-and-listeners/given/listeners.ts";
import { formatMoney } from "#given/02-events-and-listeners/given/money.ts";
import { namedIn, type ShopEvent } from "./desk.ts";
import { methodFor, type Shop } from "./shop.ts";
import type { Rule } from "./story.ts";

export type See = (rule: Rule, what: string, value: unknown) => void;

interface About {
  step: number;
  /** Which event in which shop. */
  about: string;
  /** Whether the event was to be heard here. */
  here: boolean;
  /** What it is about who hears it. */
  rule: Rule;
  /** Whether an event has come again on this day. */
  repeated: boolean;
}

export function seeEvent(
  see: See,
  shop: Shop,
  event: ShopEvent,
  { step, about, here, rule, repeated }: About,
): void {
  const { calls, emails, server, given, log } = shop;
  if (step > 3) {
    const isWhole = (call: (typeof calls)[number]) =>
      call.event === event && call.data === event.data;
    const who = calls.map((call) =>
      isWhole(call) ? call.who : `${call.who} with something else`,
    );
    see(rule, `who hears ${about}`, who.sort().join(", ") || "nobody");
  }
  const kind = kindOf(event);
  // While an email hangs, another one may wait its turn.
  if (server.does !== "hangs") {
    const emailRule = given.has(event.id)
      ? "once"
      : step > 5
        ? "equal"
        : (kind ?? "reach");
    const strangers = emails.length === 0 ? "none" : "some";
    see(
      emailRule,
      `emails ${about}`,
      kind ? describe(emails, event, [...given.values()]) : strangers,
    );
  }
  if (kind && here) given.set(event.id, event);
  const count = log.text.split("\n").length - 1;
  see(repeated ? "logAgain" : "everyLine", `how many lines ${about}`, count);
  see(kind ? "line" : "wholeLine", `lines ${about}`, log.text.trimEnd());
  if (step > 5) {
    see("onTheWay", `emails too many ${about}`, shop.tooMany());
    see("onTheWay", `called done, but not sent ${about}`, log.lies);
  }
}

function kindOf(event: ShopEvent): Rule | undefined {
  const rules = { welcome: "welcome", confirmOrder: "confirm", sayGoodbye: "goodbye" };
  return rules[methodFor(event) as keyof typeof rules] as Rule | undefined;
}

/** The words that an email about an event must name. */
function wordsOf({ data }: ShopEvent): string[] {
  return "orderId" in data
    ? [String(data.orderId), formatMoney(data.total)]
    : [data.name];
}

/** What the emails about an event name of that which they must, and what of other events. */
function describe(emails: Email[], event: ShopEvent, others: ShopEvent[]): string {
  const must = wordsOf(event);
  // A short word may stand in any email.
  const isForeign = (word: string) => word.length > 5 && !must.join().includes(word);
  const foreign = others.flatMap(wordsOf).filter(isForeign);
  const parts = emails.map((email) => {
    const named = namedIn(email, [...must, ...foreign]);
    const missing = must.filter((word) => !named.includes(word));
    return `to ${email.to} with ${named.join()}${missing.length > 0 ? ` without ${missing.join()}` : ""}`;
  });
  return parts.join("; ") || "none";
}
