/** A shop as a day sees it: its listeners, its mail server, and what was seen since the last look. */
import { quiet } from "#any-day";
import type { BusEvent } from "#bus/contract";
import type {
  Email,
  ShopListeners,
} from "#given/02-events-and-listeners/given/listeners.ts";
import { METHODS, type Parts, type ShopEvent } from "./desk.ts";
import { pick, REASONS, RESULTS, type SERVERS } from "./story.ts";

export type Shop = ReturnType<typeof openShop>;

/** Which email an event asks for, as the method that sends it. */
export function kindOf({ name }: BusEvent) {
  const isKnown = Object.hasOwn(METHODS, name);
  return isKnown ? METHODS[name as keyof typeof METHODS] : undefined;
}

const addressOf = ({ data }: BusEvent) => (data as { email: string }).email;

/** A promise, as some mail servers' clients have them. */
class Sending<Value> extends Promise<Value> {}

/** What writing a line fails with at times. */
export const DISK_FULL = new Error("the disk is full");

export function openShop(parts: Parts, isDiskFull: boolean) {
  const server = {
    does: "works" as (typeof SERVERS)[number],
    /** How often it was looked at: it fails with something else each time, and for each address. */
    turn: 0,
  };
  const reason = (to: string) =>
    pick(Object.values(REASONS), server.turn + Number(/\d+/.exec(to)?.[0]));
  const hanging: { to: string; arrive(): void; fail(): void }[] = [];
  /** Whether the mail server takes emails to an address now. */
  const accepts = (to: string) =>
    server.does.startsWith("works") &&
    (server.does !== "works for some" || /[13579]@/.test(to));
  /** By address: emails that are on their way, or have arrived. */
  const begun = new Map<string, number>();
  const arrived = new Map<string, number>();
  const add = (counts: Map<string, number>, to: string, more: number) =>
    counts.set(to, (counts.get(to) ?? 0) + more);
  const emails: Email[] = [];
  const calls: { who: string; data: unknown; event: BusEvent }[] = [];
  const log = { text: "", lies: 0, waiting: 0, writes: 0 };

  const emailSender = parts.createEmailSender((email) => {
    emails.push(email);
    const { does } = server;
    if (does === "throws") throw reason(email.to);
    if (does !== "hangs" && !accepts(email.to)) return Sending.reject(reason(email.to));
    add(begun, email.to, 1);
    const arrive = () => {
      add(arrived, email.to, 1);
      return pick(RESULTS, server.turn);
    };
    if (does === "works") return arrive();
    if (does !== "hangs") return Sending.resolve().then(arrive);
    return new Sending((resolve, reject) => {
      hanging.push({
        to: email.to,
        arrive: () => resolve(arrive()),
        fail: () => {
          add(begun, email.to, -1);
          reject(reason(email.to));
        },
      });
    });
  });

  /** A listener that notes its calls, and looks whether it calls something done that is not. */
  const watched =
    <Data, Event extends BusEvent>(
      who: string,
      call: (data: Data, event: Event) => unknown,
    ) =>
    (data: Data, event: Event) => {
      calls.push({ who, data, event });
      const result = call(data, event);
      if (kindOf(event) !== who) return result;
      log.waiting += 1;
      const end = (lies: boolean) => {
        log.waiting -= 1;
        log.lies += Number(lies);
      };
      const look = () => end(!arrived.has(addressOf(event)));
      Promise.resolve(result).then(look, () => end(false));
      return result;
    };

  const { welcome, confirmOrder, sayGoodbye } = emailSender;
  const logger = parts.createLogger((...line) => {
    // A long word is told by its length.
    const told = line.join().replace(/x{99,}/g, ({ length }) => `x × ${length}`);
    log.text += `${told.replace(/\r?\n$/, "")}\n`;
    if (++log.writes % 3 === 2 && isDiskFull) throw DISK_FULL;
    return log.writes % 2 > 0 ? Sending.resolve() : false;
  });
  const analytics = parts.createAnalytics();
  const listeners: ShopListeners = {
    emailSender: {
      sayGoodbye: watched("sayGoodbye", sayGoodbye.bind(emailSender)),
      welcome: watched("welcome", welcome.bind(emailSender)),
      confirmOrder: watched("confirmOrder", confirmOrder.bind(emailSender)),
    },
    logger: watched("logger", logger),
    analytics: {
      count: watched("analytics", analytics.count.bind(analytics)),
      figures: () => analytics.figures(),
    },
  };

  return {
    server,
    /** Ends what hangs, the latest first. */
    answer(): void {
      for (const { to, arrive, fail } of hanging.splice(0).reverse())
        accepts(to) ? arrive() : fail();
    },
    /** Waits for who sends one email after the other, and takes a breath between. */
    async breathe(): Promise<void> {
      await quiet();
      for (let turn = 1; turn < 20 && log.waiting > 0; turn++) await quiet();
    },
    listeners,
    log,
    emails,
    calls,
    /** The events that came here and ask for an email. */
    given: new Map<string, ShopEvent>(),
    looks: [] as (() => void)[],
    /** How many emails have arrived. */
    total: () => [...arrived.values()].reduce((sum, count) => sum + count, 0),
    /** How many emails are on their way or have arrived that nobody asked for. */
    tooMany(): number {
      const asked = new Map<string, number>();
      for (const event of this.given.values()) add(asked, addressOf(event), 1);
      const more = [...begun].map(([to, count]) => count - (asked.get(to) ?? 0));
      return more.reduce((sum, count) => sum + Math.max(0, count), 0);
    },
    clear(): void {
      server.turn += 1;
      emails.length = 0;
      calls.length = 0;
      log.text = "";
    },
  };
}
