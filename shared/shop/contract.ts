import assert from "node:assert/strict";
import { after, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { FoundBroker } from "#broker/find-server";
import type { Figures } from "#shop/analytics-service.ts";
import { OrderError } from "#shop/order-service.ts";
import { counted, proved, unproved } from "../course/account.ts";
import { crash } from "./crash.ts";
import { findEngine, whatIsMissing } from "./engines.ts";
import { customer, tea, until, withPremises } from "./premises.ts";
import type { Message, OpenShop, Surroundings, Transport } from "./shop.ts";

/** Nothing here takes so long, in ms, unless it never comes. */
const PATIENCE = 5_000;

type Run = (transport: Transport, around: Surroundings) => Promise<void>;

/** What the shop does, whatever carries its events, by title. */
export const rules = new Map<string, Run>();
const rule = (title: string, run: Run) => rules.set(title, run);

/**
 * Tests that the shop does on a transport what it does on every other one, whatever carries the
 * events. One server serves all the tests, and is stopped behind the last one.
 */
export async function testContract(
  transport: Transport,
  more: Pick<Surroundings, "programs"> = {},
): Promise<void> {
  const { name, needs } = transport;
  let broker: FoundBroker | undefined;
  let missing: [string, string] | undefined;
  if (needs) {
    try {
      broker = await findEngine(needs);
    } catch (error) {
      missing = whatIsMissing(needs, error);
    }
  }
  after(() => broker?.stop());
  let left = rules.size;
  for (const [title, run] of rules) {
    test(`${name} · ${title}`, async (t) => {
      if (missing) return unproved(t, ...missing);
      await withPremises(transport, broker?.url, async (around) => {
        await obey(run, transport, { ...around, ...more });
      });
      left -= 1;
      if (left === 0)
        proved(t, `the shop of lesson 3 on ${name}: ${counted(rules.size, "rule")}`);
    });
  }
}

/** Runs a rule on a transport, and closes whatever it has opened. */
export async function obey(
  run: Run,
  transport: Transport,
  around: Surroundings,
): Promise<void> {
  try {
    await run(transport, around);
  } finally {
    for (const shop of opened.splice(0)) await shop.close().catch(() => {});
  }
}

/** What a test has opened, to be closed even if it fails halfway. */
const opened: OpenShop[] = [];

/** Opens a shop and keeps what its customers get. */
async function open(transport: Transport, around: Surroundings) {
  const messages: Message[] = [];
  const shop = await transport.open({ ...around, onSent: (each) => messages.push(each) });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= shop.close();
    return closing;
  };
  opened.push({ ...shop, close });
  return { shop: { ...shop, close }, messages };
}

function texts(messages: readonly Message[]): string[] {
  return messages.map(({ kind, to, text }) => `${kind} to ${to}: ${text}`).sort();
}

async function sell(shop: OpenShop, buyer: number): Promise<number> {
  const orderId = shop.createOrder(customer(buyer), [tea]);
  await shop.payOrder(orderId);
  return orderId;
}

rule("an order and its payment reach everybody, once", async (transport, around) => {
  const { shop, messages } = await open(transport, around);
  for (let buyer = 1; buyer <= 20; buyer++) assert.equal(await sell(shop, buyer), buyer);
  await until(() => messages.length >= 40, PATIENCE);
  const figures = { orders: 20, payments: 20, revenue: 20 * 90_00 };
  await untilFigures(shop, figures);
  await shop.close();
  const expected = Array.from({ length: 20 }, (_, at) => [
    `email to ${customer(at + 1).email}: Your order ${at + 1}`,
    `SMS to ${customer(at + 1).phone}: We received 90.00 UAH for order ${at + 1}.`,
  ]);
  assert.deepEqual(texts(messages), expected.flat().sort());
});

rule("what cannot be is refused, and has no effect", async (transport, around) => {
  const { shop, messages } = await open(transport, around);
  assert.throws(() => shop.createOrder(customer(1), []), OrderError);
  await assert.rejects(shop.payOrder(777), OrderError);
  const orderId = await sell(shop, 1);
  await assert.rejects(shop.payOrder(orderId), OrderError);
  await until(() => messages.length >= 2, PATIENCE);
  await untilFigures(shop, { orders: 1, payments: 1, revenue: 90_00 });
  await shop.close();
  assert.equal(messages.length, 2);
});

rule("a message that fails holds up nothing else", async (transport, around) => {
  const { shop, messages } = await open(transport, around);
  const nowhere = { ...customer(1), email: "nowhere" };
  await shop.payOrder(shop.createOrder(nowhere, [tea]));
  await sell(shop, 2);
  await until(() => messages.length >= 3, PATIENCE);
  await untilFigures(shop, { orders: 2, payments: 2, revenue: 180_00 });
  await shop.close();
  assert.deepEqual(
    messages.map(({ kind, to }) => `${kind} to ${to}`).sort(),
    [
      `SMS to ${customer(1).phone}`,
      `SMS to ${customer(2).phone}`,
      `email to ${customer(2).email}`,
    ].sort(),
  );
});

rule("closing finishes what was accepted", async (transport, around) => {
  const slow = { ...around, sendingTime: 20 };
  const { shop, messages } = await open(transport, slow);
  for (let buyer = 1; buyer <= 3; buyer++) await sell(shop, buyer);
  await shop.close();
  if (!transport.needs) {
    assert.equal(messages.length, 6);
    return;
  }
  // What the server has not handed out yet waits there, for the shop that opens next.
  const next = await open(transport, around);
  await until(() => messages.length + next.messages.length >= 6, PATIENCE);
  await next.shop.close();
  assert.equal(new Set(texts([...messages, ...next.messages])).size, 6);
});

rule("after a restart it knows what it promised to know", async (transport, around) => {
  const before = await open(transport, around);
  for (let buyer = 1; buyer <= 3; buyer++) await sell(before.shop, buyer);
  await until(() => before.messages.length >= 6, PATIENCE);
  const figures = { orders: 3, payments: 3, revenue: 3 * 90_00 };
  await untilFigures(before.shop, figures);
  await before.shop.close();

  const { shop, messages } = await open(transport, around);
  const nothing = { orders: 0, payments: 0, revenue: 0 };
  await untilFigures(shop, transport.promises.remembers ? figures : nothing);
  await shop.close();
  assert.deepEqual(messages, [], "nobody is written to again");
});

rule(
  "a payment is lost with a service only if it was refused",
  async (transport, around) => {
    let service: number | undefined;
    const onSent = (_message: Message, pid: number) => {
      service = pid;
    };
    const before = await transport.open({ ...around, onSent });
    opened.push(before);
    const orderId = before.createOrder(customer(1), [tea]);
    await until(() => service !== undefined, PATIENCE);
    assert.ok(service !== undefined, "no email came of an order");
    if (service === process.pid) return;
    process.kill(service, "SIGKILL");
    const isAccepted = await before.payOrder(orderId).then(
      () => true,
      () => false,
    );
    await before.close().catch(() => {});
    const { messages } = await open(transport, around);
    // The email may come once more, too.
    const isSent = () => messages.some(({ to }) => to === customer(1).phone);
    await until(isSent, isAccepted ? PATIENCE : 0);
    if (isAccepted) assert.ok(isSent(), "an accepted payment has no SMS");
  },
);

rule("kill -9 costs what it promised, and no more", async (transport, around) => {
  const { keepsMessages, remembers } = transport.promises;
  const cost = await crash(transport, around, keepsMessages ? PATIENCE : 0);
  assert.ok(cost.accepted > 0, "it was killed before it had accepted anything");
  if (keepsMessages) assert.equal(cost.lost, 0);
  if (remembers) assert.equal(cost.remembered, cost.accepted);
});

async function untilFigures(shop: OpenShop, wanted: Figures): Promise<void> {
  let figures = await shop.figures();
  await until(async () => {
    figures = await shop.figures();
    return isDeepStrictEqual(figures, wanted);
  }, PATIENCE);
  assert.deepEqual(figures, wanted);
}
