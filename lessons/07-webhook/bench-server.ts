/** One contender of the bench as a process of its own: prints its port, and serves until it is killed. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { EventBus } from "#bus/event-bus";
import { QueuedBus } from "#bus/queued-bus";
import { BatchedNotes } from "./further/batched-notes.ts";
import { Finish } from "./further/finish.ts";
import { practiceSecret } from "./further/settings.ts";
import type { OrderEvents } from "./given/order-events.ts";

const [kind = "", path = ""] = process.argv.slice(2);

/** Reads the body, parses it, says 202: no signature, no store, no queue. */
function bareHttp(): Server {
  return createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece) => pieces.push(piece));
    request.on("end", () => {
      try {
        JSON.parse(Buffer.concat(pieces).toString());
        response.writeHead(202).end();
      } catch {
        response.writeHead(400).end();
      }
    });
  });
}

function bareExpress(): Server {
  const app = express();
  app.use(express.json());
  app.post("/webhook/order", (_request, response) => {
    response.status(202).end();
  });
  // Without this, Express prints each malformed body to stderr, which is slower than all the rest.
  app.set("env", "test");
  return createServer(app);
}

/** @param gathers whether notes of what was handled wait for others */
async function lesson(gathers: boolean): Promise<number> {
  const { DeliveryStore } = await import("#lesson/07-webhook/delivery-store.ts");
  const { github } = await import("#lesson/07-webhook/signatures.ts");
  const { startWebhookServer } = await import("#lesson/07-webhook/webhook-server.ts");
  const store = await DeliveryStore.open(path);
  const bus = new QueuedBus(new EventBus<OrderEvents>({ historyLimit: 0 }));
  const notes = gathers ? new BatchedNotes(store) : store;
  new Finish(bus, notes).subscribe("order.*", () => {});
  const provider = github(practiceSecret);
  const server = await startWebhookServer({ provider, store, bus });
  return server.port;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

const start: Record<string, () => Promise<number>> = {
  "node:http": () => listen(bareHttp()),
  express: () => listen(bareExpress()),
  lesson: () => lesson(false),
  batched: () => lesson(true),
};
try {
  process.send?.({ port: await start[kind]?.() });
} catch (error) {
  process.send?.({ failure: (error as Error).message });
}
/** Asked for it, tells how much processor time it has used so far, in microseconds. */
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ used: user + system });
});
// Whoever started this one may be gone without having said so.
process.once("disconnect", () => process.exit());
