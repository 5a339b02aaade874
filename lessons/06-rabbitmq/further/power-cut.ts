import type { PrivateNode } from "#broker/private-node";
import { createEvent } from "#bus/contract";
import type { Broker } from "#bus/rabbit-broker";
import { deduplicate } from "./deduplicate.ts";
import { ReconnectingBroker } from "./reconnecting-broker.ts";

/** What became of the events, for one queue. */
export interface LedgerRow {
  queue: string;
  published: number;
  /** How many the broker said it had stored. */
  confirmed: number;
  /** How many came out of the queue, counting those that came twice. */
  delivered: number;
  /** How many of them were dropped, because their work was done already. */
  duplicates: number;
  /** How many were published and never came. */
  lost: number;
}

export interface PowerCutOptions {
  /** How many events are published. Default: 6,000. */
  events?: number;
  /** Is told what happens. */
  say?: (line: string) => void;
}

const exchange = "shop.events";

/**
 * Publishes events to two queues and consumes them, kills the broker in the middle of it with
 * kill -9, starts it again, and counts.
 */
export async function powerCut(
  node: PrivateNode,
  options: PowerCutOptions = {},
): Promise<LedgerRow[]> {
  const { events = 6_000, say = () => {} } = options;
  const delays = { firstDelay: 50, maxDelay: 500 };
  const broker = new ReconnectingBroker(node.url, { ...delays, onWaiting: () => {} });
  try {
    const email = await countingWorker(broker, "email-worker", events);
    const analytics = await countingWorker(broker, "analytics-worker", events);
    const publisher = await broker.openPublisher({ exchange, mandatory: true });
    let confirmed = 0;
    let restarted: Promise<void> | undefined;
    const restart = async () => {
      await node.kill();
      say(`kill -9 after ${confirmed} of ${events} confirmations`);
      await node.start();
      say("the broker is back, with what it had written to disk");
    };
    for (let userId = 1; userId <= events; userId++) {
      const publishing = publisher.publish(createEvent("user.registered", { userId }));
      publishing.then(() => {
        confirmed += 1;
        if (confirmed === Math.floor(events / 3)) restarted = restart();
      });
    }
    await publisher.flush();
    await restarted;
    await Promise.all([email.all, analytics.all]);
    return [email, analytics].map(({ ledger }) => ({
      ...{ published: events, confirmed },
      ...ledger(),
    }));
  } finally {
    await broker.close();
  }
}

/** A worker that counts what it is given. */
async function countingWorker(broker: Broker, queue: string, expected: number) {
  const done = new Set<string>();
  let delivered = 0;
  let duplicates = 0;
  let haveAll = () => {};
  const all = new Promise<void>((resolve) => {
    haveAll = resolve;
  });
  const once = deduplicate(
    ({ id }) => {
      done.add(id);
      if (done.size === expected) haveAll();
    },
    {
      onDuplicate: () => {
        duplicates += 1;
      },
    },
  );
  await broker.openConsumer(
    { exchange, queue, patterns: ["user.*"], prefetch: 100 },
    (event, message) => {
      delivered += 1;
      return once(event, message);
    },
  );
  return {
    all,
    ledger: () => ({ queue, delivered, duplicates, lost: expected - done.size }),
  };
}
