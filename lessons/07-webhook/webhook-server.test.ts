import assert from "node:assert/strict";
import crypto, { createHash, createHmac } from "node:crypto";
import { appendFileSync, readFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { type TestContext, test } from "node:test";
import { EventBus } from "#bus/event-bus";
import { QueuedBus } from "#bus/queued-bus";
import { DeliveryStore } from "#lesson/07-webhook/delivery-store.ts";
import { OrderBoard, readOrder, toEvent } from "#lesson/07-webhook/order-event.ts";
import {
  github,
  liqpay,
  type Provider,
  standardWebhooks,
  stripe,
} from "#lesson/07-webhook/signatures.ts";
import {
  startWebhookServer,
  type WebhookOptions,
} from "#lesson/07-webhook/webhook-server.ts";
import { Finish } from "./finish.ts";
import type { OrderEvent, OrderEvents } from "./order-events.ts";
import { Problem } from "./problem.ts";
import {
  type Answer,
  atEnd,
  Disk,
  fileFor,
  Line,
  secret,
  send,
  signedHeaders,
  turn,
  until,
} from "./test-desk.ts";

const order = '{"order_id": 777, "status": "created"}';

/** What becomes of a delivery: "accepted", or the status with which it is refused. */
function outcome(
  provider: Provider,
  headers: Record<string, string>,
  body: string | Buffer = order,
): string | number {
  return statusOf(() => {
    provider.verify({ headers, body: Buffer.from(body) });
  });
}

/** "accepted", or the status of the problem that was thrown. Anything else is thrown again. */
function statusOf(action: () => unknown): string | number {
  try {
    action();
    return "accepted";
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.status;
  }
}

/** "accepted", or "TypeError" if one was thrown. Anything else is thrown again. */
function opinionOf(makeProvider: () => Provider): string {
  try {
    makeProvider();
    return "accepted";
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return "TypeError";
  }
}

// Step 1 · Is it GitHub?

const published = {
  secret: "It's a Secret to Everybody",
  body: "Hello, World!",
  signature: "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
};

test("step 1 · the example that GitHub publishes is accepted", () => {
  const headers = {
    "x-hub-signature-256": published.signature,
    "x-github-delivery": "72d3162e",
  };
  const delivery = github(published.secret).verify({
    headers,
    body: Buffer.from(published.body),
  });
  assert.equal(delivery.id, "72d3162e");
  assert.equal(delivery.payload.toString(), "Hello, World!");
});

test("step 1 · another secret, another body, half a signature or none: 401", () => {
  const provider = github(published.secret);
  const sign = (signature: string) => ({ "x-hub-signature-256": signature });
  assert.equal(outcome(provider, sign(published.signature), published.body), "accepted");
  assert.deepEqual(
    [
      outcome(github("guess"), sign(published.signature), published.body),
      outcome(provider, sign(published.signature), "Hello, World?"),
      outcome(provider, sign(published.signature.slice(0, -2)), published.body),
      outcome(provider, sign(`${published.signature}00`), published.body),
      outcome(provider, sign(published.signature.replace("7", "8")), published.body),
      outcome(provider, sign("sha256="), published.body),
      outcome(provider, sign(""), published.body),
      outcome(provider, {}, published.body),
    ],
    Array(8).fill(401),
  );
});

test("step 1 · the signature is over bytes, not over text", () => {
  const body = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  const headers = { "x-hub-signature-256": `sha256=${signature}` };
  assert.equal(outcome(github(secret), headers, body), "accepted");
  const others = Buffer.from([0x7b, 0xfd, 0xfc, 0x7d]);
  assert.equal(outcome(github(secret), headers, others), 401);
});

test("step 1 · signatures are compared by timingSafeEqual", (t) => {
  const spy = t.mock.method(crypto, "timingSafeEqual");
  syncBuiltinESMExports();
  try {
    const headers = { "x-hub-signature-256": published.signature };
    outcome(github(published.secret), headers, published.body);
    assert.equal(spy.mock.callCount() > 0, true);
  } finally {
    spy.mock.restore();
    syncBuiltinESMExports();
  }
});

test("step 1 · a delivery without an id has one that its body gives it", () => {
  const idOf = (body: string) => {
    const signature = createHmac("sha256", secret).update(body).digest("hex");
    const headers = { "x-hub-signature-256": `sha256=${signature}` };
    return github(secret).verify({ headers, body: Buffer.from(body) }).id;
  };
  assert.equal(idOf(order), idOf(order));
  assert.notEqual(idOf(order), idOf('{"order_id": 778, "status": "created"}'));
});

test("step 1 · an empty secret is refused: anybody could sign", () => {
  assert.equal(
    opinionOf(() => github("")),
    "TypeError",
  );
});

// Step 2 · Signed with the time

const noon = 1_614_265_330;

/** A clock that is so many seconds after noon. */
const after = (seconds: number) => ({ clock: () => (noon + seconds) * 1_000 });

/** Made with the package `stripe`. */
const stripeSigned = {
  tea: "09ecafeaaa4f119866f2b85805346e1d43eb7e92a7cd04a68d142cd37a1384e3",
  old: "82cd6a2e6be49cd21ddc72c470b7f37b41775c8b7b8db73471678d1cf9cc12ad",
};

const stripeHeaders = (value: string) => ({ "stripe-signature": value });

test("step 2 · what Stripe's own package has signed is accepted", () => {
  const headers = stripeHeaders(`t=${noon},v1=${stripeSigned.tea}`);
  const delivery = stripe("whsec_tea", after(0)).verify({
    headers,
    body: Buffer.from(order),
  });
  assert.equal(delivery.payload.toString(), order);
});

test("step 2 · Stripe: another body, time or secret, or a header without sense: 401", () => {
  const provider = stripe("whsec_tea", after(0));
  const good = `t=${noon},v1=${stripeSigned.tea}`;
  assert.equal(outcome(provider, stripeHeaders(good)), "accepted");
  assert.deepEqual(
    [
      outcome(provider, stripeHeaders(good), `${order} `),
      outcome(provider, stripeHeaders(good.replace(`${noon}`, `${noon + 1}`))),
      outcome(stripe("whsec_other", after(0)), stripeHeaders(good)),
      outcome(provider, stripeHeaders(`v1=${stripeSigned.tea}`)),
      outcome(provider, stripeHeaders(`t=,v1=${stripeSigned.tea}`)),
      outcome(provider, stripeHeaders(`t=${noon}`)),
      outcome(provider, stripeHeaders(`t=${noon},v0=${stripeSigned.tea}`)),
      outcome(provider, stripeHeaders("tea")),
      outcome(provider, {}),
    ],
    Array(9).fill(401),
  );
});

test("step 2 · Stripe: of several signatures one must fit", () => {
  const wrong = "0".repeat(64);
  const provider = stripe("whsec_tea", after(0));
  const sign = (...signatures: string[]) =>
    stripeHeaders([`t=${noon}`, ...signatures.map((one) => `v1=${one}`)].join(","));
  assert.deepEqual(
    [
      outcome(provider, sign(stripeSigned.tea, stripeSigned.old)),
      outcome(provider, sign(stripeSigned.old, wrong, stripeSigned.tea)),
      outcome(provider, sign(stripeSigned.old, wrong)),
    ],
    ["accepted", "accepted", 401],
  );
});

test("step 2 · a time too far from ours is refused, past or future", () => {
  const headers = stripeHeaders(`t=${noon},v1=${stripeSigned.tea}`);
  const at = (seconds: number, tolerance?: number) =>
    outcome(
      stripe("whsec_tea", { ...after(seconds), ...(tolerance && { tolerance }) }),
      headers,
    );
  assert.deepEqual([at(299), at(-299)], ["accepted", "accepted"]);
  assert.deepEqual([at(302), at(-302)], [401, 401]);
  assert.deepEqual([at(25, 30), at(35, 30), at(-35, 30)], ["accepted", 401, 401]);
});

test("step 2 · Stripe: a redelivery has a new time and the same id", () => {
  const idAt = (seconds: number) => {
    const time = noon + seconds;
    const v1 = createHmac("sha256", "whsec_tea").update(`${time}.${order}`).digest("hex");
    const headers = stripeHeaders(`t=${time},v1=${v1}`);
    return stripe("whsec_tea", after(seconds)).verify({
      headers,
      body: Buffer.from(order),
    }).id;
  };
  assert.equal(idAt(0), idAt(3_600));
});

/** The secret, the id, the time and the body that Standard Webhooks publishes, and one more. */
const standard = {
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  body: '{"test": 2432232314}',
  signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};

const standardHeaders = (signature: string, id = standard.id, time = `${noon}`) => ({
  "webhook-id": id,
  "webhook-timestamp": time,
  "webhook-signature": signature,
});

test("step 2 · the example that Standard Webhooks publishes is accepted", () => {
  const delivery = standardWebhooks(standard.secret, after(0)).verify({
    headers: standardHeaders(standard.signature),
    body: Buffer.from(standard.body),
  });
  assert.equal(delivery.id, standard.id);
  assert.equal(delivery.payload.toString(), standard.body);
});

test("step 2 · Standard Webhooks: id, time and body are signed, in the past and the future", () => {
  const provider = standardWebhooks(standard.secret, after(0));
  const { signature, body } = standard;
  const other = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  const headers = standardHeaders(signature);
  assert.deepEqual(
    [
      outcome(provider, standardHeaders(`${other} ${signature}`), body),
      outcome(standardWebhooks(standard.secret, after(-299)), headers, body),
    ],
    ["accepted", "accepted"],
  );
  assert.deepEqual(
    [
      outcome(provider, standardHeaders(signature, "msg_2"), body),
      outcome(provider, standardHeaders(signature, standard.id, `${noon + 1}`), body),
      outcome(provider, headers, order),
      outcome(provider, standardHeaders(other), body),
      outcome(provider, standardHeaders(signature.slice(3)), body),
      outcome(standardWebhooks(standard.secret, after(302)), headers, body),
      outcome(standardWebhooks(standard.secret, after(-302)), headers, body),
      outcome(provider, {}, body),
    ],
    Array(8).fill(401),
  );
});

test("step 2 · Stripe and Standard Webhooks refuse an empty secret", () => {
  assert.equal(
    opinionOf(() => stripe("")),
    "TypeError",
  );
  assert.equal(
    opinionOf(() => standardWebhooks("whsec_")),
    "TypeError",
  );
});

// Step 3 · A signature inside the form

const data = Buffer.from(order).toString("base64");

function form(signature: string, value = data): string {
  return new URLSearchParams({ data: value, signature }).toString();
}

/** Made with openssl. */
const liqpaySigned = {
  sha1: "RkB+jki4Y2oJ68ifXWq+VT4Mb+0=",
  "sha3-256": "pNG6x4EpPj1RiuchOWwhq00+u1582+6wGwyLM1atwzY=",
};

test("step 3 · LiqPay: what the form's data holds is the payload", () => {
  const delivery = liqpay("sandbox_key").verify({
    headers: {},
    body: Buffer.from(form(liqpaySigned.sha1)),
  });
  assert.equal(delivery.payload.toString(), order);
});

test("step 3 · LiqPay: the hash is sha1, or sha3-256 if one says so", () => {
  const newer = liqpay("sandbox_key", { hash: "sha3-256" });
  assert.deepEqual(
    [
      outcome(newer, {}, form(liqpaySigned["sha3-256"])),
      outcome(newer, {}, form(liqpaySigned.sha1)),
      outcome(liqpay("sandbox_key"), {}, form(liqpaySigned["sha3-256"])),
    ],
    ["accepted", 401, 401],
  );
});

test("step 3 · LiqPay: another key, other data or a missing field: 401", () => {
  const provider = liqpay("sandbox_key");
  const other = Buffer.from('{"order_id": 1}').toString("base64");
  assert.equal(outcome(provider, {}, form(liqpaySigned.sha1)), "accepted");
  assert.deepEqual(
    [
      outcome(liqpay("guess"), {}, form(liqpaySigned.sha1)),
      outcome(provider, {}, form(liqpaySigned.sha1, other)),
      outcome(provider, {}, form("")),
      outcome(provider, {}, `data=${data}`),
      outcome(provider, {}, `signature=${encodeURIComponent(liqpaySigned.sha1)}`),
      outcome(provider, {}, order),
      outcome(provider, {}, ""),
    ],
    Array(7).fill(401),
  );
});

test("step 3 · LiqPay: the same data has the same id, other data another", () => {
  const idOf = (text: string) => {
    const value = Buffer.from(text).toString("base64");
    const signature = createHash("sha1").update(`key${value}key`).digest("base64");
    const body = Buffer.from(form(signature, value));
    return liqpay("key").verify({ headers: {}, body }).id;
  };
  assert.equal(idOf(order), idOf(order));
  assert.notEqual(idOf(order), idOf('{"order_id": 778, "status": "created"}'));
});

test("step 3 · LiqPay refuses an empty key", () => {
  assert.equal(
    opinionOf(() => liqpay("")),
    "TypeError",
  );
});

// Step 4 · From bytes to an event

const read = (text: string | Buffer) => readOrder(Buffer.from(text));
const refusal = (text: string | Buffer) => statusOf(() => read(text));

test("step 4 · an order is read from its bytes", () => {
  assert.deepEqual(read(order), { orderId: 777, status: "created" });
  assert.deepEqual(read('{"status":"cancelled","order_id":9007199254740991}'), {
    orderId: 9_007_199_254_740_991,
    status: "cancelled",
  });
});

test("step 4 · what is no JSON in UTF-8 is refused with 400", () => {
  assert.equal(refusal(order), "accepted");
  const invalid = Buffer.from(order.replace("created", "cr\xe9\xe9ted"), "latin1");
  assert.deepEqual(
    [
      refusal(""),
      refusal("order 777"),
      refusal('{"order_id": 777'),
      refusal("{'order_id': 777, 'status': 'created'}"),
      refusal(invalid),
      refusal(Buffer.concat([Buffer.from(order), Buffer.from([0xff])])),
    ],
    Array(6).fill(400),
  );
});

test("step 4 · JSON that tells of no order is refused with 422", () => {
  const withId = (id: string) => refusal(`{"order_id": ${id}, "status": "created"}`);
  const withStatus = (status: string) =>
    refusal(`{"order_id": 777, "status": ${status}}`);
  assert.equal(withId("777"), "accepted");
  const ids = ['"777"', "0", "-1", "1.5", "null", "true", "[777]", "1e400"];
  const names = ['"eaten"', '""', "1", "null", '["created"]', '"toString"', '"Created"'];
  const others = ["null", "777", '"order"', "[]", `[${order}]`, "{}", '{"order_id": 1}'];
  const all = [...ids.map(withId), ...names.map(withStatus), ...others.map(refusal)];
  assert.deepEqual(all, Array(all.length).fill(422));
});

test("step 4 · an order number that would be rounded to another is refused", () => {
  const withId = (id: string) => refusal(`{"order_id": ${id}, "status": "created"}`);
  assert.deepEqual(
    [withId("9007199254740991"), withId("9007199254740992"), withId("9007199254740993")],
    ["accepted", 422, 422],
  );
});

test("step 4 · brackets in brackets, 40,000 deep, do no harm", () => {
  assert.deepEqual(read(order), { orderId: 777, status: "created" });
  const deep = "[".repeat(40_000) + "]".repeat(40_000);
  assert.deepEqual(
    [refusal(deep), refusal(`{"order_id": ${deep}, "status": "created"}`)],
    [422, 422],
  );
});

test("step 4 · fields that nobody asked for are left out", () => {
  const news = read(
    '{"order_id": 777, "status": "paid", "admin": true, "__proto__": {"admin": true}}',
  );
  assert.deepEqual(news, { orderId: 777, status: "paid" });
  assert.equal("admin" in news, false);
});

test("step 4 · the event has the delivery's id, and never changes", () => {
  const event = toEvent("delivery-1", { orderId: 777, status: "paid" }, 1_000);
  assert.deepEqual(
    { ...event },
    {
      id: "delivery-1",
      name: "order.paid",
      data: { orderId: 777, status: "paid" },
      timestamp: 1_000,
    },
  );
  assert.equal(Object.isFrozen(event), true);
});

// Step 5 · News that comes late

test("step 5 · a later status takes the place of an earlier one", () => {
  const board = new OrderBoard();
  const told = [
    board.note({ orderId: 777, status: "created" }),
    board.note({ orderId: 777, status: "paid" }),
    board.note({ orderId: 777, status: "delivered" }),
  ];
  assert.deepEqual(told, [true, true, true]);
  assert.equal(board.statusOf(777), "delivered");
});

test("step 5 · an earlier status that comes late changes nothing", () => {
  const board = new OrderBoard();
  const told = [
    board.note({ orderId: 777, status: "shipped" }),
    board.note({ orderId: 777, status: "created" }),
    board.note({ orderId: 777, status: "paid" }),
    board.note({ orderId: 777, status: "shipped" }),
  ];
  assert.deepEqual(told, [true, false, false, false]);
  assert.equal(board.statusOf(777), "shipped");
});

test("step 5 · each order has a status of its own", () => {
  const board = new OrderBoard();
  board.note({ orderId: 1, status: "cancelled" });
  board.note({ orderId: 2, status: "created" });
  assert.deepEqual(
    [board.statusOf(1), board.statusOf(2), board.statusOf(3)],
    ["cancelled", "created", undefined],
  );
});

// Step 6 · Stored before anybody says so

function eventOf(id: string, orderId = 777): OrderEvent {
  const data = { orderId, status: "created" } as const;
  return Object.freeze({ id, name: "order.created", data, timestamp: 1_000 });
}

async function openStore(t: TestContext, path: string, disk?: Disk) {
  const store = await DeliveryStore.open(path, disk && { open: disk.open });
  atEnd(t, () => store.close().catch(() => {}));
  if (disk) atEnd(t, () => disk.release());
  return store;
}

const ids = (events: readonly OrderEvent[]) => events.map(({ id }) => id);

test("step 6 · a delivery is news once, and waits to be handled", async (t) => {
  const store = await openStore(t, fileFor(t));
  assert.deepEqual(
    [
      await store.add(eventOf("a")),
      await store.add(eventOf("b")),
      await store.add(eventOf("a")),
    ],
    [true, true, false],
  );
  assert.deepEqual(ids(store.waiting), ["a", "b"]);
  await store.handled("a");
  assert.deepEqual(ids(store.waiting), ["b"]);
});

test("step 6 · a delivery is stored when the disk says so, and not before", async (t) => {
  const path = fileFor(t);
  const disk = new Disk();
  const store = await openStore(t, path, disk);
  disk.hold();
  let stored = false;
  const adding = store.add(eventOf("a")).then(() => {
    stored = true;
  });
  await Promise.race([adding, until(() => disk.syncs > 0)]);
  for (let turns = 0; turns < 20; turns++) await turn();
  assert.equal(stored, false);
  disk.release();
  await adding;
  assert.deepEqual([disk.asked, stored], [["append", "sync"], true]);
  const [line = ""] = readFileSync(path, "utf8").split("\n");
  assert.equal(line.includes('"a"'), true);
});

test("step 6 · the same delivery twice at once: the second waits for the disk as well", async (t) => {
  const disk = new Disk();
  const store = await openStore(t, fileFor(t), disk);
  disk.hold();
  const told: string[] = [];
  const first = store.add(eventOf("a")).then((news) => told.push(`first ${news}`));
  const second = store.add(eventOf("a")).then((news) => told.push(`second ${news}`));
  await Promise.race([second, until(() => disk.syncs > 0)]);
  for (let turns = 0; turns < 20; turns++) await turn();
  assert.deepEqual(told, []);
  disk.release();
  await Promise.all([first, second]);
  assert.deepEqual(told.sort(), ["first true", "second false"]);
});

test("step 6 · those who come while the disk is busy share the next write", async (t) => {
  const disk = new Disk();
  const store = await openStore(t, fileFor(t), disk);
  disk.hold();
  const all = [store.add(eventOf("first"))];
  await until(() => disk.syncs > 0);
  for (let number = 0; number < 50; number++) all.push(store.add(eventOf(`${number}`)));
  disk.release();
  const news = await Promise.all(all);
  assert.deepEqual(news, Array(51).fill(true));
  assert.equal(disk.syncs <= 4, true, `51 deliveries took ${disk.syncs} times fsync`);
});

test("step 6 · when the disk is full, add rejects and the id stays unknown", async (t) => {
  const disk = new Disk();
  const path = fileFor(t);
  const store = await openStore(t, path, disk);
  await store.add(eventOf("a"));
  disk.full = true;
  await assert.rejects(store.add(eventOf("b")), /ENOSPC/);
  await assert.rejects(store.add(eventOf("b")), /ENOSPC/);
  assert.deepEqual(ids(store.waiting), ["a"]);
  disk.full = false;
  assert.deepEqual(
    [await store.add(eventOf("b")), await store.add(eventOf("a"))],
    [true, false],
  );
  assert.deepEqual(ids(store.waiting), ["a", "b"]);
});

test("step 6 · after a restart the store knows its deliveries, and what still waits", async (t) => {
  const path = fileFor(t);
  const before = await openStore(t, path);
  for (const id of ["a", "b", "c"]) await before.add(eventOf(id));
  await before.handled("b");
  await before.close();
  const later = await openStore(t, path);
  assert.deepEqual(ids(later.waiting), ["a", "c"]);
  assert.deepEqual({ ...later.waiting[0] }, { ...eventOf("a") });
  assert.deepEqual(
    [await later.add(eventOf("b")), await later.add(eventOf("d"))],
    [false, true],
  );
  await later.handled("a");
  await later.close();
  const last = await openStore(t, path);
  assert.deepEqual(ids(last.waiting), ["c", "d"]);
});

test("step 6 · half a line, left by a process that was killed, costs nothing else", async (t) => {
  const path = fileFor(t);
  const before = await openStore(t, path);
  await before.add(eventOf("a"));
  await before.close();
  appendFileSync(path, '{"id":"b","name":"order.cre');
  const later = await openStore(t, path);
  assert.deepEqual(ids(later.waiting), ["a"]);
  assert.equal(await later.add(eventOf("b")), true);
  await later.close();
  const last = await openStore(t, path);
  assert.deepEqual(ids(last.waiting), ["a", "b"]);
});

// Step 7 · Receive, store, answer, hand on

interface ShopOptions {
  path?: string;
  disk?: Disk;
  server?: Partial<WebhookOptions>;
  /** What the worker does. */
  work?: (event: OrderEvent) => unknown;
}

/** A shop with one worker, which writes down what it has handled. */
async function openShop(t: TestContext, options: ShopOptions = {}) {
  const store = await openStore(t, options.path ?? fileFor(t), options.disk);
  const bus = new QueuedBus(new EventBus<OrderEvents>());
  const handled: string[] = [];
  new Finish(bus, store).subscribe("order.*", async (_data, event) => {
    await options.work?.(event);
    handled.push(`${event.name} ${event.data.orderId} ${event.id}`);
  });
  const server = await startWebhookServer({
    provider: github(secret),
    store,
    bus,
    ...options.server,
  });
  atEnd(t, () => server.close());
  atEnd(t, () => options.disk?.release());
  const { port } = server;
  return {
    ...{ store, bus, server, port, handled },
    post: (body: string | Buffer, id?: string) =>
      send(t, port, { headers: signedHeaders(body, id), body }),
  };
}

test("step 7 · a signed order becomes order.created, and a worker handles it", async (t) => {
  const shop = await openShop(t, { server: { clock: () => 5_000 } });
  const answer = await shop.post(order, "delivery-1");
  assert.equal(answer.status, 202);
  await until(() => shop.handled.length > 0);
  assert.deepEqual(shop.handled, ["order.created 777 delivery-1"]);
});

test("step 7 · every status has an event of its own", async (t) => {
  const shop = await openShop(t);
  const names = ["created", "paid", "shipped", "delivered", "cancelled"];
  for (const [at, name] of names.entries()) {
    await shop.post(`{"order_id": ${at + 1}, "status": "${name}"}`, `d${at + 1}`);
  }
  await until(() => shop.handled.length === names.length);
  assert.deepEqual(
    shop.handled,
    names.map((name, at) => `order.${name} ${at + 1} d${at + 1}`),
  );
});

test("step 7 · the answer comes before the worker has finished", async (t) => {
  let finish = () => {};
  const gate = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const shop = await openShop(t, { work: () => gate });
  atEnd(t, finish);
  const answer = await shop.post(order);
  assert.equal(answer.status, 202);
  assert.deepEqual(shop.handled, []);
  finish();
  await until(() => shop.handled.length > 0);
  assert.deepEqual(shop.handled, ["order.created 777 delivery-1"]);
});

test("step 7 · no answer and no event before the delivery is on the disk", async (t) => {
  const disk = new Disk();
  const shop = await openShop(t, { disk });
  disk.hold();
  const seen: string[] = [];
  const answering = shop.post(order).then(({ status }) => seen.push(`answer ${status}`));
  await Promise.race([answering, until(() => disk.syncs > 0)]);
  for (let turns = 0; turns < 50; turns++) await turn();
  assert.deepEqual([...seen, ...shop.handled], []);
  disk.release();
  await answering;
  assert.deepEqual(seen, ["answer 202"]);
  await until(() => shop.handled.length > 0);
  assert.deepEqual(shop.handled, ["order.created 777 delivery-1"]);
});

test("step 7 · the signature is over the raw bytes, spaces and all", async (t) => {
  const shop = await openShop(t);
  const body = `  {"status" : "paid",\r\n\t"order_id":7.77e2, "note": "чай \\u0026 мед"}\n`;
  const answer = await shop.post(body);
  assert.equal(answer.status, 202);
  await until(() => shop.handled.length > 0);
  assert.deepEqual(shop.handled, ["order.paid 777 delivery-1"]);
});

test("step 7 · the same delivery again: 200, and no second event", async (t) => {
  const shop = await openShop(t);
  const statuses = [];
  for (const id of ["d1", "d1", "d2", "d1"]) {
    statuses.push((await shop.post(order, id)).status);
  }
  assert.deepEqual(statuses, [202, 200, 202, 200]);
  await until(() => shop.handled.length >= 2);
  await shop.bus.flush();
  assert.deepEqual(shop.handled, ["order.created 777 d1", "order.created 777 d2"]);
});

test("step 7 · a delivery is known after a restart, too", async (t) => {
  const path = fileFor(t);
  const before = await openShop(t, { path });
  assert.equal((await before.post(order, "d1")).status, 202);
  await until(() => before.store.waiting.length === 0);
  await before.server.close();
  await before.store.close();
  const later = await openShop(t, { path });
  const statuses = [(await later.post(order, "d1")).status];
  statuses.push((await later.post(order, "d2")).status);
  assert.deepEqual(statuses, [200, 202]);
  await until(() => later.handled.length > 0);
  await later.bus.flush();
  assert.deepEqual(later.handled, ["order.created 777 d2"]);
});

test("step 7 · what was stored and not handled is handled after a restart", async (t) => {
  const path = fileFor(t);
  const before = await openStore(t, path);
  for (const id of ["a", "b", "c"]) await before.add(eventOf(id));
  await before.handled("b");
  await before.close();
  const shop = await openShop(t, { path });
  await until(() => shop.handled.length >= 2);
  await shop.bus.flush();
  assert.deepEqual(shop.handled, ["order.created 777 a", "order.created 777 c"]);
  await until(() => shop.store.waiting.length === 0);
  assert.deepEqual(ids(shop.store.waiting), []);
});

// Step 8 · Refuse the rest, in one form

/** A shop that is strict, and what it told us. */
async function openStrictShop(t: TestContext, options: ShopOptions = {}) {
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  const shop = await openShop(t, { ...options, server: { onError, ...options.server } });
  return { ...shop, errors };
}

/** `415 problem`, or what is missing to a problem as RFC 9457 has it. */
function problemIn({ status, headers, body }: Answer): string {
  const type = headers["content-type"]?.split(";")[0];
  if (type !== "application/problem+json") return `${status} with the type ${type}`;
  const problem: Record<string, unknown> = JSON.parse(body);
  if (problem.status !== status) return `${status} with the status ${problem.status}`;
  for (const member of ["title", "detail"]) {
    if (typeof problem[member] !== "string") return `${status} without ${member}`;
  }
  return `${status} problem`;
}

/** Sends one good order last: whatever the others have set off would come before it. */
async function eventsOf(shop: Awaited<ReturnType<typeof openShop>>): Promise<string[]> {
  await shop.post('{"order_id": 1, "status": "paid"}', "the last one");
  await until(() => shop.handled.some((line) => line.endsWith("the last one")));
  return shop.handled;
}

const nothingElse = ["order.paid 1 the last one"];

test("step 8 · a signature that is missing, wrong or of another body: 401", async (t) => {
  const shop = await openStrictShop(t);
  const good = signedHeaders(order);
  const { "X-Hub-Signature-256": signature = "", ...unsigned } = good;
  const answers = [
    await send(t, shop.port, { headers: unsigned, body: order }),
    await send(t, shop.port, {
      headers: { ...unsigned, "X-Hub-Signature-256": `${signature}0` },
      body: order,
    }),
    await send(t, shop.port, { headers: good, body: order.replace("777", "778") }),
  ];
  assert.deepEqual(answers.map(problemIn), Array(3).fill("401 problem"));
  assert.deepEqual(await eventsOf(shop), nothingElse);
});

test("step 8 · who cannot sign learns nothing about the body: 401 before 400 and 422", async (t) => {
  const shop = await openStrictShop(t);
  const headers = {
    "Content-Type": "application/json",
    "X-Hub-Signature-256": "sha256=",
  };
  const bodies = ["", "{", "[]", '{"order_id": "x"}'];
  const answers = [];
  for (const body of bodies) answers.push(await send(t, shop.port, { headers, body }));
  assert.deepEqual(answers.map(problemIn), Array(4).fill("401 problem"));
  assert.deepEqual(await eventsOf(shop), nothingElse);
});

test("step 8 · a delivery with a stale time: 401", async (t) => {
  const provider = stripe("whsec_tea", after(400));
  const shop = await openStrictShop(t, { server: { provider } });
  const headers = {
    "Content-Type": "application/json",
    "Stripe-Signature": `t=${noon},v1=${stripeSigned.tea}`,
  };
  const answer = await send(t, shop.port, { headers, body: order });
  assert.equal(problemIn(answer), "401 problem");
  assert.deepEqual(shop.store.waiting, []);
});

test("step 8 · malformed JSON: 400, also if it is empty or not in UTF-8", async (t) => {
  const shop = await openStrictShop(t);
  const answers = [];
  for (const body of ["", "{", "order 777", Buffer.from([0x22, 0xff, 0x22])]) {
    answers.push(await shop.post(body));
  }
  answers.push(await send(t, shop.port, { headers: signedHeaders("") }));
  assert.deepEqual(answers.map(problemIn), Array(5).fill("400 problem"));
  assert.deepEqual(await eventsOf(shop), nothingElse);
});

test("step 8 · wrong fields, rounded numbers, brackets in brackets: 422", async (t) => {
  const shop = await openStrictShop(t, { server: { limits: { bodySize: 100_000 } } });
  const bodies = [
    "[]",
    '{"order_id": "777", "status": "created"}',
    '{"order_id": 9007199254740993, "status": "created"}',
    '{"order_id": 777, "status": "eaten"}',
    "[".repeat(40_000) + "]".repeat(40_000),
  ];
  const answers = [];
  for (const body of bodies) answers.push(await shop.post(body));
  assert.deepEqual(answers.map(problemIn), Array(5).fill("422 problem"));
  assert.deepEqual(await eventsOf(shop), nothingElse);
});

test("step 8 · another content type, or none, or a compressed body: 415", async (t) => {
  const shop = await openStrictShop(t);
  const headers = signedHeaders(order);
  const { "Content-Type": _, ...untyped } = headers;
  const typed = (type: string) => ({ ...headers, "Content-Type": type });
  const good = await send(t, shop.port, {
    headers: typed("Application/JSON; charset=utf-8"),
    body: order,
  });
  assert.equal(good.status, 202);
  const all = [
    untyped,
    typed("text/plain"),
    typed("application/x-www-form-urlencoded"),
    typed("application/jsonp"),
    { ...headers, "Content-Encoding": "gzip" },
  ];
  const answers = [];
  for (const each of all) {
    answers.push(await send(t, shop.port, { headers: each, body: order }));
  }
  assert.deepEqual(answers.map(problemIn), Array(5).fill("415 problem"));
});

test("step 8 · LiqPay sends forms, and gets 415 for JSON", async (t) => {
  const provider = liqpay("sandbox_key");
  const shop = await openStrictShop(t, { server: { provider } });
  const type = (name: string) => ({ "Content-Type": name });
  const body = form(liqpaySigned.sha1);
  const answers = [
    await send(t, shop.port, { headers: type("application/json"), body }),
    await send(t, shop.port, {
      headers: type("application/x-www-form-urlencoded"),
      body,
    }),
  ];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [415, 202],
  );
  assert.equal(problemIn(answers[0] as Answer), "415 problem");
});

test("step 8 · another method: 405, with the one that is allowed", async (t) => {
  const shop = await openStrictShop(t);
  const answers = [];
  for (const method of ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
    answers.push(await send(t, shop.port, { method, headers: signedHeaders("") }));
  }
  assert.deepEqual(answers.map(problemIn), Array(5).fill("405 problem"));
  assert.deepEqual(
    answers.map(({ headers }) => headers.allow),
    Array(5).fill("POST"),
  );
});

test("step 8 · another address: 404", async (t) => {
  const shop = await openStrictShop(t);
  const answer = await send(t, shop.port, {
    path: "/webhook/user",
    headers: signedHeaders(order),
    body: order,
  });
  assert.equal(problemIn(answer), "404 problem");
});

test("step 8 · more bytes than allowed: 413, announced or not", async (t) => {
  const shop = await openStrictShop(t, { server: { limits: { bodySize: 1_000 } } });
  const spaces = " ".repeat(1_000 - order.length);
  assert.equal((await shop.post(order + spaces, "fits")).status, 202);
  const large = `${order}${spaces} `;
  const announced = await shop.post(large);
  const line = new Line(t, shop.port);
  const headers = Object.entries(signedHeaders(large)).map(([key, value]) => [
    `${key}: ${value}\r\n`,
  ]);
  const chunk = `${large.length.toString(16)}\r\n${large}\r\n`;
  line.say(
    `POST /webhook/order HTTP/1.1\r\nHost: x\r\n${headers.join("")}Transfer-Encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`,
  );
  const chunked = await line.answer();
  assert.deepEqual([announced, chunked].map(problemIn), Array(2).fill("413 problem"));
  assert.equal(shop.handled.length <= 1, true);
});

test("step 8 · when it cannot be stored: 503, with a time to come back, and no event", async (t) => {
  const disk = new Disk();
  const shop = await openStrictShop(t, { disk });
  disk.full = true;
  const answer = await shop.post(order, "d1");
  assert.equal(problemIn(answer), "503 problem");
  assert.match(answer.headers["retry-after"] ?? "none", /^\d+$/);
  assert.equal(shop.errors.length, 1);
  disk.full = false;
  assert.equal((await shop.post(order, "d1")).status, 202);
  await until(() => shop.handled.length > 0);
  assert.deepEqual(shop.handled, ["order.created 777 d1"]);
});

test("step 8 · a failure of our own: 500, and nothing about it outside", async (t) => {
  const provider: Provider = {
    contentType: "application/json",
    verify() {
      throw new Error("the password of the database is tea");
    },
  };
  const shop = await openStrictShop(t, { server: { provider } });
  const answer = await shop.post(order);
  assert.equal(problemIn(answer), "500 problem");
  assert.equal(answer.body.includes("tea"), false);
  assert.deepEqual(shop.errors.map(String), [
    "Error: the password of the database is tea",
  ]);
});

test("step 8 · what is no HTTP: 400, and the connection ends", async (t) => {
  const shop = await openStrictShop(t);
  const line = new Line(t, shop.port);
  line.say("hello, shop?\r\n\r\n");
  assert.equal(problemIn(await line.answer()), "400 problem");
  await until(() => line.isClosed);
  assert.equal(line.isClosed, true);
  const headers = { ...signedHeaders(order), "X-Long": "x".repeat(20_000) };
  const long = await send(t, shop.port, { headers, body: order });
  assert.equal(problemIn(long), "431 problem");
});

test("step 8 · clients that are slow with headers or body are cut off with 408", async (t) => {
  const limits = { headersTime: 60, requestTime: 120, lookEvery: 10 };
  const shop = await openStrictShop(t, { server: { limits } });
  const lines = [
    "POST /webhook/order HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    "POST /webhook/order HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
  ].map((text) => {
    const line = new Line(t, shop.port);
    line.say(text);
    return line;
  });
  await until(() => lines.every(({ isClosed }) => isClosed));
  assert.deepEqual(
    lines.map(({ isClosed }) => isClosed),
    [true, true],
  );
  const answers = await Promise.all(lines.map((line) => line.answer()));
  assert.deepEqual(answers.map(problemIn), Array(2).fill("408 problem"));
  assert.deepEqual(shop.errors, []);
});

test("step 8 · so many connections and no more; when one ends there is room again", async (t) => {
  const shop = await openStrictShop(t, { server: { limits: { connections: 2 } } });
  const ask = (line: Line) => {
    line.say("GET /webhook/order HTTP/1.1\r\nHost: x\r\n\r\n");
    return line.answer();
  };
  const [one, two] = [new Line(t, shop.port), new Line(t, shop.port)];
  assert.deepEqual([(await ask(one)).status, (await ask(two)).status], [405, 405]);
  const three = new Line(t, shop.port);
  assert.equal((await ask(three)).status, 0);
  assert.equal(three.isClosed, true);
  one.end();
  let status = 0;
  for (let attempt = 0; status === 0 && attempt < 200; attempt++) {
    const next = new Line(t, shop.port);
    status = (await ask(next)).status;
    next.end();
  }
  assert.equal(status, 405);
});
