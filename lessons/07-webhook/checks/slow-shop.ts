import { BODIES, type Command, type Day, HOWS } from "./day.ts";

/** What is to be seen of a shop: the model below has it, too. */
export interface Shop {
  send(command: Command): Promise<string>;
  restart(): Promise<void>;
  hangUp(): Promise<void>;
  set(does: Command["does"]): void;
  /** What has happened since it was asked last. */
  news(): Promise<Record<"heard" | "onError" | "stderr" | "escaped", string>>;
}

/** The model: what is known, what has been handled, and what must have been heard. */
export function slowShop(day: Day, step: number): Shop {
  const known: { body: number; handled: boolean; noted: boolean }[] = [];
  let heard: string[] = [];
  let failures: string[] = [];
  const state = { isIdle: false, isFull: false, isBusBroken: false };
  const deliver = (one: (typeof known)[number]) => {
    if (state.isBusBroken) return failures.push("the bus is closed");
    heard.push(String(BODIES[one.body]?.[1]));
    if (state.isIdle) return;
    one.handled = true;
    one.noted = !state.isFull;
  };
  const statusOf = ({ body, how }: Command): number => {
    const { status } = HOWS[how] ?? {};
    if (status === 500) failures.push("the password is tea");
    if (status !== undefined) return status;
    const meaning = BODIES[body]?.[1];
    if (typeof meaning === "number") return meaning;
    if (known.some((one) => one.body === body)) return 200;
    if (state.isFull) return failures.push("ENOSPC") && 503;
    const one = { body, handled: false, noted: false };
    known.push(one);
    deliver(one);
    return 202;
  };
  return {
    async send(command) {
      const status = statusOf(command);
      if (status < 300) return `${status}`;
      return step < 7 ? "a refusal" : `${status} problem`;
    },
    async restart() {
      state.isBusBroken = false;
      for (const one of known) one.handled = one.noted;
      for (const one of known.filter(({ handled }) => !handled)) deliver(one);
    },
    async hangUp() {},
    set(does) {
      if (does.startsWith("bus")) state.isBusBroken = does === "bus breaks";
      else if (does === "fills" || does === "heals") state.isFull = does === "fills";
      else state.isIdle = does === "idles";
    },
    async news() {
      const printed = {
        ...{ throws: ["the log is full"], rejects: ["the log is far"] },
        ...{ works: [], "never comes back": [], "is not given": failures },
      }[day.onError];
      const news = {
        heard: heard.join(", "),
        onError: day.onError === "is not given" ? "" : failures.join(", "),
        stderr: failures.length > 0 ? [...new Set(printed)].join(", ") : "",
        escaped: "",
      };
      heard = [];
      failures = [];
      return news;
    },
  };
}
