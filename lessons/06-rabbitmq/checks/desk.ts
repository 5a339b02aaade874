/** What the checks of this lesson share: a broker in memory, which speaks as RabbitMQ does. */
import assert from "node:assert/strict";
import type { ChannelModel } from "amqplib";
import { turn } from "#any-day/time-limits";
import { type Line, StandIn } from "#broker/stand-in";
import { type BusEvent, createEvent } from "#bus/contract";
import {
  type ConsumerOptions,
  type PublisherOptions,
  queueOptions,
  type Work,
} from "#bus/rabbit-contract";
import { RabbitConsumer } from "#lesson/06-rabbitmq/rabbit-consumer.ts";
import { RabbitPublisher } from "#lesson/06-rabbitmq/rabbit-publisher.ts";

export const exchanges = ["shop.events", "Back office"] as const;
export const [exchange, otherExchange] = exchanges;
export const queue = "email-worker";
export const dead = "email-worker.dead";

/** A broker with one connection; `ends` are the reasons why that ended. */
export async function newDesk() {
  const broker = new StandIn();
  const { connection, line, ends } = await connected(broker);
  const put = (event: BusEvent, content = JSON.stringify(event)) => {
    const properties = { deliveryMode: 2, messageId: event.id };
    const message = { exchange, key: event.name, properties };
    broker.route({ ...message, content: Buffer.from(content) });
  };
  return {
    broker,
    connection,
    line,
    ends,
    publisher: (options: Partial<PublisherOptions> = {}) =>
      publisherOn(connection, options),
    consumer: (work: Work = () => {}, options: Partial<ConsumerOptions> = {}) =>
      consumerOn(connection, work, options),
    /** One more connection, as another process has it. */
    another: () => connected(broker),
    /** The consumer's queue, as one made it who is gone. */
    async makeQueue() {
      const channel = await connection.createChannel();
      await channel.assertExchange(exchange, "topic");
      await channel.assertQueue(queue, queueOptions(queue));
      await channel.bindQueue(queue, exchange, "user.#");
    },
    /** A queue that nobody consumes from; made after the exchange. */
    collect(name: string, ...patterns: string[]) {
      broker.declareQueue({ queue: name, durable: true, arguments: {} });
      for (const pattern of patterns) broker.bind(exchange, name, pattern);
    },
    put,
    /** Sends an event as some other producer does. */
    send(event: BusEvent, content?: string) {
      put(event, content);
      return quiet(broker);
    },
    /** What the events in a queue say of the user: 7 for `registered(7)`. */
    users: (name: string) =>
      broker.waiting(name).map(({ content }) => JSON.parse(String(content)).data?.userId),
    quiet: () => quiet(broker),
  };
}

/** A broker at a port; `run` is given the place, such as `127.0.0.1:40123`. */
export async function withBroker(
  run: (broker: StandIn, place: string) => Promise<void>,
  host = "127.0.0.1",
): Promise<void> {
  const broker = new StandIn();
  const { port, close } = await broker.listen(host);
  try {
    await run(broker, host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`);
  } finally {
    await close();
  }
}

async function connected(broker: StandIn) {
  const { connection, line } = await broker.connect();
  const ends: unknown[] = [];
  connection.on("error", () => {});
  connection.on("close", (reason) => ends.push(reason?.message));
  return { connection, line, ends };
}

export function publisherOn(
  connection: ChannelModel,
  options: Partial<PublisherOptions> = {},
): Promise<RabbitPublisher> {
  const all = Object.freeze({ exchange, ...options });
  return soon(RabbitPublisher.open(connection, all), "open");
}

export function consumerOn(
  connection: ChannelModel,
  work: Work,
  options: Partial<ConsumerOptions> = {},
): Promise<RabbitConsumer> {
  const { patterns = ["user.#"], ...rest } = options;
  const all = { exchange, queue, ...rest, patterns: Object.freeze([...patterns]) };
  return soon(RabbitConsumer.open(connection, Object.freeze(all), work), "open");
}

/** The event of customer number `userId` who has registered. */
export function registered(userId: unknown): BusEvent {
  return createEvent("user.registered", { userId, email: `user${userId}@example.com` });
}

/** From now on the broker refuses such events: one queue that wants them has no room. */
export function refuse(broker: StandIn, exchange: string, name: string): void {
  const full = { "x-max-length": 0, "x-overflow": "reject-publish" };
  broker.declareQueue({ queue: "full", durable: true, arguments: full });
  broker.bind(exchange, "full", name);
}

/** Waits until nothing goes over any line any more. */
export async function quiet(broker: StandIn): Promise<void> {
  let still = 0;
  let turns = 0;
  for (let before = broker.activity; still < 7; before = broker.activity) {
    await turn();
    still = broker.activity === before ? still + 1 : 0;
    turns += 1;
    if (turns > 20_000)
      assert.fail(
        "A message comes again and again. One that is put back is delivered again at once, and amqplib's `reject` and `nack` put it back unless they are told not to.",
      );
  }
}

/** What became of promises so far: `pending`, `resolved`, or the name of the error. */
export function watch(promises: readonly Promise<unknown>[]): string[] {
  const states = promises.map(() => "pending");
  for (const [at, promise] of promises.entries()) {
    promise.then(
      () => {
        states[at] = "resolved";
      },
      (error) => {
        states[at] = error instanceof Error ? error.name : `not an Error: ${error}`;
      },
    );
  }
  return states;
}

/** An error may be called anything, but for those that the text names. */
export function fate(state = "missing"): string {
  const named =
    /^(pending|resolved|missing|UnroutableError|thrown at once|not an Error.*)$/;
  return named.test(state) ? state : "rejected";
}

/** Publishes; what is thrown at once, instead of rejecting, is told apart. */
export function publishing(publisher: RabbitPublisher, event: BusEvent): Promise<void> {
  try {
    return publisher.publish(event);
  } catch (error) {
    if (error instanceof Error && error.name === "TodoError") throw error;
    return Promise.reject(Object.assign(new Error(), { name: "thrown at once" }));
  }
}

/** Waits for a promise, and says so where it never settles. */
export async function soon<Value>(promise: Promise<Value>, what: string): Promise<Value> {
  const states = watch([promise]);
  for (let turns = 0; turns < 2_000 && states[0] === "pending"; turns++) await turn();
  if (states[0] === "pending")
    assert.deepEqual({ [what]: "never settles" }, { [what]: "settles" });
  return promise;
}

/** Work that begins, and ends when it is told to. */
export function slowWork() {
  const begun: unknown[] = [];
  const ends: (() => void)[] = [];
  const work: Work = ({ data }) => {
    begun.push((data as { userId: unknown }).userId);
    return new Promise<void>((resolve) => ends.push(resolve));
  };
  return {
    begun,
    work,
    /** Ends all work, or the last few. */
    finish(count = Infinity) {
      for (const end of ends.splice(-count)) end();
    },
  };
}

/** How often a client has said something, such as `BasicAck`. */
export function times(line: Line, ...methods: string[]): number {
  return line.sent.filter((method) => methods.includes(method)).length;
}

/** The outcome of an `open` that should fail. */
async function refusalOf(opening: Promise<unknown>): Promise<string> {
  const states = watch([opening]);
  await soon(Promise.allSettled([opening]), "open");
  const [state = ""] = states;
  if (state === "TodoError") await opening;
  return state;
}

/** Opens where something was made differently before: that is refused, and nothing else ends. */
export async function wantsTheSame(
  open: (connection: ChannelModel) => Promise<unknown>,
  ways: Record<string, (broker: StandIn) => unknown>,
): Promise<void> {
  for (const [different, make] of Object.entries(ways)) {
    const { broker, connection, ends, quiet } = await newDesk();
    make(broker);
    const opened = await refusalOf(open(connection));
    await quiet();
    assert.deepEqual(
      { different, opened: fate(opened), connectionEnds: ends },
      { different, opened: "rejected", connectionEnds: [] },
    );
    await connection.createChannel();
  }
}

/** Whether an option takes whole numbers of 1 or more, and nothing else. */
export async function wantsCounts(
  open: (value: number) => Promise<unknown>,
  most: number,
): Promise<void> {
  for (const value of [1, most, 0, -1, 2.5, Number.NaN, Infinity]) {
    const outcome = await refusalOf(open(value));
    const wanted = value === 1 || value === most ? "resolved" : "RangeError";
    assert.deepEqual({ [value]: outcome }, { [value]: wanted });
  }
}
