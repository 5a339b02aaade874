/** What an event asks for in an email, and what the emails say. */
import type { Email } from "#given/02-events-and-listeners/given/listeners.ts";
import { formatMoney } from "#given/02-events-and-listeners/given/money.ts";
import { namedIn, type ShopEvent } from "./desk.ts";

/** The words that an email about an event must name. */
function wordsOf({ data }: ShopEvent): string[] {
  return "orderId" in data
    ? [String(data.orderId), formatMoney(data.total)]
    : [data.name];
}

/** What the emails about some events name of that which they must, and what of other events. */
export function describe(
  emails: Email[],
  events: ShopEvent[],
  given: ShopEvent[],
): string {
  const parts = emails.map((email) => {
    const event = events.find(({ data }) => data.email === email.to) ?? events[0];
    const must = event ? wordsOf(event) : [];
    // A short word, such as 0.00 UAH, may stand in any email.
    const isForeign = (word: string) => word.length > 8 && !must.join().includes(word);
    const foreign = [...given, ...events].flatMap(wordsOf).filter(isForeign);
    const named = namedIn(email, [...must, ...foreign]);
    const missing = must.filter((word) => !named.includes(word));
    for (const part of ["subject", "text"] as const)
      if (typeof email[part] !== "string") missing.push(`a ${part}`);
    return `to ${email.to} with ${named.join(" and ")}${missing.length > 0 ? `, without ${missing.join(" and ")}` : ""}`;
  });
  return parts.sort().join("; ") || "none";
}
