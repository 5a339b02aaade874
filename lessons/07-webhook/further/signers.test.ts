/** What the providers' own packages sign is believed, and what was changed afterwards is not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sign as signForGitHub } from "@octokit/webhooks-methods";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import Stripe from "stripe";
import { github, stripe } from "#lesson/07-webhook/signatures.ts";
import { type Provider, SignatureError } from "../given/provider.ts";
import { providerNames, sign } from "./sign.ts";
import { providers, standardWebhooks } from "./signatures.ts";

const time = 1_795_381_200;
const clock = () => time * 1_000;
const keys = fc.string({ minLength: 1, unit: "binary" }).map((key) => `whsec_${key}.`);
const bodies = fc.string({ minLength: 1, unit: "binary" });
const ids = fc.stringMatching(/^[\w-]{1,40}$/);

function isBelieved(
  provider: Provider,
  headers: Record<string, string>,
  body: string,
): boolean {
  try {
    provider.verify({ headers, body: Buffer.from(body) });
    return true;
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    return false;
  }
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  const entries = Object.entries(headers);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
}

test("GitHub: what @octokit/webhooks-methods signs is believed, byte for byte", async () => {
  await fc.assert(
    fc.asyncProperty(keys, bodies, async (key, body) => {
      const headers = { "x-hub-signature-256": await signForGitHub(key, body) };
      assert.equal(isBelieved(github(key), headers, body), true);
      assert.equal(isBelieved(github(key), headers, `${body} `), false);
      assert.equal(isBelieved(github(`x${key}`), headers, body), false);
    }),
  );
});

test("Stripe: what the package stripe signs is believed, byte for byte", () => {
  const { webhooks } = new Stripe("sk_test_no_account");
  fc.assert(
    fc.property(keys, bodies, fc.integer({ min: -300, max: 300 }), (key, body, away) => {
      const signature = webhooks.generateTestHeaderString({
        ...{ payload: body, secret: key, timestamp: time + away },
      });
      const headers = { "stripe-signature": signature };
      assert.equal(isBelieved(stripe(key, { clock }), headers, body), true);
      assert.equal(isBelieved(stripe(key, { clock }), headers, `${body} `), false);
      assert.equal(isBelieved(stripe(`${key}x`, { clock }), headers, body), false);
    }),
  );
});

test("Standard Webhooks: what its package signs is believed, byte for byte", () => {
  const secrets = fc
    .uint8Array({ minLength: 1 })
    .map((bytes) => `whsec_${Buffer.from(bytes).toString("base64")}`);
  fc.assert(
    fc.property(secrets, ids, bodies, (secret, id, body) => {
      const headers = {
        "webhook-id": id,
        "webhook-timestamp": String(time),
        "webhook-signature": new Webhook(secret).sign(id, new Date(time * 1_000), body),
      };
      const provider = standardWebhooks(secret, { clock });
      assert.equal(isBelieved(provider, headers, body), true);
      assert.equal(isBelieved(provider, headers, `${body} `), false);
      assert.equal(
        isBelieved(provider, { ...headers, "webhook-id": `${id}x` }, body),
        false,
      );
    }),
  );
});

test("what `npm run lesson 7 sign` makes is believed by each provider", () => {
  const secret = "whsec_dGVh";
  for (const name of providerNames) {
    const json = '{"order_id": 777, "status": "created"}';
    const { headers, body } = sign[name](secret, { id: "d-1", time, json });
    const delivery = { headers: lowerCase(headers), body: Buffer.from(body) };
    const provider = providers[name](secret, { clock });
    assert.equal(provider.verify(delivery).payload.toString(), json);
  }
});
