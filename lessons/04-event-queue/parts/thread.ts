/** The same work in a thread, and on the loop. */
import kleur from "kleur";
import { EventQueue } from "#bus/event-queue";
import type { Handler } from "#bus/queue-contract";
import { Worker } from "#bus/worker";
import { handle, type Invoice } from "../further/seal-invoice.ts";
import { Threads } from "../further/threads.ts";

const INVOICES = 5;
const ROUNDS = 60_000;

/** How often the shop looks whether a customer has come, in ms. */
const LOOK = 5;

function watch() {
  let last = performance.now();
  let longest = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, LOOK);
  return () => {
    clearInterval(timer);
    return Math.max(longest, performance.now() - last);
  };
}

async function seal(title: string, handler: Handler<Invoice>): Promise<void> {
  const queue = new EventQueue<Invoice>();
  const worker = new Worker(queue, handler).start();
  const begin = performance.now();
  const stop = watch();
  for (let orderId = 1; orderId <= INVOICES; orderId++) {
    queue.put({ orderId, total: 90_00, rounds: ROUNDS });
  }
  await worker.idle();
  const pause = stop();
  const whole = Math.round(performance.now() - begin);
  console.log(
    `  ${kleur.cyan(title.padEnd(18))} ${INVOICES} invoices in ${whole} ms; the shop stood still for up to ${kleur.bold(`${Math.round(pause)} ms`)}`,
  );
}

const threads = new Threads<Invoice, string>(
  new URL("../further/seal-invoice.ts", import.meta.url),
);
await threads.run({ orderId: 0, total: 0, rounds: 1 });
console.log(kleur.bold("Invoices are sealed, which takes a lot of computing"));
await seal("on the main loop", handle);
await seal("in its own thread", (invoice, { signal }) => threads.run(invoice, signal));
await threads.close();
