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
  const times = {
    headersTimeout: limits.headersTime,
    requestTimeout: limits.requestTime,
    connectionsCheckingInterval: limits.lookEvery,
  };
  const server = createServer(times, createApp(options, limits));
  server.maxConnections = limits.connections;
  server.on("clientError", refuse);
  for (const event of store.waiting) bus.deliver(event);
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
  app.post(
    path,
    // The bytes as they are, whatever they are said to be.
    express.raw({ type: () => true, limit: limits.bodySize, inflate: false }),
    (request, response) => receive(request, response, options),
  );
  app.all(path, () => {
    throw new Problem(405, "Deliveries are sent with POST.");
  });
  app.use(() => {
    throw new Problem(404, `Deliveries go to ${path}.`);
  });
  app.use(answerProblems(options));
  return app;
}

async function receive(
  request: Request,
  response: Response,
  { provider, store, bus, clock = Date.now }: WebhookOptions,
): Promise<void> {
  demandType(request, provider.contentType);
  // Without a body Express leaves `body` undefined.
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const { id, payload } = provider.verify({ headers: request.headers, body });
  const event = toEvent(id, readOrder(payload), clock());
  const isNews = await store.add(event).catch((cause) => {
    throw new Problem(503, "The delivery could not be stored. Send it again.", { cause });
  });
  response.status(isNews ? 202 : 200).end();
  if (isNews) bus.deliver(event);
}

/** @throws Problem with status 415 if the body is said to be of another type */
function demandType({ headers }: Request, wanted: string): void {
  const [type = ""] = (headers["content-type"] ?? "").split(";");
  if (type.trim().toLowerCase() !== wanted) {
    throw new Problem(415, `The Content-Type must be ${wanted}.`);
  }
}

/** Express takes a function with four parameters for one that handles errors. */
function answerProblems({ onError }: WebhookOptions): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    const problem = problemOf(error);
    if (problem.status >= 500) onError?.(problem.cause);
    sendProblem(response, problem);
  };
}

/**
 * Answers on a socket where no request could be read: it came too slowly, or was no HTTP. Then lets
 * go of it: Node looks after it no more, and who never hangs up would keep one of our connections.
 */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  const problem =
    error.code === "ERR_HTTP_REQUEST_TIMEOUT"
      ? new Problem(408, "The request came too slowly.")
      : error.code === "HPE_HEADER_OVERFLOW"
        ? new Problem(431, "The headers are too large.")
        : new Problem(400, "This is no HTTP request.");
  if (!socket.writable) socket.destroy();
  else socket.end(rawProblem(problem), () => socket.destroy());
}
