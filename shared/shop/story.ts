// What `npm run shop queue` plays: a day in the shop, a restart, and a kill -9.
import kleur from "kleur";
import { NoBrokerError } from "#broker/find-server";
import { formatMoney } from "#given/02-events-and-listeners/given/money.ts";
import { crash } from "./crash.ts";
import { type Engine, engines, findEngine } from "./engines.ts";
import { customer, tea, until, withPremises } from "./premises.ts";
import type { OpenShop, Surroundings, Transport } from "./shop.ts";
import { transports } from "./transports.ts";

const [name] = process.argv.slice(2);
const transport = transports.find((each) => each.name === name);
if (transport) await play(transport);

async function play(transport: Transport): Promise<void> {
  const broker = transport.needs ? await brokerOrExit(transport.needs) : undefined;
  try {
    await withPremises(transport, broker?.url, async (around) => {
      await aDay(transport, around);
      await theNextMorning(transport, around);
    });
    await withPremises(transport, broker?.url, (around) => killed(transport, around));
  } finally {
    await broker?.stop();
  }
}

async function aDay(transport: Transport, around: Surroundings): Promise<void> {
  chapter("Three orders and their payments; the second customer has no email address");
  let heard = 0;
  const shop = await transport.open({
    ...around,
    onSent: ({ kind, text }, pid) => {
      heard += 1;
      const where = pid === process.pid ? "" : kleur.dim(` (process ${pid})`);
      say(kind, `${text}${where}`);
    },
    onGivenUp: (reason) => {
      heard += 1;
      say("given up", kleur.yellow(reason));
    },
  });
  for (const buyer of [1, 2, 3]) {
    const email = buyer === 2 ? "nowhere" : customer(buyer).email;
    const orderId = shop.createOrder({ ...customer(buyer), email }, [tea]);
    say("orders", `order ${orderId}: ${tea.quantity} × ${tea.name}`);
    await shop.payOrder(orderId);
    say("orders", `order ${orderId} is paid`);
  }
  await until(() => heard >= 6, 10_000);
  await sayFigures(shop);
  await shop.close();
}

async function theNextMorning(transport: Transport, around: Surroundings): Promise<void> {
  chapter("The shop is closed, and opens again");
  const shop = await transport.open(around);
  await sayFigures(shop);
  await shop.close();
}

async function killed(transport: Transport, around: Surroundings): Promise<void> {
  chapter("kill -9 while it takes payments, 20 at a time; then it opens again");
  const { accepted, lost, twice, remembered } = await crash(transport, around, 3_000);
  say("payments", `${accepted} had been accepted when it was killed`);
  say("SMS", `${lost} of them never sent, ${twice} sent twice`);
  say("analytics", `${remembered} of them are in the figures`);
}

async function sayFigures(shop: OpenShop): Promise<void> {
  const { orders, payments, revenue } = await shop.figures();
  say("analytics", `${orders} orders, ${payments} payments, ${formatMoney(revenue)}`);
}

async function brokerOrExit(engine: Engine) {
  try {
    const broker = await findEngine(engine, { docker: true, say: console.log });
    console.log(kleur.dim(`${engines[engine].server.title}: ${broker.origin}.`));
    return broker;
  } catch (error) {
    if (!(error instanceof NoBrokerError)) throw error;
    console.error(error.message);
    return process.exit(1);
  }
}

function chapter(title: string): void {
  console.log(`\n${kleur.bold(title)}`);
}

function say(who: string, what: string): void {
  const time = new Date().toISOString().slice(11, 23);
  console.log(`  ${kleur.dim(time)}  ${kleur.cyan(who.padEnd(10))} ${what}`);
}
