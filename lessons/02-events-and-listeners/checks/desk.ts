/** What the checks of this lesson share. */
import type { AnyListener, Bus, BusEvent, BusOptions, EventOf } from "#bus/contract";
import { createEvent } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import type { ShopEvents } from "#given/02-events-and-listeners/given/catalogue.ts";
import type {
  Email,
  SendEmail,
  ShopListeners,
} from "#given/02-events-and-listeners/given/listeners.ts";
import { createAnalytics } from "#lesson/02-events-and-listeners/analytics.ts";
import { connectListeners } from "#lesson/02-events-and-listeners/connect-listeners.ts";
import { createEmailSender } from "#lesson/02-events-and-listeners/email-sender.ts";
import { createLogger } from "#lesson/02-events-and-listeners/logger.ts";

/** Whoever writes down the time on the wall and calls it UTC is found out here. */
process.env.TZ = "Asia/Kathmandu";

export type ShopEvent = EventOf<ShopEvents>;

export const answer = {
  createEmailSender,
  createLogger,
  createAnalytics,
  connectListeners,
};
export type Parts = typeof answer;

export const ann = { userId: 7, name: "Ann", email: "ann@example.com" };
export const bob = { userId: 8, name: "Bob", email: "bob@example.com" };
export const order = { orderId: 41, userId: 7, email: "ann@example.com", total: 12_550 };

export const hour = 60 * 60 * 1_000;
export const week = 7 * 24 * hour;

/** Some events have waited long in a queue: each happened nine weeks before the one that came earlier. */
let now = Date.UTC(2026, 0, 31, 9, 30);
const clock = () => {
  now -= 9 * week;
  return now;
};

export const registered = (user = ann) => createEvent("user.registered", user, clock());
export const deleted = (user = ann) => createEvent("user.deleted", user, clock());
export const ordered = (data = order) => createEvent("order.created", data, clock());

/** The same event, as it comes out of a log. */
export function copyOf<Event extends BusEvent>(event: Event): Event {
  return { replayed: true, ...JSON.parse(JSON.stringify(event)) };
}

/** An email sender, and the emails that it has handed to `sendEmail`. */
export function emailSender(sendEmail: SendEmail = () => {}) {
  const emails: Email[] = [];
  const sender = createEmailSender((email) => {
    emails.push(email);
    return sendEmail(email);
  });
  return { sender, emails };
}

/** Which of the words an email names in its subject or its text, as words of their own. */
export function namedIn(email: Email | undefined, words: string[]): string[] {
  const text = `${email?.subject}\n${email?.text}`;
  const isNamed = (word: string) =>
    text.split(word).some((before, at, all) => {
      const after = all[at + 1];
      return after !== undefined && !/\d[.,]?$/.test(before) && !/^\d/.test(after);
    });
  return words.filter(isNamed);
}

interface PlainBus {
  subscribe(pattern: string, listener: AnyListener): () => boolean;
  unsubscribe(pattern: string, listener: AnyListener): boolean;
}
const PlainBus = EventBus as unknown as new (options: BusOptions) => PlainBus;

/** A bus that counts its subscriptions. */
class CountingBus extends PlainBus {
  readonly #listeners = new Map<string, Set<AnyListener>>();

  override subscribe(pattern: string, listener: AnyListener): () => boolean {
    const unsubscribe = super.subscribe(pattern, listener);
    const listeners = this.#listeners.get(pattern) ?? new Set();
    this.#listeners.set(pattern, listeners.add(listener));
    return () => unsubscribe() && listeners.delete(listener);
  }

  override unsubscribe(pattern: string, listener: AnyListener): boolean {
    const wasThere = super.unsubscribe(pattern, listener);
    return wasThere && this.#listeners.get(pattern)?.delete(listener) === true;
  }

  get subscriptions(): number {
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }
}

/** By default, a listener that fails ends the check. */
export function openBus(options: BusOptions = {}) {
  const onError = (error: unknown) => {
    throw error;
  };
  const bus = new CountingBus({ onError, ...options });
  return bus as unknown as Bus<ShopEvents> & { subscriptions: number };
}

/** Listeners that only write down who was called, and with which event. */
export function standIns() {
  const calls: string[] = [];
  const standIn = (who: string) => (data: unknown, event: BusEvent) => {
    calls.push(`${who}: ${event.name}${data === event.data ? "" : ", with other data"}`);
  };
  const listeners: ShopListeners = {
    // As the methods of a class, they are not its own.
    emailSender: Object.create({
      sayGoodbye: standIn("sayGoodbye"),
      welcome: standIn("welcome"),
      confirmOrder: standIn("confirmOrder"),
    }),
    logger: standIn("logger"),
    analytics: {
      count: standIn("analytics"),
      figures: () => ({ users: 0, orders: 0, turnover: 0 }),
    },
  };
  return { listeners, calls };
}

export const METHODS = {
  "user.registered": "welcome",
  "order.created": "confirmOrder",
  "user.deleted": "sayGoodbye",
} as const;

/** What the stand-ins of one connection write down when each of the three events comes once. */
export const allCalls = Object.entries(METHODS)
  .flatMap(([name, who]) => [who, "analytics", "logger"].map((one) => `${one}: ${name}`))
  .sort();

export function emitAll(bus: Bus<ShopEvents>): void {
  bus.emit("user.registered", ann);
  bus.emit("order.created", order);
  bus.emit("user.deleted", ann);
}
