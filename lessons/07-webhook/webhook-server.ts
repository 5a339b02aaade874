import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import express, {
  type Express,
  type NextFunction,
  type Request,
  type Response,
} from "express";
import {
  Problem,
  problemOf,
  rawProblem,
  sendProblem,
} from "#given/07-webhook/given/problem.ts";
import {
  type Limits,
  limitsOf,
  type WebhookOptions,
  type WebhookServer,
} from "#given/07-webhook/given/server-options.ts";
import { todo } from "#todo";
import { readOrder, toEvent } from "./order-event.ts";

/** Where deliveries go. */
const path = "/webhook/order";

/** Delivers what the store still has, and listens for `POST /webhook/order`. */
export async function startWebhookServer(
  options: WebhookOptions,
): Promise<WebhookServer> {
  const { port = 0, host = "127.0.0.1", store, bus } = options;
  const limits = limitsOf(options.limits);
  // Step 8: set the limits, and answer clientError.
  const server = createServer(createApp(options, limits));
  todo(6, "deliver what the store still has; the rest of this function is written");
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${address.port}${path}`,
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
  // Step 7: answer other methods, other paths and every error with a problem.
  return todo(
    6,
    "let express.raw read the body of POST requests, and receive answer them",
  );
}

/** Receives one delivery. The order of what it does is the lesson. */
async function receive(
  request: Request,
  response: Response,
  { provider, store, bus, clock = Date.now }: WebhookOptions,
): Promise<void> {
  // Step 7: refuse another content type, and a delivery that cannot be stored.
  todo(6, "verify the bytes, read the order, store its event, answer, hand it on");
}
