import { type Command, type Day, RULES } from "./day.ts";

/** What is looked at after each command, and the rule that it is about. */
export const NEWS = {
  "the bus hears": RULES.heard,
  "onError is called with": RULES.own,
  "stderr has": RULES.onError,
  "nobody handles": RULES.onError,
};

/** What is to be seen of a shop: the model below has it, too. */
export interface Shop {
  readonly luck: { isIdle: boolean; isBusBroken: boolean; disk: { full: boolean } };
  send(command: Command): Promise<string>;
  restart(): Promise<void>;
  hangUp(): Promise<void>;
  /** What has happened since it was asked last. */
  news(): Promise<Record<keyof typeof NEWS, string>>;
}

/** The model: what is stored, what has been handled, and what must have been heard. */
export function slowShop({ step, onError }: Day): Shop {
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
  const statusOf = ({ body, how: [, { status }] }: Command) => {
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
