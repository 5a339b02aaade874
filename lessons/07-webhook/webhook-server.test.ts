import assert from "node:assert/strict";
import crypto, { createHash, createHmac } from "node:crypto";
import { appendFileSync, readFileSync } from "node:fs";
import { ServerResponse } from "node:http";
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
import {
  type OrderEvent,
  type OrderEvents,
  type Status,
  statuses,
} from "./order-events.ts";
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
const other = '{"order_id": 778, "status": "created"}';

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

/** What becomes of each case, under its name: a failure then says which one it is about. */
function judged<Case>(
  cases: Record<string, Case>,
  judge: (each: Case) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(cases).map(([name, each]) => [name, judge(each)]),
  );
}

/** The same for every one of them. */
function allOf(cases: object, result: unknown): Record<string, unknown> {
  return judged({ ...cases }, () => result);
}

/** What is to be said of the ids of a delivery, of the same again, and of another one. */
function opinionOfIds(id: unknown, again: unknown, another: unknown) {
  return {
    "the id": typeof id !== "string" ? `is ${id}` : id === "" ? "is empty" : "is a text",
    "of the same again": again === id ? "is the same" : "is another",
    "of another delivery": another === id ? "is the same" : "is another",
  };
}

const goodIds = {
  "the id": "is a text",
  "of the same again": "is the same",
  "of another delivery": "is another",
};

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
  const { body, signature } = published;
  assert.equal(outcome(provider, sign(signature), body), "accepted");
  const refused = {
    "another secret": outcome(github("guess"), sign(signature), body),
    "another body": outcome(provider, sign(signature), "Hello, World?"),
    "no header": outcome(provider, {}, body),
    ...judged(
      {
        "another digit": signature.replace("7", "8"),
        "two digits less": signature.slice(0, -2),
        "one digit more": `${signature}0`,
        "two digits more": `${signature}00`,
        "something behind it": `${signature} tea`,
        "no sha256= before it": signature.slice("sha256=".length),
        "sha512= before it": signature.replace("sha256", "sha512"),
        "sha256= and no more": "sha256=",
        "an empty header": "",
      },
      (each) => outcome(provider, sign(each), body),
    ),
  };
  assert.deepEqual(refused, allOf(refused, 401));
});

test("step 1 · a signature with as many signs, but more bytes, is refused like any other", () => {
  const headers = { "x-hub-signature-256": `sha256=${"é".repeat(64)}` };
  const refused = { "64 times é": outcome(github(secret), headers) };
  assert.deepEqual(refused, { "64 times é": 401 });
});

test("step 1 · the signature is over bytes, not over text", () => {
  const body = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  const headers = { "x-hub-signature-256": `sha256=${signature}` };
  const others = Buffer.from([0x7b, 0xfd, 0xfc, 0x7d]);
  assert.deepEqual(
    {
      "the bytes that were signed": outcome(github(secret), headers, body),
      "other bytes, just as unreadable": outcome(github(secret), headers, others),
    },
    { "the bytes that were signed": "accepted", "other bytes, just as unreadable": 401 },
  );
});

test("step 1 · signatures are compared by timingSafeEqual", (t) => {
  const spy = t.mock.method(crypto, "timingSafeEqual");
  syncBuiltinESMExports();
  try {
    const headers = { "x-hub-signature-256": published.signature };
    outcome(github(published.secret), headers, published.body);
    const isCalled = spy.mock.callCount() > 0;
    assert.deepEqual(
      { "timingSafeEqual is called": isCalled },
      { "timingSafeEqual is called": true },
    );
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
  assert.deepEqual(opinionOfIds(idOf(order), idOf(order), idOf(other)), goodIds);
});

test("step 1 · an empty secret is refused: anybody could sign", () => {
  assert.deepEqual({ github: opinionOf(() => github("")) }, { github: "TypeError" });
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

const stripeSignature = (time: string, body: string | Buffer) =>
  createHmac("sha256", "whsec_tea").update(`${time}.`).update(body).digest("hex");

test("step 2 · what Stripe's own package has signed is accepted", () => {
  const headers = stripeHeaders(`t=${noon},v1=${stripeSigned.tea}`);
  const delivery = stripe("whsec_tea", after(0)).verify({
    headers,
    body: Buffer.from(order),
  });
  assert.equal(delivery.payload.toString(), order);
  const { contentType } = stripe("whsec_tea");
  assert.deepEqual({ contentType }, { contentType: "application/json" });
});

test("step 2 · Stripe: another body, time or secret, or a header without sense: 401", () => {
  const provider = stripe("whsec_tea", after(0));
  const good = `t=${noon},v1=${stripeSigned.tea}`;
  assert.equal(outcome(provider, stripeHeaders(good)), "accepted");
  const refused = {
    "another body": outcome(provider, stripeHeaders(good), `${order} `),
    "another secret": outcome(stripe("whsec_other", after(0)), stripeHeaders(good)),
    "no header": outcome(provider, {}),
    ...judged(
      {
        "another time": good.replace(`${noon}`, `${noon + 1}`),
        "no time": `v1=${stripeSigned.tea}`,
        "an empty time": `t=,v1=${stripeSigned.tea}`,
        "no signature": `t=${noon}`,
        "v0 instead of v1": `t=${noon},v0=${stripeSigned.tea}`,
        "64 times é": `t=${noon},v1=${"é".repeat(64)}`,
        tea: "tea",
      },
      (header) => outcome(provider, stripeHeaders(header)),
    ),
  };
  assert.deepEqual(refused, allOf(refused, 401));
});

test("step 2 · Stripe: of several signatures one must fit", () => {
  const wrong = "0".repeat(64);
  const provider = stripe("whsec_tea", after(0));
  const sign = (...signatures: string[]) =>
    stripeHeaders([`t=${noon}`, ...signatures.map((one) => `v1=${one}`)].join(","));
  assert.deepEqual(
    {
      "the first of two": outcome(provider, sign(stripeSigned.tea, stripeSigned.old)),
      "the last of three": outcome(
        provider,
        sign(stripeSigned.old, wrong, stripeSigned.tea),
      ),
      "none of two": outcome(provider, sign(stripeSigned.old, wrong)),
    },
    {
      "the first of two": "accepted",
      "the last of three": "accepted",
      "none of two": 401,
    },
  );
});

test("step 2 · a time too far from ours is refused, past or future", () => {
  const headers = stripeHeaders(`t=${noon},v1=${stripeSigned.tea}`);
  const at = (seconds: number, options = {}) =>
    outcome(stripe("whsec_tea", { ...after(seconds), ...options }), headers);
  assert.deepEqual(
    {
      "300 seconds ago": at(300),
      "300 seconds from now": at(-300),
      "301 seconds ago": at(301),
      "301 seconds from now": at(-301),
    },
    {
      "300 seconds ago": "accepted",
      "300 seconds from now": "accepted",
      "301 seconds ago": 401,
      "301 seconds from now": 401,
    },
  );
  const half = { tolerance: 30 };
  assert.deepEqual(
    {
      "25 seconds ago, tolerance 30": at(25, half),
      "35 seconds ago, tolerance 30": at(35, half),
      "35 seconds from now, tolerance 30": at(-35, half),
      "2 seconds ago, tolerance 0": at(2, { tolerance: 0 }),
    },
    {
      "25 seconds ago, tolerance 30": "accepted",
      "35 seconds ago, tolerance 30": 401,
      "35 seconds from now, tolerance 30": 401,
      "2 seconds ago, tolerance 0": 401,
    },
  );
});

test("step 2 · what is no number is no time, however well it is signed", () => {
  const times = {
    ...{ tea: "tea", empty: "", "digits, then tea": `${noon}tea` },
    ...{ "half a second": `${noon}.5`, "an exponent": `${noon}e0` },
  };
  const key = Buffer.from(standard.secret.slice("whsec_".length), "base64");
  const ofStripe = judged(times, (time) => {
    const v1 = stripeSignature(time, order);
    return outcome(stripe("whsec_tea", after(0)), stripeHeaders(`t=${time},v1=${v1}`));
  });
  const ofStandard = judged(times, (time) => {
    const sum = createHmac("sha256", key).update(`${standard.id}.${time}.${order}`);
    const headers = standardHeaders(`v1,${sum.digest("base64")}`, standard.id, time);
    return outcome(standardWebhooks(standard.secret, after(0)), headers);
  });
  assert.deepEqual(
    { Stripe: ofStripe, "Standard Webhooks": ofStandard },
    { Stripe: allOf(times, 401), "Standard Webhooks": allOf(times, 401) },
  );
});

test("step 2 · both are over bytes, not over text", () => {
  const body = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
  const others = Buffer.from([0x7b, 0xfd, 0xfc, 0x7d]);
  const signed = stripeHeaders(`t=${noon},v1=${stripeSignature(`${noon}`, body)}`);
  const key = Buffer.from(standard.secret.slice("whsec_".length), "base64");
  const sum = createHmac("sha256", key).update(`${standard.id}.${noon}.`).update(body);
  const standardSigned = standardHeaders(`v1,${sum.digest("base64")}`);
  const providers = {
    Stripe: (bytes: Buffer) => outcome(stripe("whsec_tea", after(0)), signed, bytes),
    "Standard Webhooks": (bytes: Buffer) =>
      outcome(standardWebhooks(standard.secret, after(0)), standardSigned, bytes),
  };
  assert.deepEqual(
    {
      "the bytes that were signed": judged(providers, (verify) => verify(body)),
      "other bytes, just as unreadable": judged(providers, (verify) => verify(others)),
    },
    {
      "the bytes that were signed": allOf(providers, "accepted"),
      "other bytes, just as unreadable": allOf(providers, 401),
    },
  );
});

test("step 2 · Stripe: a redelivery has a new time and the same id", () => {
  const idAt = (seconds: number, body = order) => {
    const time = `${noon + seconds}`;
    const headers = stripeHeaders(`t=${time},v1=${stripeSignature(time, body)}`);
    const delivery = { headers, body: Buffer.from(body) };
    return stripe("whsec_tea", after(seconds)).verify(delivery).id;
  };
  assert.deepEqual(opinionOfIds(idAt(0), idAt(3_600), idAt(0, other)), goodIds);
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
  const { contentType } = standardWebhooks(standard.secret);
  assert.deepEqual({ contentType }, { contentType: "application/json" });
});

test("step 2 · Standard Webhooks: id, time and body are signed, in the past and the future", () => {
  const provider = standardWebhooks(standard.secret, after(0));
  const { signature, body } = standard;
  const wrong = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  const headers = standardHeaders(signature);
  const at = (seconds: number) =>
    outcome(standardWebhooks(standard.secret, after(seconds)), headers, body);
  assert.deepEqual(
    {
      "the second of two signatures": outcome(
        provider,
        standardHeaders(`${wrong} ${signature}`),
        body,
      ),
      "299 seconds from now": at(-299),
    },
    { "the second of two signatures": "accepted", "299 seconds from now": "accepted" },
  );
  const refused = {
    "another id": outcome(provider, standardHeaders(signature, "msg_2"), body),
    "another time": outcome(
      provider,
      standardHeaders(signature, standard.id, `${noon + 1}`),
      body,
    ),
    "another body": outcome(provider, headers, order),
    "302 seconds ago": at(302),
    "302 seconds from now": at(-302),
    "no header": outcome(provider, {}, body),
    ...judged(
      {
        "another signature": wrong,
        "no v1, before it": signature.slice(3),
        "v2 instead of v1": signature.replace("v1", "v2"),
        "v1a instead of v1": signature.replace("v1", "v1a"),
      },
      (each) => outcome(provider, standardHeaders(each), body),
    ),
  };
  assert.deepEqual(refused, allOf(refused, 401));
});

test("step 2 · Stripe and Standard Webhooks refuse an empty secret", () => {
  const opinions = {
    Stripe: opinionOf(() => stripe("")),
    "Standard Webhooks, nothing after whsec_": opinionOf(() =>
      standardWebhooks("whsec_"),
    ),
  };
  assert.deepEqual(opinions, allOf(opinions, "TypeError"));
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

test("step 3 · LiqPay: its deliveries are forms, and say so", () => {
  const { contentType } = liqpay("sandbox_key");
  assert.deepEqual({ contentType }, { contentType: "application/x-www-form-urlencoded" });
});

test("step 3 · LiqPay: the hash is sha1, or sha3-256 if one says so", () => {
  const newer = liqpay("sandbox_key", { hash: "sha3-256" });
  assert.deepEqual(
    {
      "sha3-256 for sha3-256": outcome(newer, {}, form(liqpaySigned["sha3-256"])),
      "sha1 for sha3-256": outcome(newer, {}, form(liqpaySigned.sha1)),
      "sha3-256 for sha1": outcome(
        liqpay("sandbox_key"),
        {},
        form(liqpaySigned["sha3-256"]),
      ),
    },
    {
      "sha3-256 for sha3-256": "accepted",
      "sha1 for sha3-256": 401,
      "sha3-256 for sha1": 401,
    },
  );
});

test("step 3 · LiqPay: another key, other data or a missing field: 401", () => {
  const provider = liqpay("sandbox_key");
  const otherData = Buffer.from('{"order_id": 1}').toString("base64");
  assert.equal(outcome(provider, {}, form(liqpaySigned.sha1)), "accepted");
  const refused = {
    "another key": outcome(liqpay("guess"), {}, form(liqpaySigned.sha1)),
    ...judged(
      {
        "other data": form(liqpaySigned.sha1, otherData),
        "an empty signature": form(""),
        "no signature": `data=${data}`,
        "no data": `signature=${encodeURIComponent(liqpaySigned.sha1)}`,
        "JSON instead of a form": order,
        "an empty body": "",
      },
      (body) => outcome(provider, {}, body),
    ),
  };
  assert.deepEqual(refused, allOf(refused, 401));
});

test("step 3 · LiqPay: the same data has the same id, other data another", () => {
  const signedForm = (text: string) => {
    const value = Buffer.from(text).toString("base64");
    const signature = createHash("sha1").update(`key${value}key`).digest("base64");
    return form(signature, value);
  };
  const idOf = (body: string) =>
    liqpay("key").verify({ headers: {}, body: Buffer.from(body) }).id;
  const turned = signedForm(order).split("&").reverse().join("&");
  assert.deepEqual(
    opinionOfIds(idOf(signedForm(order)), idOf(turned), idOf(signedForm(other))),
    goodIds,
  );
});

test("step 3 · LiqPay refuses an empty key", () => {
  assert.deepEqual({ liqpay: opinionOf(() => liqpay("")) }, { liqpay: "TypeError" });
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
  const refused = judged(
    {
      "an empty body": "",
      "words that are no JSON": "order 777",
      "half of the JSON": '{"order_id": 777',
      "single quotes": "{'order_id': 777, 'status': 'created'}",
      "not UTF-8": Buffer.from(order.replace("created", "cr\xe9\xe9ted"), "latin1"),
      "not UTF-8 in a field nobody asked for": Buffer.from(
        order.replace("}", ', "note": "\xe9"}'),
        "latin1",
      ),
      "not UTF-8 at the end": Buffer.concat([Buffer.from(order), Buffer.from([0xff])]),
    },
    refusal,
  );
  assert.deepEqual(refused, allOf(refused, 400));
});

const withId = (id: string) => `{"order_id": ${id}, "status": "created"}`;
const withStatus = (status: string) => `{"order_id": 777, "status": ${status}}`;

/** Each of these bodies is refused with 422; its name is what it says. */
function refuseAll(bodies: string[]): void {
  const refused = judged(Object.fromEntries(bodies.map((body) => [body, body])), refusal);
  assert.deepEqual(refused, allOf(refused, 422));
}

test("step 4 · what is no order number is refused with 422", () => {
  assert.equal(refusal(withId("777")), "accepted");
  const ids = ['"777"', "0", "-1", "1.5", "null", "true", "[777]", "1e400"];
  refuseAll(ids.map(withId));
});

test("step 4 · what is no status is refused with 422", () => {
  assert.equal(refusal(withStatus('"cancelled"')), "accepted");
  const names = ['"eaten"', '""', "1", "null", '["created"]', '"toString"', '"Created"'];
  refuseAll(names.map(withStatus));
});

test("step 4 · JSON that is no object with both fields is refused with 422", () => {
  assert.equal(refusal(order), "accepted");
  refuseAll(["null", "777", '"order"', "[]", `[${order}]`, "{}", '{"order_id": 1}']);
});

test("step 4 · an order number that would be rounded to another is refused", () => {
  const numbers = ["9007199254740991", "9007199254740992", "9007199254740993"];
  assert.deepEqual(
    judged(
      Object.fromEntries(numbers.map((id) => [`number ${id}`, withId(id)])),
      refusal,
    ),
    {
      "number 9007199254740991": "accepted",
      "number 9007199254740992": 422,
      "number 9007199254740993": 422,
    },
  );
});

/** As `refusal`, and "RangeError" where the stack overflowed: then nobody else says with which body. */
function refusalOrOverflow(text: string): string | number {
  try {
    return refusal(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return "RangeError";
  }
}

test("step 4 · brackets in brackets, 40,000 deep, do no harm", () => {
  assert.deepEqual(read(order), { orderId: 777, status: "created" });
  const deep = "[".repeat(40_000) + "]".repeat(40_000);
  const refused = judged(
    {
      "the body": deep,
      "the order number": withId(deep),
      "the status": withStatus(deep),
      "another field": `{"more": ${deep}, "order_id": 777, "status": "eaten"}`,
    },
    refusalOrOverflow,
  );
  assert.deepEqual(refused, allOf(refused, 422));
});

test("step 4 · a value that cannot be made a text does no harm", () => {
  assert.deepEqual(read(order), { orderId: 777, status: "created" });
  refuseAll([withId('{"toString": 1}'), withStatus('{"toString": 1}')]);
});

test("step 4 · fields that nobody asked for are left out", () => {
  const news = read(
    '{"order_id": 777, "status": "paid", "admin": true, "__proto__": {"admin": true}}',
  );
  assert.deepEqual(news, { orderId: 777, status: "paid" });
  assert.deepEqual({ "admin is in it": "admin" in news }, { "admin is in it": false });
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
  assert.deepEqual({ frozen: Object.isFrozen(event) }, { frozen: true });
});

// Step 5 · News that comes late

/** What a board says of these statuses of one order, one after the other: `1. created` is news. */
function newsOf(names: Status[]): Record<string, boolean> {
  const board = new OrderBoard();
  return Object.fromEntries(
    names.map((status, at) => [
      `${at + 1}. ${status}`,
      board.note({ orderId: 777, status }),
    ]),
  );
}

test("step 5 · a later status takes the place of an earlier one", () => {
  assert.deepEqual(newsOf(["created", "paid", "delivered"]), {
    "1. created": true,
    "2. paid": true,
    "3. delivered": true,
  });
  const board = new OrderBoard();
  board.note({ orderId: 777, status: "created" });
  board.note({ orderId: 777, status: "delivered" });
  assert.equal(board.statusOf(777), "delivered");
});

test("step 5 · an earlier status that comes late changes nothing", () => {
  assert.deepEqual(newsOf(["shipped", "created", "paid"]), {
    "1. shipped": true,
    "2. created": false,
    "3. paid": false,
  });
  const board = new OrderBoard();
  board.note({ orderId: 777, status: "shipped" });
  board.note({ orderId: 777, status: "created" });
  assert.equal(board.statusOf(777), "shipped");
});

test("step 5 · the same status again is no news, whichever it is", () => {
  const twice = statuses.map((status) => newsOf([status, status]));
  assert.deepEqual(
    twice,
    statuses.map((status) => ({ [`1. ${status}`]: true, [`2. ${status}`]: false })),
  );
});

test("step 5 · each order has a status of its own", () => {
  const board = new OrderBoard();
  board.note({ orderId: 1, status: "cancelled" });
  board.note({ orderId: 2, status: "created" });
  assert.deepEqual(
    { 1: board.statusOf(1), 2: board.statusOf(2), 3: board.statusOf(3) },
    { 1: "cancelled", 2: "created", 3: undefined },
  );
});

// Step 6 · Stored before anybody says so

function eventOf(id: string, status: Status = "created"): OrderEvent {
  const data = { orderId: 777, status };
  return Object.freeze({ id, name: `order.${status}`, data, timestamp: 1_000 });
}

async function openStore(t: TestContext, path: string, disk?: Disk) {
  const store = await DeliveryStore.open(path, disk && { open: disk.open });
  atEnd(t, () => store.close().catch(() => {}));
  if (disk) atEnd(t, () => disk.release());
  return store;
}

const ids = (events: readonly OrderEvent[]) => events.map(({ id }) => id);

/** Lets everything else have its turn, so that whatever need not wait for the disk is over. */
async function manyTurns(): Promise<void> {
  for (let turns = 0; turns < 50; turns++) await turn();
}

test("step 6 · a delivery is news once, and waits to be handled", async (t) => {
  const store = await openStore(t, fileFor(t));
  assert.deepEqual(
    {
      "a is news": await store.add(eventOf("a")),
      "b is news": await store.add(eventOf("b")),
      "a again is news": await store.add(eventOf("a")),
    },
    { "a is news": true, "b is news": true, "a again is news": false },
  );
  assert.deepEqual({ waiting: ids(store.waiting) }, { waiting: ["a", "b"] });
  await store.handled("a");
  assert.deepEqual({ waiting: ids(store.waiting) }, { waiting: ["b"] });
});

test("step 6 · what has been handled is still known, and handled twice is handled once", async (t) => {
  const store = await openStore(t, fileFor(t));
  for (const id of ["a", "b"]) await store.add(eventOf(id));
  await store.handled("a");
  await store.handled("a");
  assert.deepEqual({ waiting: ids(store.waiting) }, { waiting: ["b"] });
  const news = await store.add(eventOf("a"));
  assert.deepEqual({ "a again is news": news }, { "a again is news": false });
  assert.deepEqual({ waiting: ids(store.waiting) }, { waiting: ["b"] });
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
  await manyTurns();
  const before = stored;
  disk.release();
  await adding;
  assert.deepEqual(
    {
      "add has resolved before the disk did": before,
      "the disk was asked to": disk.asked,
    },
    {
      "add has resolved before the disk did": false,
      "the disk was asked to": ["append", "sync"],
    },
  );
  const [line = ""] = readFileSync(path, "utf8").split("\n");
  assert.deepEqual(
    { "the id is in the file": line.includes('"a"') },
    { "the id is in the file": true },
  );
});

test("step 6 · the same delivery twice at once: the second waits for the disk as well", async (t) => {
  const disk = new Disk();
  const store = await openStore(t, fileFor(t), disk);
  disk.hold();
  const told: Record<string, unknown> = { first: "waits", second: "waits" };
  const tell = async (who: string) => {
    told[who] = await store.add(eventOf("a"));
  };
  const [first, second] = [tell("first"), tell("second")];
  await Promise.race([second, until(() => disk.syncs > 0)]);
  await manyTurns();
  const meanwhile = { ...told };
  disk.release();
  await Promise.all([first, second]);
  assert.deepEqual(
    { "while the disk is busy": meanwhile, "when it is done": told },
    {
      "while the disk is busy": { first: "waits", second: "waits" },
      "when it is done": { first: true, second: false },
    },
  );
});

test("step 6 · the same delivery twice at once, and the disk is full: neither is told that it is stored", async (t) => {
  const disk = new Disk();
  const store = await openStore(t, fileFor(t), disk);
  disk.full = true;
  const results = await Promise.allSettled([
    store.add(eventOf("a")),
    store.add(eventOf("a")),
  ]);
  const [first, second] = results.map(({ status }) => status);
  assert.deepEqual({ first, second }, { first: "rejected", second: "rejected" });
  disk.full = false;
  const news = await store.add(eventOf("a"));
  assert.deepEqual({ "a later is news": news }, { "a later is news": true });
  assert.deepEqual({ waiting: ids(store.waiting) }, { waiting: ["a"] });
});

test("step 6 · handled resolves when the disk has the note, and rejects if it is full", async (t) => {
  const path = fileFor(t);
  const disk = new Disk();
  const store = await openStore(t, path, disk);
  for (const id of ["a", "b"]) await store.add(eventOf(id));
  const earlier = disk.syncs;
  disk.hold();
  let noted = false;
  const noting = store.handled("a").then(() => {
    noted = true;
  });
  await Promise.race([noting, until(() => disk.syncs > earlier)]);
  await manyTurns();
  const before = noted;
  disk.release();
  await noting;
  assert.deepEqual(
    { "handled has resolved before the disk did": before },
    { "handled has resolved before the disk did": false },
  );
  disk.full = true;
  const [full] = await Promise.allSettled([store.handled("b")]);
  assert.deepEqual({ "on a full disk": full?.status }, { "on a full disk": "rejected" });
  disk.full = false;
  await store.close();
  const later = await openStore(t, path);
  assert.deepEqual({ waiting: ids(later.waiting) }, { waiting: ["b"] });
});

test("step 6 · those who come while the disk is busy share the next write", async (t) => {
  const disk = new Disk();
  const store = await openStore(t, fileFor(t), disk);
  disk.hold();
  const all = [store.add(eventOf("first"))];
  await until(() => disk.syncs > 0);
  for (let number = 0; number < 50; number++) all.push(store.add(eventOf(`${number}`)));
  disk.release();
  const news = (await Promise.all(all)).filter(Boolean).length;
  const few = disk.syncs <= 4 ? "4 or fewer" : disk.syncs;
  assert.deepEqual({ news, fsyncs: few }, { news: 51, fsyncs: "4 or fewer" });
});

test("step 6 · when the disk is full, add rejects and the id stays unknown", async (t) => {
  const disk = new Disk();
  const path = fileFor(t);
  const store = await openStore(t, path, disk);
  await store.add(eventOf("a"));
  disk.full = true;
  await assert.rejects(store.add(eventOf("b")), /ENOSPC/);
  await assert.rejects(store.add(eventOf("b")), /ENOSPC/);
  assert.deepEqual({ waiting: ids(store.waiting) }, { waiting: ["a"] });
  disk.full = false;
  assert.deepEqual(
    {
      "b is news": await store.add(eventOf("b")),
      "a is news": await store.add(eventOf("a")),
    },
    { "b is news": true, "a is news": false },
  );
  assert.deepEqual({ waiting: ids(store.waiting) }, { waiting: ["a", "b"] });
});

test("step 6 · after a restart the store knows its deliveries, and what still waits", async (t) => {
  const path = fileFor(t);
  const before = await openStore(t, path);
  for (const id of ["a", "b", "c"]) await before.add(eventOf(id));
  await before.handled("b");
  await before.close();
  const later = await openStore(t, path);
  assert.deepEqual({ waiting: ids(later.waiting) }, { waiting: ["a", "c"] });
  assert.deepEqual({ ...later.waiting[0] }, { ...eventOf("a") });
  assert.deepEqual(
    {
      "b is news": await later.add(eventOf("b")),
      "d is news": await later.add(eventOf("d")),
    },
    { "b is news": false, "d is news": true },
  );
  await later.handled("a");
  await later.close();
  const last = await openStore(t, path);
  assert.deepEqual({ waiting: ids(last.waiting) }, { waiting: ["c", "d"] });
});

test("step 6 · half a line, left by a process that was killed, costs nothing else", async (t) => {
  const path = fileFor(t);
  const before = await openStore(t, path);
  await before.add(eventOf("a"));
  await before.close();
  appendFileSync(path, '{"id":"b","name":"order.cre');
  const later = await openStore(t, path);
  assert.deepEqual({ waiting: ids(later.waiting) }, { waiting: ["a"] });
  const news = await later.add(eventOf("b"));
  assert.deepEqual({ "b is news": news }, { "b is news": true });
  await later.close();
  const last = await openStore(t, path);
  assert.deepEqual({ waiting: ids(last.waiting) }, { waiting: ["a", "b"] });
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
  let timestamp: number | undefined;
  const shop = await openShop(t, {
    server: { clock: () => 5_000 },
    work: (event) => {
      timestamp = event.timestamp;
    },
  });
  const { status } = await shop.post(order, "delivery-1");
  assert.deepEqual({ status }, { status: 202 });
  await until(() => shop.handled.length > 0);
  assert.deepEqual(shop.handled, ["order.created 777 delivery-1"]);
  assert.deepEqual({ timestamp }, { timestamp: 5_000 });
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
  const { status } = await shop.post(order);
  assert.deepEqual(
    { status, "handled by then": shop.handled },
    { status: 202, "handled by then": [] },
  );
  finish();
  await until(() => shop.handled.length > 0);
  assert.deepEqual(shop.handled, ["order.created 777 delivery-1"]);
});

test("step 7 · the sender is answered before the bus gets the event", async (t) => {
  const shop = await openShop(t);
  const moments: string[] = [];
  const { deliver } = shop.bus;
  t.mock.method(shop.bus, "deliver", function (this: typeof shop.bus, event: OrderEvent) {
    moments.push("event");
    return deliver.call(this, event);
  });
  const { end } = ServerResponse.prototype;
  t.mock.method(ServerResponse.prototype, "end", function (
    this: ServerResponse,
    ...rest: Parameters<typeof end>
  ) {
    moments.push("answer");
    return end.apply(this, rest);
  } as typeof end);
  await shop.post(order);
  await until(() => shop.handled.length > 0);
  assert.deepEqual({ first: moments[0] }, { first: "answer" });
});

test("step 7 · no answer and no event before the delivery is on the disk", async (t) => {
  const disk = new Disk();
  const shop = await openShop(t, { disk });
  disk.hold();
  const seen: string[] = [];
  const answering = shop.post(order).then(({ status }) => seen.push(`answer ${status}`));
  await Promise.race([answering, until(() => disk.syncs > 0)]);
  await manyTurns();
  const early = { answered: [...seen], handled: [...shop.handled] };
  disk.release();
  await answering;
  assert.deepEqual(
    { "before the disk has it": early, "when it has": seen },
    {
      "before the disk has it": { answered: [], handled: [] },
      "when it has": ["answer 202"],
    },
  );
  await until(() => shop.handled.length > 0);
  assert.deepEqual(shop.handled, ["order.created 777 delivery-1"]);
});

test("step 7 · the signature is over the raw bytes, spaces and all", async (t) => {
  const shop = await openShop(t);
  const body = `  {"status" : "paid",\r\n\t"order_id":7.77e2, "note": "чай \\u0026 мед"}\n`;
  const { status } = await shop.post(body);
  assert.deepEqual({ status }, { status: 202 });
  await until(() => shop.handled.length > 0);
  assert.deepEqual(shop.handled, ["order.paid 777 delivery-1"]);
});

test("step 7 · the same delivery again: 200, and no second event", async (t) => {
  const shop = await openShop(t);
  const answers = {
    d1: (await shop.post(order, "d1")).status,
    "d1 again": (await shop.post(order, "d1")).status,
    d2: (await shop.post(order, "d2")).status,
    "d1 once more": (await shop.post(order, "d1")).status,
  };
  assert.deepEqual(answers, { d1: 202, "d1 again": 200, d2: 202, "d1 once more": 200 });
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
  const answers = {
    "d1, known": (await later.post(order, "d1")).status,
    "d2, new": (await later.post(order, "d2")).status,
  };
  assert.deepEqual(answers, { "d1, known": 200, "d2, new": 202 });
  await until(() => later.handled.length > 0);
  await later.bus.flush();
  assert.deepEqual(later.handled, ["order.created 777 d2"]);
});

test("step 7 · what was stored and not handled is handled after a restart", async (t) => {
  const path = fileFor(t);
  const before = await openStore(t, path);
  for (const status of statuses) await before.add(eventOf(`d-${status}`, status));
  await before.handled("d-paid");
  await before.close();
  const shop = await openShop(t, { path });
  await until(() => shop.handled.length >= 4);
  await shop.bus.flush();
  assert.deepEqual(shop.handled, [
    "order.created 777 d-created",
    "order.shipped 777 d-shipped",
    "order.delivered 777 d-delivered",
    "order.cancelled 777 d-cancelled",
  ]);
  await until(() => shop.store.waiting.length === 0);
  assert.deepEqual({ waiting: ids(shop.store.waiting) }, { waiting: [] });
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

/** How each of these requests is answered, under its name, one after the other. */
async function answersTo<Case>(
  cases: Record<string, Case>,
  ask: (each: Case) => Promise<Answer>,
): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const [name, each] of Object.entries(cases)) {
    answers[name] = problemIn(await ask(each));
  }
  return answers;
}

test("step 8 · a signature that is missing, wrong or of another body: 401", async (t) => {
  const shop = await openStrictShop(t);
  const good = signedHeaders(order);
  const { "X-Hub-Signature-256": signature = "", ...unsigned } = good;
  const longer = { ...unsigned, "X-Hub-Signature-256": `${signature}0` };
  const answers = await answersTo(
    {
      "no signature": { headers: unsigned, body: order },
      "one digit more": { headers: longer, body: order },
      "another body": { headers: good, body: other },
    },
    (request) => send(t, shop.port, request),
  );
  assert.deepEqual(answers, allOf(answers, "401 problem"));
  assert.deepEqual(await eventsOf(shop), nothingElse);
});

test("step 8 · who cannot sign learns nothing about the body: 401 before 400 and 422", async (t) => {
  const shop = await openStrictShop(t);
  const headers = {
    "Content-Type": "application/json",
    "X-Hub-Signature-256": "sha256=",
  };
  const bodies = {
    "an empty body": "",
    "half of the JSON": "{",
    "an array": "[]",
    "no order": '{"order_id": "x"}',
  };
  const answers = await answersTo(bodies, (body) =>
    send(t, shop.port, { headers, body }),
  );
  assert.deepEqual(answers, allOf(bodies, "401 problem"));
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
  assert.deepEqual({ waiting: ids(shop.store.waiting) }, { waiting: [] });
});

test("step 8 · malformed JSON: 400, also if it is empty or not in UTF-8", async (t) => {
  const shop = await openStrictShop(t);
  const bodies = {
    "an empty body": "",
    "half of the JSON": "{",
    "words that are no JSON": "order 777",
    "not UTF-8": Buffer.from([0x22, 0xff, 0x22]),
  };
  const answers = await answersTo(bodies, (body) => shop.post(body));
  assert.deepEqual(answers, allOf(bodies, "400 problem"));
  const none = await send(t, shop.port, { headers: signedHeaders("") });
  assert.deepEqual(
    { "no body and no length": problemIn(none) },
    { "no body and no length": "400 problem" },
  );
  assert.deepEqual(await eventsOf(shop), nothingElse);
});

test("step 8 · wrong fields, rounded numbers, brackets in brackets: 422", async (t) => {
  const shop = await openStrictShop(t, { server: { limits: { bodySize: 100_000 } } });
  const deep = "[".repeat(40_000) + "]".repeat(40_000);
  const bodies = {
    "an array": "[]",
    "a text as number": withId('"777"'),
    "a rounded number": withId("9007199254740993"),
    "a status nobody knows": withStatus('"eaten"'),
    "40,000 brackets": deep,
    "40,000 brackets as status": withStatus(deep),
  };
  const answers = await answersTo(bodies, (body) => shop.post(body));
  assert.deepEqual(answers, allOf(bodies, "422 problem"));
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
  assert.deepEqual(
    { "Application/JSON; charset=utf-8": good.status },
    { "Application/JSON; charset=utf-8": 202 },
  );
  const all = {
    "no type": untyped,
    "text/plain": typed("text/plain"),
    "a form": typed("application/x-www-form-urlencoded"),
    "application/jsonp": typed("application/jsonp"),
    "Content-Encoding: gzip": { ...headers, "Content-Encoding": "gzip" },
  };
  const answers = await answersTo(all, (each) =>
    send(t, shop.port, { headers: each, body: order }),
  );
  assert.deepEqual(answers, allOf(all, "415 problem"));
});

test("step 8 · the content type comes before the signature: 415, signed or not", async (t) => {
  const shop = await openStrictShop(t);
  const unsigned = {
    "text/plain": { "Content-Type": "text/plain" },
    "no type": {},
  };
  const answers = await answersTo(unsigned, (headers) =>
    send(t, shop.port, { headers, body: order }),
  );
  assert.deepEqual(answers, allOf(unsigned, "415 problem"));
});

test("step 8 · LiqPay sends forms, and gets 415 for JSON", async (t) => {
  const provider = liqpay("sandbox_key");
  const shop = await openStrictShop(t, { server: { provider } });
  const body = form(liqpaySigned.sha1);
  const as = (type: string) =>
    send(t, shop.port, { headers: { "Content-Type": type }, body });
  const json = problemIn(await as("application/json"));
  const { status } = await as("application/x-www-form-urlencoded");
  assert.deepEqual(
    { "as JSON": json, "as a form": status },
    { "as JSON": "415 problem", "as a form": 202 },
  );
});

test("step 8 · another method: 405, with the one that is allowed", async (t) => {
  const shop = await openStrictShop(t);
  const answers: Record<string, string> = {};
  for (const method of ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
    const answer = await send(t, shop.port, { method, headers: signedHeaders("") });
    answers[method] = `${problemIn(answer)}, Allow: ${answer.headers.allow}`;
  }
  assert.deepEqual(answers, allOf(answers, "405 problem, Allow: POST"));
});

test("step 8 · another address: 404", async (t) => {
  const shop = await openStrictShop(t);
  const paths = { another: "/webhook/user", "one below": "/webhook/order/more" };
  const answers = await answersTo(paths, (path) =>
    send(t, shop.port, { path, headers: signedHeaders(order), body: order }),
  );
  assert.deepEqual(answers, allOf(paths, "404 problem"));
});

test("step 8 · more bytes than allowed: 413, announced or not", async (t) => {
  const shop = await openStrictShop(t, { server: { limits: { bodySize: 1_000 } } });
  const spaces = " ".repeat(1_000 - order.length);
  const fits = await shop.post(order + spaces, "fits");
  assert.deepEqual({ "1,000 bytes": fits.status }, { "1,000 bytes": 202 });
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
  assert.deepEqual(
    { announced: problemIn(announced), "in chunks": problemIn(chunked) },
    { announced: "413 problem", "in chunks": "413 problem" },
  );
  assert.deepEqual(await eventsOf(shop), ["order.created 777 fits", ...nothingElse]);
});

test("step 8 · when it cannot be stored: 503, with a time to come back, and no event", async (t) => {
  const disk = new Disk();
  const shop = await openStrictShop(t, { disk });
  disk.full = true;
  const answer = await shop.post(order, "d1");
  assert.equal(problemIn(answer), "503 problem");
  const seconds = answer.headers["retry-after"] ?? "none";
  assert.deepEqual(
    {
      "Retry-After": /^\d+$/.test(seconds) ? "in seconds" : seconds,
      "onError was called": shop.errors.length,
    },
    { "Retry-After": "in seconds", "onError was called": 1 },
  );
  disk.full = false;
  const later = await shop.post(order, "d1");
  assert.deepEqual({ "sent again": later.status }, { "sent again": 202 });
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
  assert.deepEqual(
    {
      "the answer tells the password": answer.body.includes("tea"),
      "onError was told": shop.errors.map(String),
    },
    {
      "the answer tells the password": false,
      "onError was told": ["Error: the password of the database is tea"],
    },
  );
});

test("step 8 · what is no HTTP: 400, headers too large: 431, and the connection ends", async (t) => {
  const shop = await openStrictShop(t);
  const line = new Line(t, shop.port);
  line.say("hello, shop?\r\n\r\n");
  const nonsense = problemIn(await line.answer());
  await until(() => line.isClosed);
  const headers = { ...signedHeaders(order), "X-Long": "x".repeat(20_000) };
  const long = await send(t, shop.port, { headers, body: order });
  assert.deepEqual(
    { "hello, shop?": nonsense, closed: line.isClosed, "long headers": problemIn(long) },
    { "hello, shop?": "400 problem", closed: true, "long headers": "431 problem" },
  );
});

const slow = {
  "with its headers": "POST /webhook/order HTTP/1.1\r\nHost: x\r\nX-Slow: ",
  "with its body":
    "POST /webhook/order HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{",
};

test("step 8 · clients that are slow with headers or body are cut off with 408", async (t) => {
  const limits = { headersTime: 60, requestTime: 120, lookEvery: 10 };
  const shop = await openStrictShop(t, { server: { limits } });
  const lines = judged(slow, (text) => {
    const line = new Line(t, shop.port);
    line.say(text);
    return line;
  }) as Record<string, Line>;
  const all = Object.values(lines);
  await until(() => all.every(({ isClosed }) => isClosed));
  assert.deepEqual(
    judged(lines, ({ isClosed }) => (isClosed ? "cut off" : "still connected")),
    allOf(slow, "cut off"),
  );
  const answers = await answersTo(lines, (line) => line.answer());
  assert.deepEqual(answers, allOf(slow, "408 problem"));
  assert.deepEqual({ "onError was told": shop.errors }, { "onError was told": [] });
});

test("step 8 · headers have a shorter limit than the whole request", async (t) => {
  const limits = { headersTime: 60, requestTime: 60_000, lookEvery: 10 };
  const shop = await openStrictShop(t, { server: { limits } });
  const line = new Line(t, shop.port);
  line.say(slow["with its headers"]);
  const answer = problemIn(await line.answer());
  assert.deepEqual(
    { "slow with its headers": answer },
    { "slow with its headers": "408 problem" },
  );
});

function ask(line: Line): Promise<Answer> {
  line.say("GET /webhook/order HTTP/1.1\r\nHost: x\r\n\r\n");
  return line.answer();
}

/** Asks on one new connection after the other: how the first that is not cut off is answered. */
async function firstAnswer(t: TestContext, port: number): Promise<string> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const line = new Line(t, port);
    const { status } = await ask(line);
    line.end();
    if (status !== 0) return String(status);
  }
  return "cut off, 200 times";
}

test("step 8 · who is cut off and does not hang up keeps no connection", async (t) => {
  const limits = { headersTime: 60, requestTime: 120, lookEvery: 10, connections: 1 };
  const shop = await openStrictShop(t, { server: { limits } });
  const line = new Line(t, shop.port, { hangsUp: false });
  line.say(slow["with its headers"]);
  const first = problemIn(await line.answer());
  assert.deepEqual(
    { "who is slow": first, "who comes after it": await firstAnswer(t, shop.port) },
    { "who is slow": "408 problem", "who comes after it": "405" },
  );
});

test("step 8 · so many connections and no more; when one ends there is room again", async (t) => {
  const shop = await openStrictShop(t, { server: { limits: { connections: 2 } } });
  const answered = async (line: Line) => (await ask(line)).status || "cut off";
  const one = new Line(t, shop.port);
  const connections = {
    first: await answered(one),
    second: await answered(new Line(t, shop.port)),
    third: await answered(new Line(t, shop.port)),
  };
  assert.deepEqual(connections, { first: 405, second: 405, third: "cut off" });
  one.end();
  assert.deepEqual(
    { "when the first has ended": await firstAnswer(t, shop.port) },
    { "when the first has ended": "405" },
  );
});
