// One function that goes through all questions from the top down.
import http, { type IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import express, { type NextFunction, type Request, type Response } from "express";
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

async function bytesOf(request: IncomingMessage, most: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request.iterator({ destroyOnReturn: false })) {
    size += piece.length;
    if (size > most) throw new Problem(413, "Too much.");
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

export const startWebhookServer = async (
  options: WebhookOptions,
): Promise<WebhookServer> => {
  const limits: Limits = limitsOf(options.limits);
  const { provider, store, bus } = options;

  const answer = async (request: Request, response: Response) => {
    if (request.path !== "/webhook/order") throw new Problem(404, "Not here.");
    if (request.method !== "POST") throw new Problem(405, "Not so.");
    const type = /^[^;\s]*/.exec(request.get("content-type") ?? "")?.[0].toLowerCase();
    if (type !== provider.contentType) throw new Problem(415, "Not this type.");
    if (request.get("content-encoding")) throw new Problem(415, "Not packed.");
    const body = await bytesOf(request, limits.bodySize).catch((error) => {
      // Gone in the middle of it.
      throw error instanceof Problem ? error : new Problem(400, "Half a body.");
    });
    const { id, payload } = provider.verify({ headers: request.headers, body });
    const event = toEvent(id, readOrder(payload), options.clock?.() ?? Date.now());
    let news: boolean;
    try {
      news = await store.add(event);
    } catch (cause) {
      throw new Problem(503, "Not now.", { cause });
    }
    response.sendStatus(news ? 202 : 200);
    if (news) bus.deliver(event);
  };

  const app = express();
  app.use(answer);
  app.use(
    (error: unknown, _request: Request, response: Response, _next: NextFunction) => {
      const problem = problemOf(error);
      sendProblem(response, problem);
      if (problem.status < 500) return;
      const tell = options.onError ?? ((cause) => console.error(cause));
      Promise.resolve(problem.cause)
        .then(tell)
        .catch((failure) => console.error(failure));
    },
  );

  const server = http.createServer(
    { connectionsCheckingInterval: limits.lookEvery },
    app,
  );
  server.headersTimeout = limits.headersTime;
  server.requestTimeout = limits.requestTime;
  server.maxConnections = limits.connections;
  server.addListener("clientError", ({ code }: NodeJS.ErrnoException, socket: Socket) => {
    if (!socket.writable) return void socket.destroy();
    const status =
      { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 }[code ?? ""] ?? 400;
    socket.write(rawProblem(new Problem(status, "Not HTTP, or not in time.")));
    socket.destroySoon();
  });

  await new Promise<void>((resolve, reject) => {
    server
      .once("error", reject)
      .listen(options.port ?? 0, options.host ?? "127.0.0.1", resolve);
  });
  for (const event of store.waiting) bus.deliver(event);
  const { port, address } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${address}:${port}/webhook/order`,
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), limits.requestTime);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
};
