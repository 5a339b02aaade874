import assert from "node:assert/strict";
import { test } from "node:test";
import { stripe } from "#lesson/07-webhook/signatures.ts";
import { anySignature, RULES } from "./any-signature.ts";
import {
  compareSafely,
  macOf,
  order,
  outcomeOf,
  refusesSecrets,
  secret,
} from "./desk.ts";

const noon = 1_614_265_330;
/** Made with the package `stripe`. */
const made = "09ecafeaaa4f119866f2b85805346e1d43eb7e92a7cd04a68d142cd37a1384e3";

function verify(
  time: number,
  signature = macOf(secret, `${time}.`, order),
  clock?: () => number,
) {
  const headers = { "stripe-signature": `t=${time},v1=${signature}` };
  const provider = clock ? stripe("whsec_tea", { clock }) : stripe(secret);
  return provider.verify({ headers, body: Buffer.from(order) });
}

test("step 2 · what Stripe's own package has signed is accepted", () => {
  const { payload } = verify(noon, made, () => noon * 1_000);
  assert.deepEqual({ payload: payload.toString() }, { payload: order });
});

test(`step 2 · ${RULES.clock}`, () => {
  const now = Math.floor(Date.now() / 1_000);
  const at = (time: number) => outcomeOf(() => verify(time));
  assert.deepEqual(
    { now: at(now), "an hour ago": at(now - 3_600), "in an hour": at(now + 3_600) },
    { now: "accepted", "an hour ago": 401, "in an hour": 401 },
  );
});

test(`step 2 · ${RULES.again}`, (t) => {
  const now = Math.floor(Date.now() / 1_000);
  compareSafely(t, (one) => verify(now, one), [macOf(secret, `${now}.`, order), made]);
});

test("step 2 · a secret that does not begin with `whsec_`, or that step 1 refuses, is a `TypeError`", () => {
  refusesSecrets(stripe, ["sk_live_abc", "my_whsec_abc", "WHSEC_ABC"]);
});

anySignature(2);
