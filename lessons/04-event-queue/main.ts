import kleur from "kleur";
import { EventBus } from "#bus/event-bus";
import type { Attempt } from "#bus/queue-contract";
import type { ShopEvents } from "#given/03-online-shop/shop-events.ts";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";
import { QueuedBus } from "#lesson/04-event-queue/queued-bus.ts";
import { Worker } from "#lesson/04-event-queue/worker.ts";
import { AnalyticsService } from "#shop/analytics-service.ts";
import { NotificationService } from "#shop/notification-service.ts";
import { OrderService } from "#shop/order-service.ts";
import { SimulatedTime } from "./given/simulated-time.ts";

/** The story takes half a minute of simulated time, and always the same half minute. */
const time = new SimulatedTime();
const timing = { timers: time, random: () => 0.5 };

function say(who: string, what: string): void {
  const seconds = `${(time.now() / 1_000).toFixed(2)} s`;
  console.log(
    `  ${kleur.dim(seconds.padStart(8))}  ${kleur.cyan(who.padEnd(12))} ${what}`,
  );
}

function fail(who: string, what: string): void {
  say(who, kleur.red(what));
}

function chapter(title: string): void {
  console.log(`\n${kleur.bold(title)}`);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

chapter("First in, first out");
// #region fifo
const orders = new EventQueue<string>();
orders.put("order 1");
orders.put("order 2");
say("worker", `takes ${orders.tryTake()}; ${orders.size} is waiting`);
// #endregion
// #region take
orders.tryTake();
orders.take().then((order) => say("worker", `has waited for ${order}`));
orders.put("order 3");
// #endregion
await time.pass(100);

chapter("A queue with room for two, and a producer who has three");
// #region queue
const parcels = new EventQueue<string>({ capacity: 2 });

for (const parcel of ["tea", "cup", "honey"]) {
  parcels.put(parcel).then(() => say("packer", `${parcel} is on the shelf`));
}
await time.pass(500);
say("courier", `takes ${parcels.tryTake()}`);
// #endregion
await time.pass(500);

chapter("A worker that goes on, whatever its handler does");
// #region worker
const letters = new EventQueue<string>();

const sendLetter = async (letter: string, { number }: Attempt) => {
  await time.wait(200);
  if (letter === "to Bob" && number < 3) throw new Error("mail server busy");
  if (letter === "to nobody") throw new Error("no such address");
  say("mail server", `accepts the letter ${letter}`);
};

const postman = new Worker(letters, sendLetter, {
  ...timing,
  attempts: 3,
  onRetry: ({ job, error, delay }) =>
    fail("postman", `${job}: ${textOf(error)}; again in ${delay} ms`),
  onDead: ({ job, error, attempts }) =>
    fail("postman", `${job}: ${textOf(error)}; given up after ${attempts} attempts`),
}).start();

for (const letter of ["to Ann", "to Bob", "to nobody", "to Cem"]) letters.put(letter);
await time.passUntil(postman.idle());
// #endregion

chapter("The shop of lesson 3, not a line of it changed, on a bus with a queue");
let mailServerIsDown = true;

async function sendEmail({ to, subject }: { to: string; subject: string }) {
  await time.wait(mailServerIsDown ? 50 : 400);
  if (mailServerIsDown) throw new Error("mail server down");
  say("mail server", `to ${to}: ${subject}`);
}

// #region shop
const bus = new QueuedBus(new EventBus<ShopEvents>(), {
  ...timing,
  attempts: 3,
  firstDelay: 1_000,
  onRetry: ({ job, error, delay }) =>
    fail("worker", `${job.event.name}: ${textOf(error)}; again in ${delay} ms`),
  onError: (error, event) => fail("worker", `${event.name}: ${textOf(error)}; given up`),
});

const orderService = new OrderService(bus);
const analytics = new AnalyticsService(bus);
new NotificationService(bus, {
  sendEmail,
  sendSms: ({ to, text }) => say("SMS", `to ${to}: ${text}`),
});

const tea = { name: "green tea", quantity: 2, price: 45_00 };
const ann = { email: "ann@example.com", phone: "+380441234567" };
const number = orderService.createOrder(ann, [tea]);
orderService.payOrder(number);
say("shop", `order ${number} is taken and paid; ${bus.waiting} jobs are waiting`);
// #endregion
await time.passUntil(bus.flush());
const { orders: counted, payments } = analytics.figures;
say("analytics", `${counted} order, ${payments} payment, each counted once`);

chapter("The mail server is back: what was given up is put back");
mailServerIsDown = false;
// #region dead-letters
for (const letter of bus.deadLetters) {
  say("shop", `puts back ${letter.job.event.name} (${textOf(letter.error)})`);
  bus.putBack(letter);
}
await time.passUntil(bus.flush());
// #endregion

chapter("Closing time, with two orders on their way");
// #region stop
orderService.createOrder(ann, [tea]);
orderService.createOrder(ann, [tea]);
await time.pass(200);
await time.passUntil(bus.stop());
say("shop", `has stopped; ${bus.waiting} jobs wait for tomorrow`);

bus.start();
await time.passUntil(bus.flush());
// #endregion
say("shop", `${bus.waiting} jobs are waiting`);
