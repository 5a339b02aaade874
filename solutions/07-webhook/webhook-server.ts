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
import { readOrder, toEvent } from "./order-event.ts";

/** Where deliveries go. */
const path = "/webhook/order";

/** Delivers what the store still has, and listens for `POST /webhook/order`. */
export async function startWebhookServer(
  options: WebhookOptions,
): Promise<WebhookServer> {
  const { port = 0, host = "127.0.0.1", store, bus } = options;
  const limits = limitsOf(options.limits);
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
  const raw = express.raw({ type: () => true, limit: limits.bodySize, inflate: false });
  app.post(path, raw, (request, response) => receive(request, response, options));
  app.all(path, () => {
    throw new Problem(405, "Deliveries are sent with POST.");
  });
  app.use(() => {
    throw new Problem(404, `Deliveries go to ${path}.`);
  });
  // Express takes a function with four parameters for one that handles errors.
  app.use(
    (error: unknown, _request: Request, response: Response, _next: NextFunction) => {
      const problem = problemOf(error);
      sendProblem(response, problem);
      if (problem.status >= 500) report(problem.cause, options);
    },
  );
  return app;
}

/** Receives one delivery. The order of what it does is the lesson. */
async function receive(
  request: Request,
  response: Response,
  { provider, store, bus, clock = Date.now }: WebhookOptions,
): Promise<void> {
  checkType(request, provider.contentType);
  // Without a body, Express leaves `body` undefined.
  const body: Buffer = request.body ?? Buffer.alloc(0);
  const { id, payload } = provider.verify({ headers: request.headers, body });
  const event = toEvent(id, readOrder(payload), clock());
  const isNews = await store.add(event).catch((cause) => {
    throw new Problem(503, "The delivery could not be stored. Send it again.", { cause });
  });
  response.status(isNews ? 202 : 200).end();
  if (isNews) bus.deliver(event);
}

/** @throws Problem with status 415 if the body is said to be of another type */
function checkType({ headers }: Request, wanted: string): void {
  const [type = ""] = (headers["content-type"] ?? "").split(";");
  if (type.trim().toLowerCase() !== wanted) {
    throw new Problem(415, `The Content-Type must be ${wanted}.`);
  }
}

async function report(error: unknown, options: WebhookOptions): Promise<void> {
  try {
    await (options.onError ?? console.error)(error);
  } catch (failure) {
    console.error(failure);
  }
}

/** Answers on a socket on which no request could be read, and lets go of it: Node forgets it. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  const problem =
    error.code === "ERR_HTTP_REQUEST_TIMEOUT"
      ? new Problem(408, "The request came too slowly.")
      : error.code === "HPE_HEADER_OVERFLOW"
        ? new Problem(431, "The headers are too large.")
        : new Problem(400, "This is not an HTTP request.");
  if (!socket.writable) socket.destroy();
  else socket.end(rawProblem(problem), () => socket.destroy());
}
