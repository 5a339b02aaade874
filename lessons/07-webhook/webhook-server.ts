import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type Response,
} from "express";
import type { Bus, Clock } from "#bus/contract";
import type { OrderEvents } from "#given/07-webhook/order-events.ts";
import {
  Problem,
  problemOf,
  rawProblem,
  sendProblem,
} from "#given/07-webhook/problem.ts";
import { todo } from "#todo";
import type { DeliveryStore } from "./delivery-store.ts";
import { readOrder, toEvent } from "./order-event.ts";
import type { Provider } from "./signatures.ts";

/** Where deliveries go. */
const path = "/webhook/order";

/** How much of anything one sender may take. */
export interface Limits {
  /** Of a body, in bytes. */
  bodySize: number;
  /** Until all headers are there, in ms. */
  headersTime: number;
  /** Until the whole request is there, in ms. */
  requestTime: number;
  /** How often those two are looked at, in ms. */
  lookEvery: number;
  /** How many connections may be open at the same time. */
  connections: number;
}

// #region limits
export const defaultLimits: Limits = {
  bodySize: 100_000,
  headersTime: 5_000,
  requestTime: 10_000,
  lookEvery: 1_000,
  connections: 1_000,
};
// #endregion

/** What a webhook server needs. */
export interface WebhookOptions {
  provider: Provider;
  store: DeliveryStore;
  /** Gets an event for each delivery: one with a queue, so that nobody waits for listeners. */
  bus: Bus<OrderEvents>;
  /** Default: 0, any port that is free. */
  port?: number;
  /** Default: 127.0.0.1, which only this machine can reach. */
  host?: string;
  /** When a delivery came in. Default: `Date.now`. */
  clock?: Clock;
  /** Default, for those left out: {@link defaultLimits}. */
  limits?: Partial<Limits>;
  /** Is told of what was not the sender's fault: answers from 500 on. Default: nobody. */
  onError?: (error: unknown) => void;
}

/** A server that is listening. */
export interface WebhookServer {
  /** Where deliveries go: `http://127.0.0.1:3007/webhook/order`. */
  readonly url: string;
  readonly port: number;
  /** Accepts nothing more. Resolves when what was being received has been answered or cut off. */
  close(): Promise<void>;
}

/**
 * Delivers what the store still has, then listens for `POST /webhook/order`. The order is: raw bytes,
 * signature, parse, validate, store, 202, and only then the bus. Answers are 202 for news, 200 for
 * a delivery that is known, and a {@link Problem} for everything else.
 */
export async function startWebhookServer(
  options: WebhookOptions,
): Promise<WebhookServer> {
  const { port = 0, host = "127.0.0.1", store, bus } = options;
  const limits = { ...defaultLimits, ...options.limits };
  if (options.limits) todo(8, "set the limits, and answer clientError");
  const server = createServer(createApp(options, limits));
  if (store.waiting.length > 0) todo(7, "deliver what the store still has");
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host}:${address.port}${path}`,
    port: address.port,
    async close() {
      const closed = once(server, "close");
      server.close();
      // From now on Node itself looks at no time limit any more.
      const patience = setTimeout(() => server.closeAllConnections(), limits.requestTime);
      await closed;
      clearTimeout(patience);
    },
  };
}

function createApp(options: WebhookOptions, limits: Limits): Express {
  const app = express().disable("x-powered-by");
  if (options.onError)
    todo(8, "refuse other types, methods and paths; answer every error");
  return todo(7, "take POST requests: verify, read, store, answer, hand on");
}
