import assert from "node:assert/strict";
import { test } from "node:test";
import { stripe } from "#lesson/07-webhook/signatures.ts";
import { anySignature } from "./any-signature.ts";
import {
  allAre,
  compareSafely,
  hexOf,
  order,
  refusalOf,
  refusesSecrets,
  secret,
  verdict,
} from "./desk.ts";

const noon = 1_614_265_330;

/** A clock that shows a number of seconds after noon. */
const after = (seconds: number) => ({ clock: () => (noon + seconds) * 1_000 });
const header = (value: string) => ({ "stripe-signature": value });

/** Made with the package `stripe`. */
const made = "09ecafeaaa4f119866f2b85805346e1d43eb7e92a7cd04a68d142cd37a1384e3";
const good = `t=${noon},v1=${made}`;

test("step 2 · what Stripe's own package has signed is accepted", () => {
  const provider = stripe("whsec_tea", after(0));
  const { payload } = provider.verify({
    headers: header(good),
    body: Buffer.from(order),
  });
  assert.deepEqual(
    { payload: payload.toString(), contentType: provider.contentType },
    { payload: order, contentType: "application/json" },
  );
});

test("step 2 · another body, time, secret or header is refused, and the right signature not told", () => {
  const provider = stripe("whsec_tea", after(0));
  allAre(
    401,
    {
      "another time": good.replace(`${noon}`, `${noon + 1}`),
      "no time": `v1=${made}`,
      "no signature": `t=${noon}`,
      "an empty signature": `t=${noon},v1=`,
      "64 times é": `t=${noon},v1=${"é".repeat(64)}`,
      tea: "tea",
      "an empty header": "",
    },
    (each) => verdict(provider, header(each)),
  );
  const late = stripe("whsec_tea", after(9_000));
  allAre(
    401,
    {
      "another body": () => verdict(provider, header(good), `${order} `),
      "another secret": () => verdict(stripe("whsec_other", after(0)), header(good)),
      "no header": () => verdict(provider, {}),
      "an old time, old signature, then a time of now": () =>
        verdict(late, header(`t=${noon},v1=${made},t=${noon + 9_000}`)),
      "a time of now, then an old time and its signature": () =>
        verdict(late, header(`t=${noon + 9_000},t=${noon},v1=${made}`)),
    },
    (each) => each(),
  );
  assert.deepEqual(refusalOf(provider, header(`t=${noon},v1=0`), made), {
    name: "SignatureError",
    "tells the signature": false,
  });
});

test("step 2 · of several `v1` one must fit, and other versions do not count", () => {
  const provider = stripe("whsec_tea", after(0));
  const wrong = "0".repeat(64);
  const of = (...fields: string[]) => verdict(provider, header(fields.join(",")));
  assert.deepEqual(
    {
      "the first of two": of(`t=${noon}`, `v1=${made}`, `v1=${wrong}`),
      "the last of three": of(`t=${noon}`, `v1=`, `v1=${wrong}`, `v1=${made}`),
      "none of two": of(`t=${noon}`, `v1=${wrong}`, `v1=${wrong}`),
      "v0 instead of v1": of(`t=${noon}`, `v0=${made}`),
      "v0 beside a wrong v1": of(`t=${noon}`, `v0=${made}`, `v1=${wrong}`),
      "v0 beside the right v1": of(`t=${noon}`, `v0=${wrong}`, `v1=${made}`),
    },
    {
      "the first of two": "accepted",
      "the last of three": "accepted",
      "none of two": 401,
      "v0 instead of v1": 401,
      "v0 beside a wrong v1": 401,
      "v0 beside the right v1": "accepted",
    },
  );
});

test("step 2 · a time further away than `tolerance` is refused, in the past and in the future", () => {
  const at = (seconds: number, options = {}) =>
    verdict(stripe("whsec_tea", { ...after(seconds), ...options }), header(good));
  const tolerance = (seconds: number) => ({ tolerance: seconds });
  allAre(
    "accepted",
    {
      "300 seconds ago": () => at(300),
      "300 seconds from now": () => at(-300),
      "25 seconds ago, tolerance 30": () => at(25, tolerance(30)),
      "400 seconds ago, tolerance 500": () => at(400, tolerance(500)),
      "a year ago, tolerance Infinity": () => at(31_536_000, tolerance(Infinity)),
      "now, tolerance 0": () => at(0, tolerance(0)),
    },
    (each) => each(),
  );
  allAre(
    401,
    {
      "301 seconds ago": () => at(301),
      "301 seconds from now": () => at(-301),
      "35 seconds ago, tolerance 30": () => at(35, tolerance(30)),
      "35 seconds from now, tolerance 30": () => at(-35, tolerance(30)),
      "2 seconds ago, tolerance 0": () => at(2, tolerance(0)),
    },
    (each) => each(),
  );
});

test("step 2 · the clock is asked at every delivery; without one it is `Date.now`, in ms", () => {
  let seconds = 0;
  const provider = stripe("whsec_tea", { clock: () => (noon + seconds) * 1_000 });
  const atNoon = verdict(provider, header(good));
  seconds = 600;
  const tenMinutesLater = verdict(provider, header(good));
  const now = Math.floor(Date.now() / 1_000);
  const fresh = (time: number) =>
    verdict(stripe(secret), header(`t=${time},v1=${hexOf(`${time}.`, order)}`));
  assert.deepEqual(
    {
      "at noon": atNoon,
      "ten minutes later": tenMinutesLater,
      "without a clock, now": fresh(now),
      "without a clock, an hour ago": fresh(now - 3_600),
    },
    {
      "at noon": "accepted",
      "ten minutes later": 401,
      "without a clock, now": "accepted",
      "without a clock, an hour ago": 401,
    },
  );
});

test("step 2 · a time that is not a whole number is refused, however well it is signed", () => {
  const provider = stripe(secret, after(0));
  const of = (time: string) =>
    verdict(provider, header(`t=${time},v1=${hexOf(`${time}.`, order)}`));
  assert.deepEqual({ "a whole number": of(`${noon}`) }, { "a whole number": "accepted" });
  const times = ["tea", "", `${noon}tea`, `${noon}.5`, `${noon}e0`, "NaN", "Infinity"];
  allAre(401, Object.fromEntries(times.map((time) => [`t=${time}`, time])), of);
});

test("step 2 · time and bytes are signed, compared with `timingSafeEqual`; a redelivery keeps its id", (t) => {
  const provider = stripe(secret, after(0));
  const signed = (body: string | Buffer, time = noon) =>
    header(`t=${time},v1=${hexOf(`${time}.`, body)}`);
  const body = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
  const others = Buffer.from([0x7b, 0xfd, 0xfc, 0x7d]);
  const idOf = (text: string | Buffer, time = noon) =>
    provider.verify({ headers: signed(text, time), body: Buffer.from(text) }).id;
  assert.deepEqual(
    {
      "the bytes that were signed": verdict(provider, signed(body), body),
      "other bytes, just as unreadable": verdict(provider, signed(body), others),
      "the payload": provider
        .verify({ headers: signed(body), body })
        .payload.toString("hex"),
      "timingSafeEqual is called": compareSafely(
        t,
        () => verdict(provider, signed(order)),
        () => verdict(provider, signed("another order")),
      ),
      "the id is the same at another time": idOf(order) === idOf(order, noon + 60),
      "the id is a string that is not empty": /./.test(idOf("чай")),
      "another body has another id": idOf(order) !== idOf(`${order} `),
      "other bytes that are not UTF-8, too": idOf(body) !== idOf(others),
    },
    {
      "the bytes that were signed": "accepted",
      "other bytes, just as unreadable": 401,
      "the payload": "7bfffe7d",
      "timingSafeEqual is called": true,
      "the id is the same at another time": true,
      "the id is a string that is not empty": true,
      "another body has another id": true,
      "other bytes that are not UTF-8, too": true,
    },
  );
});

test("step 2 · a secret that does not begin with `whsec_`, or makes no sense, is a `TypeError`", () => {
  refusesSecrets(stripe, {
    "an API key": "sk_live_abc",
    "a public key": "pk_test_whsec_abc",
    "whsec_ and no more": "whsec_",
  });
});

anySignature(2);
