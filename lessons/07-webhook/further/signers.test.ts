/** What the providers' own packages sign is believed, and what was changed afterwards is not. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { sign as signForGitHub } from "@octokit/webhooks-methods";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import Stripe from "stripe";
import { github, stripe } from "#lesson/07-webhook/signatures.ts";
import { type Provider, SignatureError } from "../given/provider.ts";
import { providerNames, sign } from "./sign.ts";
import { liqpay, providers, standardWebhooks } from "./signatures.ts";

const time = 1_795_381_200;
const clock = () => time * 1_000;
const keys = fc.string({ minLength: 1, unit: "binary" }).map((key) => `whsec_k${key}.`);
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

/** As they come in: `Headers` writes their names in lower case. */
const received = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(new Headers(headers));

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
    const delivery = { headers: received(headers), body: Buffer.from(body) };
    const provider = providers[name](secret, { clock });
    assert.equal(provider.verify(delivery).payload.toString(), json);
  }
});

test("a secret of the wrong kind is refused in a sentence, before anybody sends anything", () => {
  const wrong = ["sk_live_abc", "whsec_", "whsec_!!", "whsec_dGVh\n", "dGVh", ""];
  for (const secret of wrong) {
    assert.throws(
      () => standardWebhooks(secret),
      { name: "TypeError", message: / / },
      secret,
    );
  }
  for (const key of ["", "key\n", " "]) assert.throws(() => liqpay(key), TypeError);
});

/** Made with LiqPay's own rule, by hand: base64(sha1(key + data + key)). */
test("LiqPay: the same data in another form has the same id", () => {
  const data = Buffer.from('{"order_id": 777, "status": "paid"}').toString("base64");
  const signature = createHash("sha1").update(`key${data}key`).digest("base64");
  const verify = (fields: Record<string, string>) => {
    const body = Buffer.from(`${new URLSearchParams(fields)}`);
    return liqpay("key").verify({ headers: {}, body });
  };
  const { id, payload } = verify({ data, signature });
  assert.equal(payload.toString("base64"), data);
  assert.equal(verify({ signature, data }).id, id);
  assert.throws(() => verify({ data, signature: "" }), SignatureError);
  assert.throws(() => verify({ data: "", signature: "" }), SignatureError);
});

test("Standard Webhooks: of several signatures one must fit, of version v1, and its time is about now", () => {
  const provider = standardWebhooks("whsec_dGVh", { clock });
  const { headers, body } = sign.standard("whsec_dGVh", { id: "d-1", time, json: "{}" });
  const own = received(headers);
  const right = own["webhook-signature"] ?? "";
  const of = (signature: string, more = {}) =>
    isBelieved(provider, { ...own, "webhook-signature": signature, ...more }, body);
  assert.equal(of(`v1,AAAA ${right}`), true, "the second of two");
  assert.equal(of(right.replace("v1", "v2")), false, "version 2");
  assert.equal(of(right.slice(3)), false, "no version");
  for (const sent of [String(time - 3_600), "tea"])
    assert.equal(of(right, { "webhook-timestamp": sent }), false, sent);
});
