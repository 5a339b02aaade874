import type { Bus, Clock } from "#bus/contract";
import { LONGEST_DELAY } from "#bus/lazy-timers";
import type { OrderEvent, OrderEvents } from "./order-events.ts";
import type { Provider } from "./provider.ts";

// #region limits
/** How much of anything senders may take. */
export interface Limits {
  /** Of a body, in bytes. */
  bodySize: number;
  /** Until all headers are there, in ms; never more than `requestTime`. */
  headersTime: number;
  /** Until the whole request is there, in ms. */
  requestTime: number;
  /** How often those two are looked at, in ms. */
  lookEvery: number;
  /** How many connections may be open at the same time, from wherever they come. */
  connections: number;
}

export const defaultLimits: Limits = {
  bodySize: 100_000,
  headersTime: 5_000,
  requestTime: 10_000,
  lookEvery: 1_000,
  connections: 1_000,
};
// #endregion

/**
 * All limits. Node refuses to wait longer for the headers than for the request. To `createServer`, a
 * time of 0 is none; to a timer, that and what is too long for it would be over at once.
 */
export function limitsOf(given: Partial<Limits> = {}): Limits {
  const limits = { ...defaultLimits, ...given };
  const requestTime = Math.min(limits.requestTime || LONGEST_DELAY, LONGEST_DELAY);
  const headersTime = Math.min(limits.headersTime, requestTime);
  return { ...limits, requestTime, headersTime };
}

/** What a webhook server needs. */
export interface WebhookOptions {
  provider: Provider;
  /** What the server uses of a `DeliveryStore`. */
  store: {
    add(event: OrderEvent): Promise<boolean>;
    readonly waiting: readonly OrderEvent[];
  };
  /** Gets an event for each delivery: one with a queue, so that nobody waits for listeners. */
  bus: Pick<Bus<OrderEvents>, "deliver">;
  /** Default: 0, any port that is free. */
  port?: number;
  /** Default: 127.0.0.1, which only this machine can reach. */
  host?: string;
  /** When a delivery came in. Default: `Date.now`. */
  clock?: Clock;
  /** Default, for those left out: {@link defaultLimits}. */
  limits?: Partial<Limits>;
  /** Is called with what was not the sender's fault, with or without an answer. Default: `console.error`. */
  onError?: (error: unknown) => unknown;
}

/** A server that is listening. */
export interface WebhookServer {
  /** Where deliveries go: `http://127.0.0.1:3007/webhook/order`. */
  readonly url: string;
  readonly port: number;
  /** Accepts nothing more. Resolves when what was being received is answered or cut off. */
  close(): Promise<void>;
}
