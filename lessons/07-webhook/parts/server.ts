/** The webhook listener, until Ctrl-C. */
import { existsSync, mkdirSync } from "node:fs";
import kleur from "kleur";
import { EventBus } from "#bus/event-bus";
import { readEvents } from "#bus/event-log";
import { QueuedBus } from "#bus/queued-bus";
import { DeliveryStore } from "#lesson/07-webhook/delivery-store.ts";
import { OrderBoard } from "#lesson/07-webhook/order-event.ts";
import { startWebhookServer } from "#lesson/07-webhook/webhook-server.ts";
import { Finish } from "../further/finish.ts";
import { lockFile } from "../further/lock.ts";
import { settingsOrExit } from "../further/settings.ts";
import { providers } from "../further/signatures.ts";
import type { OrderEvent, OrderEvents } from "../given/order-events.ts";

const folder = "work/07-webhook";
const path = `${folder}/deliveries.jsonl`;
const settings = settingsOrExit();

function say(who: string, what: string): void {
  const time = new Date().toISOString().slice(11, 19);
  console.log(`${kleur.dim(time)}  ${kleur.cyan(who.padEnd(12))} ${what}`);
}

/** Whatever cannot work is told in one sentence, before anybody sends anything. */
function orExit<Value>(make: () => Value): Value {
  try {
    return make();
  } catch (error) {
    // What is still to be written, and what the system refuses, the workbook puts into words.
    if ((error as Error).name === "TodoError" || "code" in (error as Error)) throw error;
    console.error((error as Error).message);
    process.exit(1);
  }
}

/** The latest status of each order before the restart: all that ever came in is in the file. */
async function readBoard(): Promise<OrderBoard> {
  const board = new OrderBoard();
  if (!existsSync(path)) return board;
  for await (const { events } of readEvents(path)) {
    for (const event of events) {
      if (event.name.startsWith("order.")) board.note((event as OrderEvent).data);
    }
  }
  return board;
}

const provider = orExit(() => providers[settings.provider](settings.secret));
mkdirSync(folder, { recursive: true });
orExit(() => lockFile(path));
const board = await readBoard();
const store = await DeliveryStore.open(path);
const bus = new QueuedBus(new EventBus<OrderEvents>({ historyLimit: 0 }));
const workers = new Finish(bus, store);

workers.subscribe("order.*", (data, event) => {
  const { orderId, status } = data;
  const known = board.statusOf(orderId);
  const text = `order ${orderId} is ${kleur.bold(status)}`;
  if (board.note(data) || known === status) say("log", `${text} (${event.id})`);
  else say("log", `${text}, but that is old: it is ${board.statusOf(orderId)} by now`);
});
workers.subscribe("order.created", ({ orderId }) => {
  say("email", `to the customer: we have your order ${orderId}`);
});

const server = await startWebhookServer({
  ...{ store, bus, port: settings.port, host: settings.host },
  provider,
  onError: (error) => say("shop", kleur.red(String(error))),
}).catch((error: NodeJS.ErrnoException) => {
  if (error.code !== "EADDRINUSE") throw error;
  console.error(`Port ${settings.port} is taken. Choose another one with PORT.`);
  process.exit(1);
});
if (settings.isPractice) {
  say("shop", kleur.yellow("WEBHOOK_SECRET is not set: taking the one for practice"));
}
say("shop", `listens to ${settings.provider} at ${kleur.bold(server.url)}`);
say("shop", "In another terminal: npm run lesson 7 sign. Ctrl-C ends this one.");

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, async () => {
    say("shop", "finishes what is in hand …");
    await server.close();
    await bus.stop();
    await store.close();
    process.exit(0);
  });
}
