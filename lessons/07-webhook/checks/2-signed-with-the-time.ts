import assert from "node:assert/strict";
import { test } from "node:test";
import { stripe } from "#lesson/07-webhook/signatures.ts";
import { anySignature } from "./any-signature.ts";
import { order, refusesSecrets } from "./desk.ts";

const noon = 1_614_265_330;
/** Made with the package `stripe`. */
const made = "09ecafeaaa4f119866f2b85805346e1d43eb7e92a7cd04a68d142cd37a1384e3";

test("step 2 · what Stripe's own package has signed is accepted", () => {
  const headers = { "stripe-signature": `t=${noon},v1=${made}` };
  const provider = stripe("whsec_tea", { clock: () => noon * 1_000 });
  const { payload } = provider.verify({ headers, body: Buffer.from(order) });
  assert.deepEqual({ payload: payload.toString() }, { payload: order });
});

test("step 2 · a secret that does not begin with `whsec_`, or that step 1 refuses, is a `TypeError`", () => {
  refusesSecrets(stripe, ["sk_live_abc", "my_whsec_abc", "WHSEC_ABC"]);
});

anySignature(2);
