// What `npm run shop compare` measures: the same shop on every transport, one after the other.
import { median, rounded, table } from "../bench/measure.ts";
import { say, wrap } from "../workbook/screens/terminal.ts";
import { Waiting } from "../workbook/screens/waiting.ts";
import { transportsRecord } from "../workbook/work/work-folder.ts";
import { type CrashCost, crash } from "./crash.ts";
import { findEngine } from "./engines.ts";
import { keep, sayWhyNot } from "./measuring.ts";
import { customer, tea, withPremises } from "./premises.ts";
import type { OpenShop, Surroundings, Transport } from "./shop.ts";
import { transports } from "./transports.ts";

/** What was measured of one transport. */
export interface Comparison {
  /** From a payment to its SMS when nothing else is going on, in ms: the median, and of 100 the 99th. */
  latency: { median: number; p99: number };
  /** Payments a second, each with its SMS, when 100 are under way at a time. */
  throughput: number;
  crash: CrashCost;
}

const CRASHES = 3;

/** Measures every transport that can be measured here, prints a table, and keeps what it says. */
export async function compare(): Promise<number> {
  say(wrap(`Measures ${transports.length} transports, each for 10 to 40 seconds.`));
  const measured: Record<string, Comparison> = {};
  for (const transport of transports) {
    const { name, needs } = transport;
    const broker = needs && (await findEngine(needs, { say }).catch(sayWhyNot));
    if (needs && !broker) continue;
    const waiting = new Waiting(`Measuring ${name}`);
    measured[name] = await measure(transport, broker?.url);
    waiting.over();
    say(`  measured: ${name}`);
    await broker?.stop();
  }
  print(measured);
  keep(transportsRecord, { transports: measured }, "a table");
  return 0;
}

async function measure(transport: Transport, brokerUrl?: string): Promise<Comparison> {
  const result: Partial<Comparison> = {};
  await withPremises(transport, brokerUrl, async (around) => {
    const till = await Till.open(transport, around);
    result.latency = await latencyOf(till);
    result.throughput = await throughputOf(till);
    await till.shop.close();
  });
  const costs: CrashCost[] = [];
  for (let round = 0; round < CRASHES; round++) {
    await withPremises(transport, brokerUrl, async (around) => {
      costs.push(await crash(transport, around, 1_500));
    });
  }
  return { ...result, crash: sumOf(costs) } as Comparison;
}

/** A shop, and somebody who sees every message leave. */
class Till {
  readonly shop: OpenShop;
  #buyers = 0;
  readonly #awaited: Map<string, () => void>;

  static async open(transport: Transport, around: Surroundings): Promise<Till> {
    const awaited = new Map<string, () => void>();
    const onSent = ({ to }: { to: string }) => awaited.get(to)?.();
    return new Till(await transport.open({ ...around, onSent }), awaited);
  }

  private constructor(shop: OpenShop, awaited: Map<string, () => void>) {
    this.shop = shop;
    this.#awaited = awaited;
  }

  /** Takes a number of orders. Resolves when each customer has the email. */
  async order(count: number): Promise<{ orderId: number; phone: string }[]> {
    const emails: Promise<void>[] = [];
    const orders = Array.from({ length: count }, () => {
      const { email, phone } = customer(++this.#buyers);
      emails.push(this.#message(email));
      return { orderId: this.shop.createOrder({ email, phone }, [tea]), phone };
    });
    await Promise.all(emails);
    return orders;
  }

  /** Takes a payment. Resolves when the transport has it and the customer has the SMS. */
  async pay({ orderId, phone }: { orderId: number; phone: string }): Promise<void> {
    const sms = this.#message(phone);
    await this.shop.payOrder(orderId);
    await sms;
  }

  #message(to: string): Promise<void> {
    return new Promise((resolve) => {
      this.#awaited.set(to, () => {
        this.#awaited.delete(to);
        resolve();
      });
    });
  }
}

async function latencyOf(till: Till): Promise<Comparison["latency"]> {
  const times: number[] = [];
  for (const order of await till.order(500)) {
    const start = performance.now();
    await till.pay(order);
    times.push(performance.now() - start);
  }
  const warm = times.slice(100).sort((one, other) => one - other);
  const p99 = warm[Math.floor(warm.length * 0.99)] ?? Number.NaN;
  return { median: median(warm), p99 };
}

async function throughputOf(till: Till): Promise<number> {
  const speeds: number[] = [];
  for (let round = 0; round < 5; round++) {
    const orders = await till.order(2_000);
    const start = performance.now();
    while (orders.length > 0) {
      await Promise.all(orders.splice(0, 100).map((order) => till.pay(order)));
    }
    speeds.push(2_000 / ((performance.now() - start) / 1_000));
  }
  return median(speeds);
}

function sumOf(costs: readonly CrashCost[]): CrashCost {
  const total = (field: keyof CrashCost) =>
    costs.reduce((sum, cost) => sum + cost[field], 0);
  return {
    accepted: total("accepted"),
    lost: total("lost"),
    twice: total("twice"),
    remembered: total("remembered"),
  };
}

function print(measured: Record<string, Comparison>): void {
  const rows = Object.entries(measured).map(([name, { latency, throughput, crash }]) => [
    name,
    rounded(latency.median),
    rounded(latency.p99),
    rounded(throughput),
    `${crash.lost}/${crash.accepted}`,
    `${crash.twice}`,
    `${crash.remembered}/${crash.accepted}`,
  ]);
  const times = ["median ms", "p99 ms", "payments/s"];
  say(table(["transport", ...times, "SMS lost", "twice", "known"], rows));
}
