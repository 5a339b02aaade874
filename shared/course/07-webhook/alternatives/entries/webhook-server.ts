// A chain of small middleware, one question each; the answer is kept in `locals` on the way.
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import express, { type ErrorRequestHandler, type RequestHandler } from "express";
import {
  Problem,
  problemOf,
  rawProblem,
  sendProblem,
} from "#given/07-webhook/given/problem.ts";
import {
  limitsOf,
  type WebhookOptions,
  type WebhookServer,
} from "#given/07-webhook/given/server-options.ts";
import { readOrder, toEvent } from "./order-event.ts";

const refuse =
  (status: number, detail: string): RequestHandler =>
  (_request, _response, next) =>
    next(new Problem(status, detail));

const ofType =
  (wanted: string): RequestHandler =>
  (request, _response, next) => {
    const type = request.headers["content-type"]?.replace(/;.*$/s, "").trim();
    next(type?.toLowerCase() === wanted ? undefined : new Problem(415, "What type?"));
  };

const believed =
  ({ provider, clock }: WebhookOptions): RequestHandler =>
  (request, response, next) => {
    const body = Buffer.from(request.body ?? "");
    const { id, payload } = provider.verify({ headers: request.headers, body });
    response.locals.event = toEvent(id, readOrder(payload), (clock ?? Date.now)());
    next();
  };

const stored =
  ({ store, bus }: WebhookOptions): RequestHandler =>
  async (_request, response) => {
    const { event } = response.locals;
    const isNews: boolean | Error = await store.add(event).catch((error: Error) => error);
    if (typeof isNews !== "boolean")
      throw new Problem(503, "Come back.", { cause: isNews });
    if (!isNews) return void response.writeHead(200).end();
    response.writeHead(202).end();
    bus.deliver(event);
  };

const answered =
  ({ onError }: WebhookOptions): ErrorRequestHandler =>
  async (error, _request, response, _next) => {
    const problem = problemOf(error);
    sendProblem(response, problem);
    if (problem.status < 500) return;
    if (!onError) return console.error(problem.cause);
    try {
      await onError(problem.cause);
    } catch (failure) {
      console.error("onError failed:", failure);
    }
  };

export async function startWebhookServer(
  options: WebhookOptions,
): Promise<WebhookServer> {
  const { headersTime, requestTime, lookEvery, connections, bodySize } = limitsOf(
    options.limits,
  );
  const app = express();
  app
    .route("/webhook/order")
    .post(
      ofType(options.provider.contentType),
      express.raw({ type: () => true, limit: bodySize, inflate: false }),
      believed(options),
      stored(options),
    )
    .all(refuse(405, "POST it."));
  app.use(refuse(404, "There is nothing here."), answered(options));

  const server = http.createServer({
    connectionsCheckingInterval: lookEvery,
    headersTimeout: headersTime,
    requestTimeout: requestTime,
  });
  server.maxConnections = connections;
  server.on("request", app);
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const statuses = new Map([
      ["ERR_HTTP_REQUEST_TIMEOUT", 408],
      ["HPE_HEADER_OVERFLOW", 431],
    ]);
    const status = statuses.get(error.code ?? "") ?? 400;
    if (socket.writable) socket.write(rawProblem(new Problem(status, "Not like this.")));
    socket.end();
    setTimeout(() => socket.destroy(), 10);
  });
  options.store.waiting.forEach((event) => {
    options.bus.deliver(event);
  });
  server.listen({ port: options.port ?? 0, host: options.host ?? "127.0.0.1" });
  await once(server, "listening");
  const { port, address, family } = server.address() as AddressInfo;
  const host = family === "IPv6" ? `[${address}]` : address;
  return {
    port,
    url: `http://${host}:${port}/webhook/order`,
    async close() {
      const timer = setTimeout(() => server.closeAllConnections(), requestTime);
      await new Promise((resolve) => server.close(resolve));
      clearTimeout(timer);
    },
  };
}
