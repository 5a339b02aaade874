import { randomUUID } from "node:crypto";
import { after } from "node:test";
import {
  connect as amqpConnect,
  type Channel,
  type ChannelModel,
  type GetMessage,
} from "amqplib";
import { type FoundBroker, findBroker, NoBrokerError } from "#broker/find-broker";
import { type BusEvent, createEvent } from "#bus/contract";
import { deadLetterQueueOf } from "#bus/rabbit-contract";
import { layWire, type Wire } from "./wire.ts";

/**
 * What one check has at hand: names of its own at a real broker, and a second pair of eyes there,
 * which does not use the code under test. Everything is removed when the check is over.
 */
export interface Desk {
  readonly url: string;
  readonly exchange: string;
  readonly queue: string;
  /** Lays a line to the broker that can be held and cut. */
  layWire(): Promise<Wire>;
  /** Has this connection closed when the check is over. */
  keep(connection: ChannelModel): ChannelModel;
  /** Has this done when the check is over, before its queues are removed. */
  later(action: () => Promise<unknown>): void;
  /** Puts an event on the exchange, which must be there, and waits until it is in the queues. */
  sendEvent(event: BusEvent): Promise<void>;
  /** How many messages wait in the queue; those in somebody's hands do not count. */
  waiting(queue: string): Promise<number>;
  /** Takes all that waits in the queue. */
  takeAll(queue: string): Promise<GetMessage[]>;
  deleteQueue(queue: string): Promise<void>;
  /** What the broker answers: `ok`, or why it refused and closed the channel. */
  ask(action: (channel: Channel) => Promise<unknown>): Promise<string>;
}

let patience = 4_000;

/** Waits for a promise, and gives up in a sentence if it takes too long. */
export async function soon<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      // One wait of this length is enough: whoever forgot something will make us wait again.
      patience = 500;
      reject(new Error(`waited in vain: ${what}`));
    }, patience);
  });
  try {
    return await Promise.race([promise, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until something is so, and gives up in a sentence if it takes too long. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
): Promise<void> {
  let over = false;
  const watch = async () => {
    while (!over && !(await condition())) await turn();
  };
  try {
    await soon(watch(), what);
  } finally {
    over = true;
  }
}

/** Lets everything that is due happen, once. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A promise that is settled from outside. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** The event of customer number `userId` who has registered. */
export function registered(userId: number): BusEvent {
  return createEvent("user.registered", { userId, email: `user${userId}@example.com` });
}

let broker: FoundBroker | string = "findTestBroker was not called";
let eyes: Promise<ChannelModel> | undefined;

/** Finds a broker for all checks of this process. Await it before the first of them. */
export async function findTestBroker(): Promise<void> {
  try {
    broker = await findBroker();
  } catch (error) {
    if (!(error instanceof NoBrokerError)) throw error;
    broker = error.message;
  }
  after(async () => {
    await (await eyes)?.close();
    if (typeof broker === "object") await broker.stop();
    // A connection that the code under test has left half closed keeps the process alive for ever.
    setTimeout(() => process.exit(), 1_000).unref();
  });
}

/** The broker that was found, or in a sentence why there is none. */
export function testBroker(): FoundBroker | string {
  return broker;
}

/** Runs one check at a desk of its own. */
export async function atDesk(
  url: string,
  run: (desk: Desk) => Promise<void>,
): Promise<void> {
  const tidyUp: (() => Promise<unknown>)[] = [];
  try {
    await run(await newDesk(url, tidyUp));
  } finally {
    await doInReverse(tidyUp);
  }
}

async function doInReverse(actions: (() => Promise<unknown>)[]): Promise<void> {
  for (const action of actions.reverse()) await action();
}

/**
 * Closes a connection. One that is lost while it is closing counts as closed, and so does one that
 * the code under test has left in such a state that it never answers.
 */
function closed(connection: ChannelModel): Promise<void> {
  return new Promise((resolve) => {
    connection.once("close", () => resolve());
    connection.close().then(resolve, () => resolve());
    setTimeout(resolve, 500).unref();
  });
}

async function newDesk(url: string, tidyUp: (() => Promise<unknown>)[]): Promise<Desk> {
  eyes ??= amqpConnect(url, { noDelay: true });
  const connection = await eyes;
  const channel = await connection.createConfirmChannel();
  channel.on("error", () => {});
  const name = `check-${process.pid}-${randomUUID().slice(0, 8)}`;
  const queue = `${name}.queue`;
  const wires: Wire[] = [];

  const ask: Desk["ask"] = async (action) => {
    const other = await connection.createChannel();
    other.on("error", () => {});
    try {
      await action(other);
      await other.close();
      return "ok";
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  const deleteQueue = async (queue: string) => {
    await ask((other) => other.deleteQueue(queue));
  };

  tidyUp.push(async () => {
    await channel.close().catch(() => {});
    await deleteQueue(queue);
    await deleteQueue(deadLetterQueueOf(queue));
    await ask((other) => other.deleteExchange(name));
  });

  return {
    url,
    exchange: name,
    queue,
    ask,
    deleteQueue,
    async layWire() {
      const wire = await layWire(url);
      wires.push(wire);
      tidyUp.push(() => wire.close());
      return wire;
    },
    keep(kept) {
      tidyUp.push(() => {
        // Over a line that is held, nobody can say goodbye.
        for (const wire of wires) wire.cut();
        return closed(kept);
      });
      return kept;
    },
    later: (action) => {
      tidyUp.push(action);
    },
    async sendEvent(event) {
      const content = Buffer.from(JSON.stringify(event));
      const properties = { persistent: true, messageId: event.id };
      channel.publish(name, event.name, content, properties);
      await channel.waitForConfirms();
    },
    async waiting(queue) {
      return (await channel.checkQueue(queue)).messageCount;
    },
    async takeAll(queue) {
      const taken: GetMessage[] = [];
      for (;;) {
        const message = await channel.get(queue, { noAck: true });
        if (!message) return taken;
        taken.push(message);
      }
    },
  };
}
