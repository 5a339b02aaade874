/** What the checks of this lesson share. */
import { isDeepStrictEqual } from "node:util";
import { quiet } from "#any-day";
import {
  type Bus,
  createEvent,
  type EventOf,
  type Listener,
  type NameOf,
  type PatternOf,
} from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import { WrappingBus } from "#bus/wrapping-bus";
import type { Email, Senders, Sms } from "#given/03-online-shop/given/senders.ts";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import type { Figures } from "#lesson/03-online-shop/analytics-service.ts";

export type ShopEvent = EventOf<ShopEvents>;

export const ann = { email: "ann@example.com", phone: "+380441234567" };
export const bob = { email: "Bob@Example.com", phone: "+380447654321" };
export const tea = { name: "green tea", quantity: 2, price: 45_00 };
export const cup = { name: "Cup", quantity: 1, price: 35_50 };

/** Order 41, as the order service emits it: two teas and a cup for 125.50 UAH. */
export const order = { orderId: 41, ...ann, items: [tea, cup], total: 125_50 };
export const payment = { orderId: 41, ...ann, total: 125_50 };

/** Some orders, and what a message must name of them: the total as `formatMoney` prints it. */
export const printedTotals = [
  { orderId: 41, total: 125_50, names: ["41", "125.50 UAH"] },
  { orderId: 12_345, total: 5, names: ["12345", "0.05 UAH"] },
  { orderId: 2 ** 40, total: 0, names: ["1099511627776", "0.00 UAH"] },
  { orderId: 1, total: 9e15 + 1, names: ["1", "90000000000000.01 UAH"] },
];

let asked = 0;

/** It is long ago, or far ahead: three events at a time happen in the same millisecond. */
export function clock(): number {
  asked += 1;
  const turn = Math.floor(asked / 3);
  return Date.UTC(turn % 2 ? 2171 : 1971, 0) + turn;
}

export function restartClock(): void {
  asked = 0;
}

/** A bus that knows how many subscriptions there are. */
class CountingBus extends WrappingBus<ShopEvents> {
  subscriptions = 0;

  override subscribe<Pattern extends string>(
    pattern: PatternOf<ShopEvents, Pattern>,
    listener: Listener<ShopEvents, Pattern>,
  ) {
    const unsubscribe = super.subscribe(pattern, listener);
    this.subscriptions += 1;
    return () => this.#without(unsubscribe());
  }

  override unsubscribe<Pattern extends string>(
    pattern: PatternOf<ShopEvents, Pattern>,
    listener: Listener<ShopEvents, Pattern>,
  ) {
    return this.#without(super.unsubscribe(pattern, listener));
  }

  #without(hasEnded: boolean): boolean {
    if (hasEnded) this.subscriptions -= 1;
    return hasEnded;
  }
}

/** Lets what was begun reach its end: an answer may take a few turns. */
export async function rest(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await quiet();
}

/** A bus, what its listeners failed with, and a way to wait for them: none may fail. */
export function openBus(time = clock) {
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  const bus = new CountingBus(new EventBus<ShopEvents>({ onError, clock: time }));
  const settled = async () => {
    await rest();
    if (errors.length > 0) throw errors[0];
  };
  return { bus, errors, settled };
}

/** A bus with a network in it: what is emitted reaches nobody before `arrive` is called. */
export class SlowBus extends WrappingBus<ShopEvents> {
  readonly emitted: ShopEvent[] = [];
  #waiting: ShopEvent[] = [];

  override emit<Name extends NameOf<ShopEvents>>(name: Name, data: ShopEvents[Name]) {
    const event = createEvent(name, data, clock()) as EventOf<ShopEvents, Name> &
      ShopEvent;
    this.emitted.push(event);
    this.#waiting.push(event);
    return event;
  }

  /** What is on its way arrives, as JSON, in the order in which it was emitted or the other way round. */
  arrive(reversed = false): void {
    const events = this.#waiting;
    this.#waiting = [];
    for (const event of reversed ? events.reverse() : events) this.deliver(asJson(event));
  }

  /** As with a `historyLimit`: what is remembered elsewhere need not be here. */
  override get history(): readonly ShopEvent[] {
    return this.emitted.slice(-1);
  }
}

/** Every event that was emitted on a bus. */
export function emittedOn(bus: Bus<ShopEvents>): readonly ShopEvent[] {
  return bus instanceof SlowBus ? bus.emitted : bus.history;
}

/** The same event, as it is read from a file or a network. */
export function asJson(event: ShopEvent): ShopEvent {
  return JSON.parse(JSON.stringify(event));
}

/** Senders that keep what they are given. What they return means nothing. */
export function outbox() {
  const emails: Email[] = [];
  const texts: Sms[] = [];
  const senders: Senders = {
    sendEmail: (email) => emails.push(email) < 0,
    sendSms: (sms) => texts.push(sms) < 0,
  };
  const counts = () => ({ emails: emails.length, texts: texts.length });
  return { emails, texts, senders, counts };
}

/** Whether data is the same when it comes back from a file or a network. */
export function isPlainJson(data: unknown): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(data)), structuredClone(data));
}

/** The promised fields of an event, without any others. */
export function told({ name, data }: ShopEvent) {
  const { orderId, email, phone, total } = data;
  if (name === "order.paid") return { name, orderId, email, phone, total };
  const items = data.items.map(({ name, quantity, price }) => ({
    name,
    quantity,
    price,
  }));
  return { name, orderId, email, phone, items, total };
}

/** The promised fields of the figures, without any others. */
export function figuresOf({ figures }: { figures: Figures }): Figures {
  const { orders, payments, revenue } = figures;
  return { orders, payments, revenue };
}

/** Which of these numbers and amounts a message names. */
export function namedIn(message: Email | Sms | undefined, words: string[]): string[] {
  const { to: _, ...said } = message ?? { to: "" };
  const text = Object.values(said).join("\n");
  return words.filter((word) => {
    const literal = word.replaceAll(".", "\\.");
    return new RegExp(`(?<!\\d|\\d\\.)${literal}(?!\\d|\\.\\d)`).test(text);
  });
}

/** What a command returns, else that it was accepted, or refused in words; those of a payment name the order. */
export function answerOf(
  refusal: new () => Error,
  command: () => unknown,
  orderId?: number,
): unknown {
  try {
    return command() ?? "accepted";
  } catch (error) {
    if (!(error instanceof refusal)) throw error;
    if (error.message === "") return "refused without a word";
    const isNamed = orderId === undefined || error.message.includes(String(orderId));
    return isNamed ? "refused" : `refused, without its number: ${error.message}`;
  }
}
