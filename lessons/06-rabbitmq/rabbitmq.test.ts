// Every check talks to a real RabbitMQ. Starting a private one, where none runs, takes a while:
// time limit: 60 s
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import type { TestContext } from "node:test";
import type { ChannelModel, GetMessage } from "amqplib";
import { type BusEvent, createEvent } from "#bus/contract";
import {
  BrokerError,
  type ConnectOptions,
  type ConsumerOptions,
  deadLetterQueueOf,
  type OnFailure,
  UnroutableError,
  type Work,
} from "#bus/rabbit-contract";
import { connect } from "#lesson/06-rabbitmq/rabbit-connection.ts";
import { RabbitConsumer } from "#lesson/06-rabbitmq/rabbit-consumer.ts";
import { RabbitPublisher } from "#lesson/06-rabbitmq/rabbit-publisher.ts";
import {
  check,
  type Desk,
  eventually,
  findTestBroker,
  gate,
  registered,
  soon,
  turn,
  until,
  watch,
} from "./test-desk.ts";
import type { Wire } from "./wire.ts";

await findTestBroker();

/** Connects with the code under test; the connection is closed when the check is over. */
async function connected(
  desk: Desk,
  options?: ConnectOptions,
  wire?: Wire,
): Promise<ChannelModel> {
  const url = wire?.url ?? desk.url;
  // Who does not ask to be told would be told on stderr, in the middle of the results.
  const opening = connect(url, { onLost: () => {}, ...options });
  return desk.keep(await soon(opening, "the broker lets us in"));
}

/** What onLost was told. */
function lossLog() {
  const losses: unknown[] = [];
  const onLost = (reason: Error) => {
    losses.push(reason instanceof Error ? "an Error" : reason);
  };
  return { losses, onLost };
}

/** The outcome of `action`: the name of the error that it throws or rejects with. */
async function outcome(action: () => Promise<unknown>, what: string): Promise<string> {
  try {
    await soon(action(), what);
    return "resolved";
  } catch (error) {
    if (!(error instanceof Error) || error.name === "TodoError") throw error;
    return error.name;
  }
}

/** What became of a promise, whatever the error is called that it rejected with. */
function fate(state: string | undefined): string | undefined {
  const known = state === "resolved" || state === "pending" || state?.startsWith("threw");
  return known ? state : "rejected";
}

/** Asks the broker something five times over the same line: what was sent before has been heard. */
async function roundTrips(connection: ChannelModel): Promise<void> {
  for (let time = 0; time < 5; time++) await connection.createChannel();
}

/** The text if it holds the words; else, for a comparison that shows the text, what it lacks. */
function textWith(words: string, text: string): string {
  return text.includes(words) ? text : `… ${words} …`;
}

/** What is printed on stderr from here to the end of the check. */
function linesOnStderr(t: TestContext): string[] {
  const lines: string[] = [];
  t.mock.method(process.stderr, "write", (text: string | Uint8Array) => {
    lines.push(String(text).trimEnd());
    return true;
  });
  return lines;
}

// Step 1 · Connect

check("step 1 · a connection opens, and channels can be opened on it", async (desk) => {
  const connection = await connected(desk);
  const channel = await connection.createChannel();
  const queue = await channel.assertQueue(desk.queue, { durable: true });
  assert.deepEqual({ queue: queue.queue }, { queue: desk.queue });
});

check("step 1 · somebody listens to the connection's error", async (desk) => {
  const connection = await connected(desk);
  const hasListener = connection.listenerCount("error") > 0;
  assert.deepEqual({ errorHasListener: hasListener }, { errorHasListener: true });
});

check("step 1 · where nobody answers, one sentence names the host", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  const url = `amqp://shop:secret-word@127.0.0.1:${port}`;
  const error = await connect(url).then(
    () => assert.fail("connected to nobody"),
    (error: unknown) => error,
  );
  if (!(error instanceof BrokerError)) throw error;
  const { message } = error;
  assert.deepEqual({ message }, { message: textWith("127.0.0.1", message) });
  assert.deepEqual({ message }, { message: withoutPassword(message) });
});

function withoutPassword(text: string): string {
  return text.replaceAll("secret-word", "…");
}

check("step 1 · a broker that does not let us in is a BrokerError too", async (desk) => {
  const url = new URL(desk.url);
  url.username = "nobody";
  url.password = "secret-word";
  const error = await connect(url.href).then(
    () => assert.fail("was let in"),
    (error: unknown) => error,
  );
  if (!(error instanceof BrokerError)) throw error;
  const { message } = error;
  assert.deepEqual({ message }, { message: withoutPassword(message) });
});

check("step 1 · when the line is cut, onLost is told, and life goes on", async (desk) => {
  const { losses, onLost } = lossLog();
  const wire = await desk.layWire();
  await connected(desk, { onLost }, wire);
  wire.cut();
  await until(() => losses.length > 0, "onLost is told of the loss");
  await turn();
  assert.deepEqual({ losses }, { losses: ["an Error"] });
});

check("step 1 · a broker that is stopped politely is lost as well", async (desk) => {
  const { losses, onLost } = lossLog();
  const wire = await desk.layWire();
  await connected(desk, { onLost }, wire);
  wire.sayGoodbye();
  await until(() => losses.length > 0, "onLost is told of the loss");
  await turn();
  assert.deepEqual({ losses }, { losses: ["an Error"] });
});

check("step 1 · unless told otherwise, a loss is a line on stderr", async (desk, t) => {
  const lines = linesOnStderr(t);
  const wire = await desk.layWire();
  desk.keep(await soon(connect(wire.url), "the broker lets us in"));
  wire.cut();
  await until(() => lines.length > 0, "a line is printed");
});

check("step 1 · it asks for a heartbeat: every 10 s, or as told", async (desk) => {
  const asked = async (options: ConnectOptions) => {
    const wire = await desk.layWire();
    await connected(desk, options, wire);
    return wire.heartbeat;
  };
  const heartbeats = {
    untold: await asked({}),
    "heartbeat: 3": await asked({ heartbeat: 3 }),
    "heartbeat: 0": await asked({ heartbeat: 0 }),
  };
  assert.deepEqual(heartbeats, { untold: 10, "heartbeat: 3": 3, "heartbeat: 0": 0 });
});

check("step 1 · a URL that says more than the host keeps what it says", async (desk) => {
  const wire = await desk.layWire();
  const url = new URL(wire.url);
  url.searchParams.set("channelMax", "7");
  const connection = desk.keep(await connect(url.href, { onLost: () => {} }));
  await connection.createChannel();
  const { channelMax, heartbeat } = wire;
  assert.deepEqual({ channelMax, heartbeat }, { channelMax: 7, heartbeat: 10 });
});

check("step 1 · closing the connection oneself is no loss", async (desk) => {
  const { losses, onLost } = lossLog();
  const connection = await connected(desk, { onLost });
  await soon(connection.close(), "the connection closes");
  await turn();
  assert.deepEqual({ losses }, { losses: [] });
});

// Step 2 · Publish, and know that it arrived

/** A publisher of the desk's exchange, and a queue that collects all that it publishes. */
async function publisherWithQueue(
  desk: Desk,
  options: { mandatory?: boolean; window?: number } = {},
  wire?: Wire,
): Promise<RabbitPublisher> {
  const connection = await connected(desk, {}, wire);
  const opening = RabbitPublisher.open(connection, {
    exchange: desk.exchange,
    ...options,
  });
  const publisher = await soon(opening, "the publisher opens");
  await desk.bind(desk.queue, "user.#");
  return publisher;
}

/** What the events in these messages say of the user, such as 7 for `registered(7)`. */
function usersIn(messages: GetMessage[]): unknown[] {
  return messages.map(({ content }) => JSON.parse(String(content)).data?.userId);
}

/** Publishes; what is thrown at once, instead of rejecting, is told apart. */
function publishing(publisher: RabbitPublisher, event: BusEvent): Promise<void> {
  try {
    return publisher.publish(event);
  } catch (error) {
    if (!(error instanceof Error) || error.name === "TodoError") throw error;
    return Promise.reject(`threw ${error.name} and returned no promise`);
  }
}

/** The message that is in the queue as soon as publish has resolved. */
async function messageOf(desk: Desk, event: BusEvent): Promise<GetMessage> {
  const publisher = await publisherWithQueue(desk);
  await soon(publisher.publish(event), "the broker confirms the event");
  const messages = await desk.takeAll(desk.queue);
  const whenPublishHasResolved = { messagesInTheQueue: messages.length };
  assert.deepEqual(
    { whenPublishHasResolved },
    { whenPublishHasResolved: { messagesInTheQueue: 1 } },
  );
  return messages[0] as GetMessage;
}

check("step 2 · the exchange is a durable topic exchange", async (desk) => {
  const connection = await connected(desk);
  const opening = RabbitPublisher.open(connection, { exchange: desk.exchange });
  await soon(opening, "the publisher opens");
  const answer = await desk.ask((channel) =>
    channel.assertExchange(desk.exchange, "topic", { durable: true }),
  );
  assert.deepEqual({ durableTopicExchange: answer }, { durableTopicExchange: "ok" });
});

check("step 2 · an event arrives as JSON, under its name", async (desk) => {
  const event = registered(7);
  const { fields, content } = await messageOf(desk, event);
  const { routingKey } = fields;
  assert.deepEqual({ routingKey }, { routingKey: "user.registered" });
  assert.deepEqual(JSON.parse(String(content)), { ...event });
});

check("step 2 · the message is persistent, and has the event's id", async (desk) => {
  const event = registered(7);
  const { deliveryMode, messageId } = (await messageOf(desk, event)).properties;
  assert.deepEqual({ deliveryMode, messageId }, { deliveryMode: 2, messageId: event.id });
});

check(
  "step 2 · publish resolves when the broker has confirmed, not before",
  async (desk) => {
    const wire = await desk.layWire();
    const publisher = await publisherWithQueue(desk, {}, wire);
    wire.hold();
    const published = publisher.publish(registered(7));
    const state = watch([published]);
    await until(() => wire.sent.includes("basic.publish"), "the event is sent");
    await until(
      async () => (await desk.waiting(desk.queue)) === 1,
      "the event is stored",
    );
    const before = state();
    wire.release();
    await soon(published, "the promise resolves when the broker has confirmed");
    const [after] = state();
    assert.deepEqual(
      { beforeTheConfirmation: before[0], after },
      { beforeTheConfirmation: "pending", after: "resolved" },
    );
  },
);

check("step 2 · events published one after the other arrive in order", async (desk) => {
  const publisher = await publisherWithQueue(desk);
  const events = Array.from({ length: 20 }, (_, index) => registered(index));
  const published = Promise.all(events.map((event) => publisher.publish(event)));
  await soon(published, "the broker confirms all events");
  const arrived = usersIn(await desk.takeAll(desk.queue));
  assert.deepEqual({ arrived }, { arrived: [...events.keys()] });
});

check(
  "step 2 · when the line is cut before the confirmation, publish rejects",
  async (desk) => {
    const wire = await desk.layWire();
    const publisher = await publisherWithQueue(desk, {}, wire);
    wire.hold();
    const published = publisher.publish(registered(7));
    const state = watch([published]);
    await until(() => wire.sent.includes("basic.publish"), "the event is sent");
    wire.cut();
    await until(() => state()[0] !== "pending", "publish rejects");
    assert.deepEqual({ publish: fate(state()[0]) }, { publish: "rejected" });
  },
);

check("step 2 · data that JSON cannot hold fails its own publish alone", async (desk) => {
  const publisher = await publisherWithQueue(desk);
  const users = [1, 7n, 2].map((userId) => createEvent("user.registered", { userId }));
  const state = watch(users.map((event) => publishing(publisher, event)));
  await until(() => !state().includes("pending"), "every publish has its outcome");
  const [first, bigInt, last] = state().map(fate);
  const arrived = usersIn(await desk.takeAll(desk.queue));
  assert.deepEqual(
    { first, bigInt, last, arrived },
    { first: "resolved", bigInt: "rejected", last: "resolved", arrived: [1, 2] },
  );
});

check("step 2 · open rejects where the exchange is of another kind", async (desk) => {
  const { losses, onLost } = lossLog();
  const connection = await connected(desk, { onLost });
  await desk.ask((channel) => channel.assertExchange(desk.exchange, "fanout"));
  const opened = await outcome(
    () => RabbitPublisher.open(connection, { exchange: desk.exchange }),
    "open rejects",
  );
  assert.deepEqual({ open: fate(opened) }, { open: "rejected" });
  await soon(connection.createChannel(), "the connection still works");
  assert.deepEqual({ losses }, { losses: [] });
});

check(
  "step 2 · a channel closed by the broker fails the publish, no more",
  async (desk) => {
    const { losses, onLost } = lossLog();
    const connection = await connected(desk, { onLost });
    const publisher = await RabbitPublisher.open(connection, { exchange: desk.exchange });
    await desk.ask((channel) => channel.deleteExchange(desk.exchange));
    const state = watch([publishing(publisher, registered(7))]);
    await until(() => state()[0] !== "pending", "publish rejects");
    assert.deepEqual({ publish: fate(state()[0]) }, { publish: "rejected" });
    await soon(connection.createChannel(), "the connection still works");
    assert.deepEqual({ losses }, { losses: [] });
  },
);

// Step 3 · Know that somebody waits for it

check(
  "step 3 · mandatory: an event that no queue waits for is an UnroutableError",
  async (desk) => {
    const publisher = await publisherWithQueue(desk, { mandatory: true });
    const event = createEvent("order.created", { orderId: 15 });
    const error = await soon(
      publisher.publish(event).then(
        () => assert.fail("published to nobody"),
        (error: unknown) => error,
      ),
      "publish rejects",
    );
    if (!(error instanceof UnroutableError)) throw error;
    assert.deepEqual({ event: error.event }, { event });
  },
);

check(
  "step 3 · mandatory: an event that a queue waits for is confirmed",
  async (desk) => {
    const publisher = await publisherWithQueue(desk, { mandatory: true });
    await soon(publisher.publish(registered(7)), "the broker confirms the event");
    const inTheQueue = await desk.waiting(desk.queue);
    assert.deepEqual({ inTheQueue }, { inTheQueue: 1 });
  },
);

check("step 3 · among many, only those that nobody waits for fail", async (desk) => {
  const publisher = await publisherWithQueue(desk, { mandatory: true });
  const events = [registered(1), createEvent("order.created", {}), registered(2)];
  const state = watch(events.map((event) => publisher.publish(event)));
  await until(() => !state().includes("pending"), "every publish has its outcome");
  const [user1, order, user2] = state();
  assert.deepEqual(
    { user1, order, user2 },
    { user1: "resolved", order: "UnroutableError", user2: "resolved" },
  );
});

check("step 3 · an event that came back can be published again", async (desk) => {
  const publisher = await publisherWithQueue(desk, { mandatory: true });
  const event = createEvent("order.created", {});
  const first = await outcome(() => publisher.publish(event), "publish rejects");
  await desk.bind(desk.queue, "order.*");
  const second = await outcome(() => publisher.publish(event), "publish resolves");
  assert.deepEqual(
    { withoutQueue: first, withQueue: second },
    { withoutQueue: "UnroutableError", withQueue: "resolved" },
  );
});

check("step 3 · twenty events leave no twenty listeners behind", async (desk) => {
  const warnings: string[] = [];
  const hear = ({ name }: Error) => {
    if (name === "MaxListenersExceededWarning") warnings.push(name);
  };
  process.on("warning", hear);
  desk.later(async () => process.off("warning", hear));
  const publisher = await publisherWithQueue(desk, { mandatory: true });
  for (let userId = 0; userId < 20; userId++)
    await soon(publisher.publish(registered(userId)), "the broker confirms the event");
  await turn();
  assert.deepEqual({ warnings }, { warnings: [] });
});

check(
  "step 3 · without mandatory, an event that nobody waits for is no error",
  async (desk) => {
    const connection = await connected(desk);
    const exchange = desk.exchange;
    await RabbitPublisher.open(connection, { exchange, mandatory: true });
    const publisher = await RabbitPublisher.open(connection, { exchange });
    await soon(publisher.publish(registered(7)), "the broker confirms the event");
  },
);

// Step 4 · A window, and an end

/** Five events through a window of `window`, while the broker's confirmations are held back. */
async function fiveHeldBack(desk: Desk, window: number) {
  const wire = await desk.layWire();
  const publisher = await publisherWithQueue(desk, { window }, wire);
  wire.hold();
  const events = [1, 2, 3, 4, 5].map(registered);
  const published = events.map((event) => publisher.publish(event));
  const state = watch(published);
  const sent = () => wire.sent.filter((name) => name === "basic.publish").length;
  await until(() => sent() >= Math.min(window, 5), "the first events are sent");
  await until(
    async () => (await desk.waiting(desk.queue)) === sent(),
    "what was sent is stored",
  );
  return { wire, publisher, events, published, state, sent };
}

check("step 4 · no more events are on their way than the window allows", async (desk) => {
  const { wire, published, sent } = await fiveHeldBack(desk, 3);
  const before = sent();
  wire.release();
  await soon(Promise.all(published), "all five are confirmed");
  assert.deepEqual(
    { onTheWay: before, sentInTheEnd: sent() },
    { onTheWay: 3, sentInTheEnd: 5 },
  );
});

check("step 4 · unless told otherwise, 256 may be on their way", async (desk) => {
  const wire = await desk.layWire();
  const publisher = await publisherWithQueue(desk, {}, wire);
  wire.hold();
  const published: Promise<void>[] = [];
  for (let userId = 0; userId < 300; userId++)
    published.push(publisher.publish(registered(userId)));
  const state = watch(published);
  const sent = () => wire.sent.filter((name) => name === "basic.publish").length;
  await until(() => sent() >= 256, "the first 256 are sent");
  await until(
    async () => (await desk.waiting(desk.queue)) === sent(),
    "what was sent is stored",
  );
  const onTheWay = sent();
  wire.release();
  await until(() => !state().includes("pending"), "every publish has its outcome");
  assert.deepEqual({ onTheWay }, { onTheWay: 256 });
});

check(
  "step 4 · a place goes to who has waited for it, not to who comes",
  async (desk) => {
    const publisher = await publisherWithQueue(desk, { window: 1 });
    const first = publisher.publish(registered(1));
    const second = publisher.publish(registered(2));
    const third = first.then(() => publisher.publish(registered(3)));
    await soon(Promise.all([first, second, third]), "the broker confirms all events");
    const arrived = usersIn(await desk.takeAll(desk.queue));
    assert.deepEqual({ arrived }, { arrived: [1, 2, 3] });
  },
);

check(
  "step 4 · when several places get free at once, they are for those who wait",
  async (desk) => {
    const { wire, publisher, published } = await fiveHeldBack(desk, 2);
    const sixth = published[0]?.then(() => publisher.publish(registered(6)));
    wire.release();
    await soon(Promise.all([...published, sixth]), "the broker confirms all events");
    const arrived = usersIn(await desk.takeAll(desk.queue));
    assert.deepEqual({ arrived }, { arrived: [1, 2, 3, 4, 5, 6] });
  },
);

check("step 4 · through a window of one, all arrive, in order", async (desk) => {
  const publisher = await publisherWithQueue(desk, { window: 1 });
  const events = Array.from({ length: 10 }, (_, index) => registered(index));
  const published = Promise.all(events.map((event) => publisher.publish(event)));
  await soon(published, "the broker confirms all events");
  const arrived = usersIn(await desk.takeAll(desk.queue));
  assert.deepEqual({ arrived }, { arrived: [...events.keys()] });
});

check("step 4 · an event that fails makes room for the next", async (desk) => {
  const publisher = await publisherWithQueue(desk, { window: 1, mandatory: true });
  const names = ["order.created", "user.registered", "order.paid", "user.deleted"];
  const state = watch(names.map((name) => publisher.publish(createEvent(name, {}))));
  await until(() => !state().includes("pending"), "every publish has its outcome");
  const outcomes = Object.fromEntries(names.map((name, at) => [name, state()[at]]));
  assert.deepEqual(outcomes, {
    "order.created": "UnroutableError",
    "user.registered": "resolved",
    "order.paid": "UnroutableError",
    "user.deleted": "resolved",
  });
});

check(
  "step 4 · when the line is cut, those that wait for room reject too",
  async (desk) => {
    const { wire, state } = await fiveHeldBack(desk, 2);
    wire.cut();
    await until(() => !state().includes("pending"), "every publish rejects");
    const outcomes = state().map(fate);
    assert.deepEqual({ outcomes }, { outcomes: Array(5).fill("rejected") });
  },
);

check("step 4 · flush waits for all that was published so far", async (desk) => {
  const { wire, publisher, state } = await fiveHeldBack(desk, 2);
  const flushed = publisher.flush();
  const flushState = watch([flushed]);
  await turn();
  const [before] = flushState();
  wire.release();
  await soon(flushed, "flush resolves");
  assert.deepEqual(
    { flushBefore: before, outcomesAfter: state() },
    { flushBefore: "pending", outcomesAfter: Array(5).fill("resolved") },
  );
});

check("step 4 · flush does not wait for what is published after it", async (desk) => {
  const publisher = await publisherWithQueue(desk, { window: 5 });
  let flushed = false;
  const goOn = async () => {
    while (!flushed) await publisher.publish(registered(7));
  };
  const busy = [goOn(), goOn()];
  try {
    await soon(publisher.flush(), "flush resolves while others go on publishing");
  } finally {
    flushed = true;
  }
  await soon(Promise.all(busy), "the others are confirmed");
});

check(
  "step 4 · flush with nothing on its way resolves, and after a failure too",
  async (desk) => {
    const publisher = await publisherWithQueue(desk, { window: 5, mandatory: true });
    await soon(publisher.flush(), "flush resolves with nothing on its way");
    const failing = watch([publisher.publish(createEvent("order.created", {}))]);
    await soon(publisher.flush(), "flush resolves after a failure");
    const [publish] = failing();
    assert.deepEqual({ publish }, { publish: "UnroutableError" });
  },
);

check("step 4 · publish many, close, disconnect: all have arrived", async (desk) => {
  const connection = await connected(desk);
  const options = { exchange: desk.exchange, window: 10 };
  const publisher = await RabbitPublisher.open(connection, options);
  await desk.bind(desk.queue, "#");
  for (let userId = 0; userId < 100; userId++) {
    publisher.publish(registered(userId)).catch(() => {});
  }
  await soon(publisher.close(), "the publisher closes");
  await soon(connection.close(), "the connection closes");
  const arrived = await desk.waiting(desk.queue);
  assert.deepEqual({ arrived }, { arrived: 100 });
});

check("step 4 · closing a second time waits like the first", async (desk) => {
  const { wire, publisher } = await fiveHeldBack(desk, 2);
  const closing = [publisher.close(), publisher.close()];
  const state = watch(closing);
  for (let time = 0; time < 5; time++) await desk.waiting(desk.queue);
  const [first, second] = state();
  wire.release();
  await soon(Promise.all(closing), "both calls of close resolve");
  await soon(publisher.close(), "a third, later call resolves");
  assert.deepEqual({ first, second }, { first: "pending", second: "pending" });
});

check("step 4 · after close, publish rejects", async (desk) => {
  const publisher = await publisherWithQueue(desk, { window: 5 });
  await soon(publisher.close(), "close resolves");
  const state = watch([publishing(publisher, registered(7))]);
  await until(() => state()[0] !== "pending", "publish rejects");
  assert.deepEqual({ publish: fate(state()[0]) }, { publish: "rejected" });
});

check("step 4 · a publisher whose line was cut can be closed", async (desk) => {
  const { wire, publisher, state } = await fiveHeldBack(desk, 2);
  wire.cut();
  await until(() => !state().includes("pending"), "every publish rejects");
  await soon(publisher.close(), "close resolves");
});

const noCounts = [0, -1, 2.5, Number.NaN];

check("step 4 · the window must be a whole number, 1 or more", async (desk) => {
  const connection = await connected(desk);
  const results: Record<string, string> = {};
  for (const window of noCounts) {
    const opening = () =>
      RabbitPublisher.open(connection, { exchange: desk.exchange, window });
    results[`window: ${window}`] = await outcome(opening, "open answers");
  }
  assert.deepEqual(results, {
    "window: 0": "RangeError",
    "window: -1": "RangeError",
    "window: 2.5": "RangeError",
    "window: NaN": "RangeError",
  });
});

// Step 5 · Consume, and acknowledge when the work is done

/** A consumer of the desk's queue for all user events, unless told otherwise. */
async function consuming(
  desk: Desk,
  connection: ChannelModel,
  work: Work,
  wishes: Partial<ConsumerOptions> = {},
): Promise<RabbitConsumer> {
  const { exchange, queue } = desk;
  const options = { exchange, queue, patterns: ["user.#"], ...wishes };
  return soon(RabbitConsumer.open(connection, options, work), "the consumer opens");
}

/** Work that writes down the names of the events it is given. */
function notebook() {
  const heard: string[] = [];
  const work = (event: BusEvent) => {
    heard.push(event.name);
  };
  return { heard, work };
}

/** Work that begins, and ends when it is told to. */
function slowWork() {
  const done = gate();
  const begun: string[] = [];
  const ended: string[] = [];
  const work = async (event: BusEvent) => {
    begun.push(event.id);
    await done.opened;
    ended.push(event.id);
  };
  return { begun, ended, work, finish: done.open };
}

/**
 * Closes a connection by force, as the end of a process does. What was said on it before reaches
 * the broker: frames of all channels go over one line, and one answer has come back.
 */
async function disconnect(connection: ChannelModel): Promise<void> {
  await connection.createChannel();
  await connection.close();
}

check("step 5 · an event that was published is given to the work", async (desk) => {
  const connection = await connected(desk);
  const given: unknown[][] = [];
  await consuming(desk, connection, (...call) => given.push(call));
  const event = registered(7);
  await desk.sendEvent(event);
  await until(() => given.length > 0, "the work is given the event");
  assert.deepEqual(given[0]?.[0], event);
  const frozen = Object.isFrozen(given[0]?.[0]);
  assert.deepEqual({ frozen }, { frozen: true });
});

check(
  "step 5 · the broker is told that it is done, and has no objection",
  async (desk) => {
    const wire = await desk.layWire();
    const connection = await connected(desk, {}, wire);
    const { heard, work } = notebook();
    await consuming(desk, connection, work);
    await desk.sendEvent(registered(7));
    await until(() => heard.length > 0, "the work is given the event");
    for (let time = 0; time < 5; time++) await desk.waiting(desk.queue);
    const acknowledged = wire.sent.filter((name) => name === "basic.ack").length;
    assert.deepEqual(
      { acknowledged, brokerObjects: wire.objections },
      { acknowledged: 1, brokerObjects: [] },
    );
  },
);

check("step 5 · the message itself comes second", async (desk) => {
  const connection = await connected(desk);
  const keys: string[] = [];
  await consuming(desk, connection, (_event, message) => {
    keys.push(message.fields.routingKey);
  });
  await desk.sendEvent(registered(7));
  await until(() => keys.length > 0, "the work is given the message");
  assert.deepEqual({ routingKeys: keys }, { routingKeys: ["user.registered"] });
});

check(
  "step 5 · a queue collects what its patterns match, and nothing else",
  async (desk) => {
    const connection = await connected(desk);
    const { heard, work } = notebook();
    await consuming(desk, connection, work, { patterns: ["user.*", "order.paid"] });
    const names = [
      "order.created",
      "user.registered",
      "user.email.changed",
      "order.paid",
    ];
    for (const name of names) await desk.sendEvent(createEvent(name, {}));
    await eventually(() => heard.includes("order.paid"));
    assert.deepEqual({ heard }, { heard: ["user.registered", "order.paid"] });
  },
);

check("step 5 · a queue each: both hear. The same queue: they share", async (desk) => {
  const connection = await connected(desk);
  const email = notebook();
  const analytics = notebook();
  const other = desk.newQueue();
  await consuming(desk, connection, email.work);
  await consuming(desk, connection, email.work);
  await consuming(desk, connection, analytics.work, { queue: other });
  for (let userId = 0; userId < 10; userId++) await desk.sendEvent(registered(userId));
  await eventually(() => analytics.heard.length === 10);
  await eventually(() => email.heard.length >= 10);
  await turn();
  assert.deepEqual(
    { twoEmailWorkers: email.heard.length, analytics: analytics.heard.length },
    { twoEmailWorkers: 10, analytics: 10 },
  );
});

check("step 5 · while nobody consumes, the queue goes on collecting", async (desk) => {
  const first = await connected(desk);
  const { heard, work } = notebook();
  await consuming(desk, first, work);
  await disconnect(first);
  await desk.sendEvent(registered(7));
  await consuming(desk, await connected(desk), work);
  await until(() => heard.length > 0, "the event is delivered after all");
  assert.deepEqual({ heard }, { heard: ["user.registered"] });
});

check("step 5 · the queue and its dead-letter queue are durable", async (desk) => {
  const connection = await connected(desk);
  await consuming(desk, connection, () => {});
  const dead = deadLetterQueueOf(desk.queue);
  const answers = {
    queue: await desk.ask((channel) =>
      channel.assertQueue(desk.queue, {
        durable: true,
        deadLetterExchange: "",
        deadLetterRoutingKey: dead,
      }),
    ),
    deadLetterQueueIsThere: await desk.ask((channel) => channel.checkQueue(dead)),
    deadLetterQueue: await desk.ask((channel) =>
      channel.assertQueue(dead, { durable: true }),
    ),
    exchange: await desk.ask((channel) =>
      channel.assertExchange(desk.exchange, "topic", { durable: true }),
    ),
  };
  assert.deepEqual(answers, {
    queue: "ok",
    deadLetterQueueIsThere: "ok",
    deadLetterQueue: "ok",
    exchange: "ok",
  });
});

check(
  "step 5 · work that is not done when the process ends is not lost",
  async (desk) => {
    const connection = await connected(desk);
    const { begun, work } = slowWork();
    await consuming(desk, connection, work);
    const event = registered(7);
    await desk.sendEvent(event);
    await until(() => begun.length > 0, "the work begins");
    await disconnect(connection);
    await until(
      async () => (await desk.waiting(desk.queue)) > 0,
      "the event is back in the queue",
    );
    const backInTheQueue = usersIn(await desk.takeAll(desk.queue));
    assert.deepEqual({ backInTheQueue }, { backInTheQueue: [7] });
  },
);

check(
  "step 5 · work that is done is acknowledged: nobody does it again",
  async (desk) => {
    const connection = await connected(desk);
    const { ended, work, finish } = slowWork();
    await consuming(desk, connection, work);
    await desk.sendEvent(registered(7));
    await desk.sendEvent(registered(8));
    finish();
    await until(() => ended.length === 2, "the work ends");
    await turn();
    await disconnect(connection);
    const backInTheQueue = await desk.waiting(desk.queue);
    assert.deepEqual({ backInTheQueue }, { backInTheQueue: 0 });
  },
);

// Step 6 · No more than one can carry

check("step 6 · no more events are in hand than prefetch allows", async (desk) => {
  const connection = await connected(desk);
  const { begun, work, finish } = slowWork();
  await consuming(desk, connection, work, { prefetch: 2 });
  for (let userId = 0; userId < 5; userId++) await desk.sendEvent(registered(userId));
  await until(() => begun.length >= 2, "two events are in hand");
  const waiting = await desk.waiting(desk.queue);
  assert.deepEqual({ inHand: begun.length, waiting }, { inHand: 2, waiting: 3 });
  finish();
  await until(() => begun.length === 5, "the others follow when these are done");
});

check("step 6 · unless told otherwise, ten events are in hand", async (desk) => {
  const connection = await connected(desk);
  await RabbitConsumer.open(
    connection,
    { exchange: desk.exchange, queue: desk.newQueue(), patterns: [], prefetch: 1 },
    () => {},
  );
  const { begun, work } = slowWork();
  await consuming(desk, connection, work);
  for (let userId = 0; userId < 12; userId++) await desk.sendEvent(registered(userId));
  await until(() => begun.length >= 10, "ten events are in hand");
  const waiting = await desk.waiting(desk.queue);
  assert.deepEqual({ inHand: begun.length, waiting }, { inHand: 10, waiting: 2 });
});

check("step 6 · of two that share a queue, the slow one does not hoard", async (desk) => {
  const connection = await connected(desk);
  const slow = slowWork();
  const quick = notebook();
  await consuming(desk, connection, slow.work, { prefetch: 1 });
  await consuming(desk, connection, quick.work, { prefetch: 1 });
  for (let userId = 0; userId < 10; userId++) await desk.sendEvent(registered(userId));
  await eventually(() => quick.heard.length >= 9);
  assert.deepEqual(
    { theSlowOneHas: slow.begun.length, theQuickOneHasDone: quick.heard.length },
    { theSlowOneHas: 1, theQuickOneHasDone: 9 },
  );
});

check("step 6 · prefetch must be a whole number, 1 or more", async (desk) => {
  const connection = await connected(desk);
  const results: Record<string, string> = {};
  for (const prefetch of noCounts) {
    const opening = () => consuming(desk, connection, () => {}, { prefetch });
    results[`prefetch: ${prefetch}`] = await outcome(opening, "open answers");
  }
  assert.deepEqual(results, {
    "prefetch: 0": "RangeError",
    "prefetch: -1": "RangeError",
    "prefetch: 2.5": "RangeError",
    "prefetch: NaN": "RangeError",
  });
});

// Step 7 · When the work fails

/** What onError was told, as short lines. */
function failureLog() {
  const failures: string[] = [];
  const onError: OnFailure = (error, message) => {
    const reason = error instanceof Error ? error.message : String(error);
    failures.push(`${message.fields.routingKey}: ${reason}`);
  };
  return { failures, onError };
}

/** Sends one event to work that fails, and then one that does not. */
async function failing(desk: Desk, fail: () => unknown) {
  const connection = await connected(desk);
  const { failures, onError } = failureLog();
  const attempts: string[] = [];
  const work = (event: BusEvent) => {
    attempts.push(event.name);
    return event.name === "user.registered" ? fail() : undefined;
  };
  await consuming(desk, connection, work, { onError });
  await desk.sendEvent(registered(7));
  await desk.sendEvent(createEvent("user.deleted", { userId: 7 }));
  await until(() => attempts.includes("user.deleted"), "the next event is delivered");
  return { connection, failures, attempts };
}

check(
  "step 7 · work that throws is told to onError, and the next event comes",
  async (desk) => {
    const { failures, attempts } = await failing(desk, () => {
      throw new Error("printer on fire");
    });
    assert.deepEqual({ failures }, { failures: ["user.registered: printer on fire"] });
    assert.deepEqual({ attempts }, { attempts: ["user.registered", "user.deleted"] });
  },
);

check("step 7 · work that rejects is told to onError too", async (desk) => {
  const { failures } = await failing(desk, async () => {
    throw new Error("mail server is down");
  });
  assert.deepEqual({ failures }, { failures: ["user.registered: mail server is down"] });
});

check(
  "step 7 · what failed goes to the dead-letter queue, and does not spin",
  async (desk) => {
    const dead = deadLetterQueueOf(desk.queue);
    const { connection, attempts } = await failing(desk, () => {
      throw new Error("printer on fire");
    });
    await until(async () => (await desk.waiting(dead)) > 0, "a dead letter arrives");
    await disconnect(connection);
    const inTheQueue = await desk.waiting(desk.queue);
    const deadLetters = await desk.waiting(dead);
    assert.deepEqual({ inTheQueue, deadLetters }, { inTheQueue: 0, deadLetters: 1 });
    assert.deepEqual({ attempts: attempts.length }, { attempts: 2 });
  },
);

check("step 7 · a message that is no event is a failure, and no more", async (desk) => {
  const connection = await connected(desk);
  const { failures, onError } = failureLog();
  const { heard, work } = notebook();
  await consuming(desk, connection, work, { onError });
  await desk.send("user.registered", "{ this is no JSON");
  await desk.send("user.registered", "null");
  await desk.sendEvent(createEvent("user.deleted", {}));
  await until(() => heard.includes("user.deleted"), "the next event is delivered");
  const dead = deadLetterQueueOf(desk.queue);
  await until(async () => (await desk.waiting(dead)) === 2, "both become dead letters");
  assert.deepEqual(
    { heard, failures: failures.length },
    { heard: ["user.deleted"], failures: 2 },
  );
});

check("step 7 · onError is told what was thrown, and the message", async (desk) => {
  const connection = await connected(desk);
  const calls: unknown[] = [];
  const onError: OnFailure = (error, message) => {
    calls.push({ error, messageId: message.properties.messageId });
  };
  await consuming(desk, connection, () => Promise.reject("a text"), { onError });
  const event = registered(7);
  await desk.sendEvent(event);
  await until(() => calls.length > 0, "onError is told");
  assert.deepEqual({ calls }, { calls: [{ error: "a text", messageId: event.id }] });
});

check("step 7 · without onError, a failure is a line on stderr", async (desk, t) => {
  const lines = linesOnStderr(t);
  const connection = await connected(desk);
  const { heard, work } = notebook();
  const { onError } = failureLog();
  await consuming(desk, connection, work, { queue: desk.newQueue(), onError });
  await consuming(desk, connection, () => {
    throw new Error("printer on fire");
  });
  await desk.sendEvent(registered(7));
  await until(() => heard.length > 0, "the other queue gets the event too");
  await until(() => lines.length > 0, "a line is printed");
  const line = lines.join("\n");
  assert.deepEqual({ line }, { line: textWith("printer on fire", line) });
});

check("step 7 · when the queue is deleted, onLost is told", async (desk) => {
  const connection = await connected(desk);
  const { losses, onLost } = lossLog();
  await consuming(desk, connection, () => {}, { onLost });
  await desk.deleteQueue(desk.queue);
  await until(() => losses.length > 0, "onLost is told");
  // The channel ends as well: that is no second loss.
  await connection.close();
  await turn();
  assert.deepEqual({ losses }, { losses: ["an Error"] });
});

check("step 7 · when the broker closes the channel, onLost is told why", async (desk) => {
  const line = lossLog();
  const connection = await connected(desk, { onLost: line.onLost });
  const reasons: string[] = [];
  const onLost = (reason: Error) => {
    reasons.push(reason.message);
  };
  const work: Work = (_event, message) => {
    // Acknowledging what was never delivered is an error: the broker closes the channel.
    message.fields.deliveryTag += 1_000;
  };
  await consuming(desk, connection, work, { onLost });
  await desk.sendEvent(registered(7));
  await until(() => reasons.length > 0, "onLost is told");
  await soon(connection.createChannel(), "the connection still works");
  const reason = reasons.join("\n");
  assert.deepEqual({ reason }, { reason: textWith("unknown delivery tag", reason) });
  assert.deepEqual(
    { timesTold: reasons.length, lostConnections: line.losses.length },
    { timesTold: 1, lostConnections: 0 },
  );
});

check("step 7 · when the line is cut, onLost is told, once", async (desk) => {
  const wire = await desk.layWire();
  const connection = await connected(desk, {}, wire);
  const { losses, onLost } = lossLog();
  await consuming(desk, connection, () => {}, { onLost });
  wire.cut();
  await until(() => losses.length > 0, "onLost is told");
  await turn();
  assert.deepEqual({ losses }, { losses: ["an Error"] });
});

check(
  "step 7 · work may end after the line was cut: it will be done again",
  async (desk) => {
    const wire = await desk.layWire();
    const connection = await connected(desk, {}, wire);
    const { begun, ended, work, finish } = slowWork();
    const { losses, onLost } = lossLog();
    const { failures, onError } = failureLog();
    await consuming(desk, connection, work, { onLost, onError });
    await desk.sendEvent(registered(7));
    await until(() => begun.length > 0, "the work begins");
    wire.cut();
    await until(() => losses.length > 0, "onLost is told");
    finish();
    await until(() => ended.length > 0, "the work ends");
    await turn();
    await until(async () => (await desk.waiting(desk.queue)) === 1, "the event is back");
    assert.deepEqual({ toldToOnError: failures }, { toldToOnError: [] });
  },
);

// Step 8 · Go home when the work is done

/** A consumer with one event in hand. */
async function busy(desk: Desk, wishes: Partial<ConsumerOptions> = {}, wire?: Wire) {
  const connection = await connected(desk, {}, wire);
  const slow = slowWork();
  const worker = await consuming(desk, connection, slow.work, wishes);
  await desk.sendEvent(registered(7));
  await until(() => slow.begun.length > 0, "the work begins");
  return { connection, worker, ...slow };
}

check(
  "step 8 · close waits for the work in hand, and acknowledges it",
  async (desk, t) => {
    const { connection, worker, ended, finish } = await busy(desk);
    // The clock is moved by hand: the work takes its time, however long somebody would wait for it.
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const state = watch([worker.close()]);
    for (let minute = 0; minute < 5; minute++) {
      await roundTrips(connection);
      t.mock.timers.tick(60_000);
    }
    await roundTrips(connection);
    const [whileWorking] = state();
    finish();
    const from = performance.now();
    while (state()[0] === "pending" && performance.now() - from < 4_000) {
      t.mock.timers.tick(100);
      await turn();
    }
    t.mock.timers.reset();
    const [whenDone] = state();
    await connection.close();
    const backInTheQueue = await desk.waiting(desk.queue);
    assert.deepEqual(
      { close: { whileWorking, whenDone }, done: ended.length, backInTheQueue },
      {
        close: { whileWorking: "pending", whenDone: "resolved" },
        done: 1,
        backInTheQueue: 0,
      },
    );
  },
);

check(
  "step 8 · what comes while the consumer is cancelled is done once",
  async (desk) => {
    const wire = await desk.layWire();
    const connection = await connected(desk, {}, wire);
    const first = gate();
    const others = gate();
    const begun: number[] = [];
    const done: number[] = [];
    const work = async ({ data }: BusEvent) => {
      const { userId } = data as { userId: number };
      begun.push(userId);
      await (userId === 1 ? first : others).opened;
      done.push(userId);
    };
    const worker = await consuming(desk, connection, work);
    await desk.sendEvent(registered(1));
    await until(() => begun.length > 0, "the work begins");
    // Two more are on their way to the worker when it says goodbye.
    wire.hold();
    await desk.sendEvent(registered(2));
    await desk.sendEvent(registered(3));
    await until(
      async () => (await desk.waiting(desk.queue)) === 0,
      "they are on their way",
    );
    const closing = worker.close();
    const state = watch([closing]);
    await until(() => wire.sent.includes("basic.cancel"), "the consumer is cancelled");
    wire.release();
    await roundTrips(connection);
    first.open();
    await roundTrips(connection);
    const inHand = begun.filter((userId) => !done.includes(userId));
    // Whoever has put them back may go.
    const close = inHand.length > 0 ? "pending" : state()[0];
    assert.deepEqual({ inHand, close: state()[0] }, { inHand, close });
    others.open();
    await soon(closing, "close resolves");
    await connection.close();
    const backInTheQueue = usersIn(await desk.takeAll(desk.queue));
    const notDone = [1, 2, 3].filter((userId) => !done.includes(userId));
    assert.deepEqual({ done, backInTheQueue }, { done, backInTheQueue: notDone });
  },
);

check(
  "step 8 · from then on nothing more is taken: it waits in the queue",
  async (desk) => {
    const { worker, begun, finish } = await busy(desk);
    const closing = worker.close();
    finish();
    await soon(closing, "close resolves");
    await desk.sendEvent(registered(8));
    const waiting = await desk.waiting(desk.queue);
    assert.deepEqual({ begun: begun.length, waiting }, { begun: 1, waiting: 1 });
  },
);

check("step 8 · while the last work is finished, nothing new is taken", async (desk) => {
  const { connection, worker, begun, finish } = await busy(desk);
  const closing = worker.close();
  await roundTrips(connection);
  await desk.sendEvent(registered(8));
  const waiting = await desk.waiting(desk.queue);
  assert.deepEqual({ begun: begun.length, waiting }, { begun: 1, waiting: 1 });
  finish();
  await soon(closing, "close resolves");
});

check("step 8 · all that was in hand is done, and nothing twice", async (desk) => {
  const connection = await connected(desk);
  const { begun, ended, work, finish } = slowWork();
  const worker = await consuming(desk, connection, work);
  for (let userId = 0; userId < 5; userId++) await desk.sendEvent(registered(userId));
  await until(() => begun.length === 5, "five events are in hand");
  const closing = worker.close();
  finish();
  await soon(closing, "close resolves");
  const backInTheQueue = await desk.waiting(desk.queue);
  assert.deepEqual(
    { done: ended.length, backInTheQueue },
    { done: 5, backInTheQueue: 0 },
  );
});

check("step 8 · close closes the channel, and is no loss", async (desk) => {
  const wire = await desk.layWire();
  const { losses, onLost } = lossLog();
  const { worker, finish } = await busy(desk, { onLost }, wire);
  finish();
  await soon(worker.close(), "close resolves");
  await turn();
  const asked = wire.sent.filter((name) => name === "channel.close");
  assert.deepEqual(
    { losses, channelsClosed: asked.length },
    { losses: [], channelsClosed: 1 },
  );
});

check("step 8 · closing a second time waits like the first", async (desk) => {
  const { connection, worker, finish } = await busy(desk);
  const closing = [worker.close(), worker.close()];
  const state = watch(closing);
  await roundTrips(connection);
  const [first, second] = state();
  finish();
  await soon(Promise.all(closing), "both calls of close resolve");
  await soon(worker.close(), "a third, later call resolves");
  assert.deepEqual({ first, second }, { first: "pending", second: "pending" });
});

check("step 8 · a consumer whose line was cut can be closed", async (desk) => {
  const wire = await desk.layWire();
  const { losses, onLost } = lossLog();
  const { worker, ended, finish } = await busy(desk, { onLost }, wire);
  wire.cut();
  await until(() => losses.length > 0, "onLost is told");
  const closing = worker.close();
  finish();
  await soon(closing, "close resolves");
  assert.deepEqual({ done: ended.length }, { done: 1 });
});
