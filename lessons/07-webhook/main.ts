import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import kleur from "kleur";
import { EventBus } from "#bus/event-bus";
import { QueuedBus } from "#bus/queued-bus";
import { DeliveryStore } from "#lesson/07-webhook/delivery-store.ts";
import { OrderBoard } from "#lesson/07-webhook/order-event.ts";
import { github } from "#lesson/07-webhook/signatures.ts";
import { startWebhookServer } from "#lesson/07-webhook/webhook-server.ts";
import { Finish } from "./further/finish.ts";
import { practiceSecret as secret } from "./further/settings.ts";
import { type Delivery, providerNames, type Sent, sign } from "./further/sign.ts";
import { providers } from "./further/signatures.ts";
import type { OrderEvents } from "./given/order-events.ts";
import type { Provider } from "./given/provider.ts";
import type { WebhookServer } from "./given/server-options.ts";

const folder = mkdtempSync(join(tmpdir(), "webhook-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, "deliveries.jsonl");

function chapter(title: string): void {
  console.log(`\n${kleur.bold(title)}`);
}

function say(who: string, what: string): void {
  console.log(`  ${kleur.cyan(who.padEnd(10))} ${what}`);
}

/** It is always the same minute here. */
const time = 1_795_381_200;
const clock = () => time * 1_000;
const created: Delivery = {
  ...{ id: "d-1", time },
  json: '{"order_id": 777, "status": "created"}',
};

chapter("Four senders, four ways to sign, one question: who has sent this?");

function judge(provider: Provider, { headers, body }: Sent): string {
  const entries = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    value,
  ]);
  try {
    provider.verify({ headers: Object.fromEntries(entries), body: Buffer.from(body) });
    return kleur.green("believed");
  } catch (error) {
    return kleur.red(`refused: ${(error as Error).message}`);
  }
}

for (const name of providerNames) {
  say(name, judge(providers[name](secret, { clock }), sign[name](secret, created)));
}
const genuine = sign.github(secret, created);
const forged = { ...genuine, body: genuine.body.replace("777", "778") };
say("forger", judge(github(secret), forged));
const old = sign.stripe(secret, { ...created, time: time - 3_600 });
say("replayer", judge(providers.stripe(secret, { clock }), old));

/** Sends a delivery over the network, and returns how it was answered. */
async function send({ url }: WebhookServer, { headers, body }: Sent): Promise<string> {
  const response = await fetch(url, { method: "POST", headers, body });
  const text = await response.text();
  if (response.ok) return kleur.green(String(response.status));
  return kleur.red(`${response.status} ${JSON.parse(text).detail}`);
}

const board = new OrderBoard();

// #region shop
async function openShop() {
  const store = await DeliveryStore.open(path);
  const bus = new QueuedBus(new EventBus<OrderEvents>());
  const workers = new Finish(bus, store);

  workers.subscribe("order.*", (news) => {
    const { orderId, status } = news;
    if (board.note(news)) say("log", `order ${orderId} is ${status}`);
    else say("log", `order ${orderId}: ${status} comes late, and changes nothing`);
  });
  workers.subscribe("order.created", ({ orderId }) => {
    say("email", `to the customer: we have your order ${orderId}`);
  });

  say("shop", `opens; deliveries to work on: ${store.waiting.length}`);
  const server = await startWebhookServer({ provider: github(secret), store, bus });
  return { store, bus, server };
}
// #endregion

chapter("POST /webhook/order: answered while the worker has its tea");
let shop = await openShop();
await shop.bus.stop();
say("partner", `sends ${created.json}`);
say("shop", `answers ${await send(shop.server, sign.github(secret, created))}`);
say("worker", "comes back");
shop.bus.start();
await shop.bus.flush();

chapter("The partner did not hear the answer, and sends it again");
say("shop", `answers ${await send(shop.server, sign.github(secret, created))}: no event`);

chapter("News in the wrong order");
await shop.bus.stop();
for (const [at, status] of ["shipped", "paid"].entries()) {
  const news = {
    id: `d-${at + 2}`,
    time,
    json: `{"order_id": 777, "status": "${status}"}`,
  };
  say("partner", `sends ${news.json}`);
  say("shop", `answers ${await send(shop.server, sign.github(secret, news))}`);
}
shop.bus.start();
await shop.bus.flush();
say("board", `order 777 is ${board.statusOf(777)}`);

chapter("What nobody should send");
const bad: Record<string, Sent> = {
  "no one": { headers: { "Content-Type": "application/json" }, body: created.json },
  forger: forged,
  stranger: { ...genuine, headers: { ...genuine.headers, "Content-Type": "text/plain" } },
  scribbler: sign.github(secret, { ...created, json: '{"order_id": 777' }),
  rounder: sign.github(secret, {
    ...created,
    json: '{"order_id": 9007199254740993, "status": "paid"}',
  }),
  giant: sign.github(secret, { ...created, json: " ".repeat(200_000) }),
};
for (const [who, sent] of Object.entries(bad)) {
  say(who, await send(shop.server, sent));
}

chapter("The power fails before the worker has begun");
await shop.bus.stop();
const last = { id: "d-4", time, json: '{"order_id": 778, "status": "created"}' };
say("partner", `sends ${last.json}`);
say("shop", `answers ${await send(shop.server, sign.github(secret, last))}`);
await shop.server.close();
await shop.store.close();
say("shop", "is dark, and its queue is gone");
shop = await openShop();
await shop.bus.flush();
say(
  "shop",
  `answers ${await send(shop.server, sign.github(secret, last))} when it comes again`,
);
await shop.server.close();
await shop.store.close();
