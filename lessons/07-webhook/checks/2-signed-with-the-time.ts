import assert from "node:assert/strict";
import { test } from "node:test";
import { checkTime, stripe } from "#lesson/07-webhook/signatures.ts";
import { anySignature } from "./any-signature.ts";
import { order, outcomeOf, refusesSecrets, secret } from "./desk.ts";

const noon = 1_614_265_330;
/** Made with the package `stripe`. */
const made = "fa402f162d36b88cc636bd33e126f34fc5b002b6ddd8ee7430207c0c3ffe0d47";

test("step 2 · what Stripe's own package has signed is accepted; by the clock of today, `checkTime` refuses it", () => {
  const headers = { "stripe-signature": `t=${noon},v1=${made}` };
  const provider = stripe(secret, { clock: () => noon * 1_000 });
  const { payload } = provider.verify({ headers, body: Buffer.from(order) });
  const times = [noon, Math.floor(Date.now() / 1_000)];
  const [long, now] = times.map((time) => outcomeOf(() => checkTime(`${time}`, {})));
  assert.deepEqual(
    { payload: payload.toString(), "long ago": long, now },
    { payload: order, "long ago": 401, now: "accepted" },
  );
});

test("step 2 · a secret that does not begin with `whsec_`, or that step 1 refuses, is a `TypeError`", () => {
  refusesSecrets(stripe, ["sk_live_abc", "my_whsec_abc", "WHSEC_ABC"]);
});

anySignature(2);
