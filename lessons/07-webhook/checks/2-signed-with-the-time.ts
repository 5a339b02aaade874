import assert from "node:assert/strict";
import { test } from "node:test";
import { stripe } from "#lesson/07-webhook/signatures.ts";
import { anySignature } from "./any-signature.ts";
import { allAre, compareSafely, hexOf, order, refusesSecrets, verdict } from "./desk.ts";

const noon = 1_614_265_330;

/** A clock that shows a number of seconds after noon. */
const after = (seconds: number) => ({ clock: () => (noon + seconds) * 1_000 });
const header = (value: string) => ({ "stripe-signature": value });
/** Signed by us, at a time that may be anything. */
const signed = (time: unknown) => header(`t=${time},v1=${hexOf(`${time}.`, order)}`);

/** Made with the package `stripe`. */
const made = "09ecafeaaa4f119866f2b85805346e1d43eb7e92a7cd04a68d142cd37a1384e3";
const good = `t=${noon},v1=${made}`;

test("step 2 · what Stripe's own package has signed is accepted", () => {
  const provider = stripe("whsec_tea", after(0));
  const body = Buffer.from(order);
  const { payload } = provider.verify({ headers: header(good), body });
  assert.deepEqual({ payload: payload.toString() }, { payload: order });
});

test("step 2 · another body, time, secret or header is refused, and the right signature not told", () => {
  const provider = stripe("whsec_tea", after(0));
  const late = stripe("whsec_tea", after(9_000));
  const of = (value: string) => verdict(provider, header(value));
  allAre(
    401,
    {
      "another time": () => of(good.replace(`${noon}`, `${noon + 1}`)),
      "no time": () => of(`v1=${made}`),
      "no signature": () => of(`t=${noon}`),
      "another secret": () => verdict(stripe("whsec_other", after(0)), header(good)),
      "no header": () => verdict(provider, {}),
      "an old time, old signature, then a time of now": () =>
        verdict(late, header(`t=${noon},v1=${made},t=${noon + 9_000}`)),
      "a time of now, then an old time and its signature": () =>
        verdict(late, header(`t=${noon + 9_000},t=${noon},v1=${made}`)),
    },
    (each) => each(),
  );
});

test("step 2 · of several `v1` one must fit, and other versions do not count", () => {
  const provider = stripe("whsec_tea", after(0));
  const wrong = "0".repeat(64);
  const wrongs = Array<string>(3).fill(`v1=${wrong}`);
  const of = (...fields: string[]) => verdict(provider, header(fields.join(",")));
  assert.deepEqual(
    {
      "the first of two": of(`t=${noon}`, `v1=${made}`, `v1=${wrong}`),
      "the last of five": of(`t=${noon}`, `v1=`, ...wrongs, `v1=${made}`),
      "v0 beside a wrong v1": of(`t=${noon}`, `v0=${made}`, `v1=${wrong}`),
    },
    {
      "the first of two": "accepted",
      "the last of five": "accepted",
      "v0 beside a wrong v1": 401,
    },
  );
});

test("step 2 · a time further away than `tolerance` is refused, in the past and in the future", () => {
  const at = (seconds: number, tolerance?: number) => {
    const options = tolerance === undefined ? {} : { tolerance };
    return verdict(stripe("whsec_tea", { ...after(seconds), ...options }), header(good));
  };
  allAre(
    "accepted",
    {
      "300 seconds ago": () => at(300),
      "300 seconds from now": () => at(-300),
      "400 seconds ago, tolerance 500": () => at(400, 500),
      "a year ago, tolerance Infinity": () => at(31_536_000, Infinity),
    },
    (each) => each(),
  );
  allAre(
    401,
    {
      "301 seconds ago": () => at(301),
      "301 seconds from now": () => at(-301),
      "35 seconds ago, tolerance 30": () => at(35, 30),
      "2 seconds ago, tolerance 0": () => at(2, 0),
    },
    (each) => each(),
  );
});

test("step 2 · the clock is asked at every delivery; without one it is `Date.now`, in ms", () => {
  let seconds = 0;
  const provider = stripe("whsec_tea", { clock: () => (noon + seconds) * 1_000 });
  const atNoon = verdict(provider, header(good));
  seconds = 600;
  const now = Math.floor(Date.now() / 1_000);
  const fresh = (time: number) => verdict(stripe("whsec_tea and honey"), signed(time));
  assert.deepEqual(
    {
      "at noon": atNoon,
      "ten minutes later": verdict(provider, header(good)),
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
  const provider = stripe("whsec_tea and honey", after(0));
  const times = ["tea", "", `${noon}tea`, `${noon}.5`, `${noon}e0`, "NaN", "Infinity"];
  allAre(401, Object.fromEntries(times.map((time) => [`t=${time}`, time])), (time) =>
    verdict(provider, signed(time)),
  );
});

test("step 2 · time and bytes are signed, compared with `timingSafeEqual`; a redelivery keeps its id", (t) => {
  const provider = stripe("whsec_tea and honey", after(0));
  const idAt = (time: number) =>
    provider.verify({ headers: signed(time), body: Buffer.from(order) }).id;
  assert.deepEqual(
    {
      "timingSafeEqual is called": compareSafely(
        t,
        () => verdict(provider, signed(noon)),
        () => verdict(provider, signed(noon), "another order"),
      ),
      "the id is the same at another time": idAt(noon) === idAt(noon + 60),
    },
    { "timingSafeEqual is called": true, "the id is the same at another time": true },
  );
});

test("step 2 · a secret that does not begin with `whsec_`, or that step 1 refuses, is a `TypeError`", () => {
  refusesSecrets(stripe, {
    "an API key": "sk_live_abc",
    "whsec_ in its middle": "my_whsec_abc",
    "in capitals": "WHSEC_ABC",
  });
});

anySignature(2);
