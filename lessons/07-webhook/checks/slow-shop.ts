import { BODIES, type Command, type Day, HOWS, RULES } from "./day.ts";
import { Disk } from "./desk.ts";

/** What a shop cannot choose. */
export class Luck {
  isIdle = false;
  isBusBroken = false;
  readonly disk = new Disk();
}

/** What is looked at after each command, and the rule that it is about. */
export const NEWS = {
  "the bus hears": RULES.heard,
  "onError is called with": RULES.own,
  "stderr has": RULES.onError,
  "nobody handles": RULES.onError,
};

/** What is to be seen of a shop: the model below has it, too. */
export interface Shop {
  readonly luck: Luck;
  send(command: Command): Promise<string>;
  restart(): Promise<void>;
  hangUp(): Promise<void>;
  /** What has happened since it was asked last. */
  news(): Promise<Record<keyof typeof NEWS, string>>;
}

/** The model: what is known, what has been handled, and what must have been heard. */
export function slowShop(day: Day, step: number): Shop {
  const luck = new Luck();
  const known: { body: number; handled: boolean; noted: boolean }[] = [];
  let heard: string[] = [];
  let failures: string[] = [];
  const deliver = (one: (typeof known)[number]) => {
    if (luck.isBusBroken) return failures.push("the bus is closed");
    heard.push(String(BODIES[one.body]?.[1]));
    if (luck.isIdle) return;
    one.handled = true;
    one.noted = !luck.disk.full;
  };
  const statusOf = ({ body, how }: Command): number => {
    const { status } = HOWS[how] ?? {};
    if (status === 500) failures.push("the password is tea");
    if (status !== undefined) return status;
    const meaning = BODIES[body]?.[1];
    if (typeof meaning === "number") return meaning;
    if (known.some((one) => one.body === body)) return 200;
    if (luck.disk.full) return failures.push("ENOSPC") && 503;
    const one = { body, handled: false, noted: false };
    known.push(one);
    deliver(one);
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
      for (const one of known) one.handled = one.noted;
      for (const one of known.filter(({ handled }) => !handled)) deliver(one);
    },
    async hangUp() {},
    async news() {
      const printed = {
        ...{ throws: ["the log is full"], rejects: ["the log is far"] },
        ...{ works: [], "never comes back": [], "is not given": failures },
      }[day.onError];
      const news = {
        "the bus hears": heard.join(", "),
        "onError is called with":
          day.onError === "is not given" ? "" : failures.join(", "),
        "stderr has": failures.length > 0 ? [...new Set(printed)].join(", ") : "",
        "nobody handles": "",
      };
      heard = [];
      failures = [];
      return news;
    },
  };
}
