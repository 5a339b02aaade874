/** Two more ways to sign, made of the pieces of steps 1 and 2. */
import { createHash } from "node:crypto";
import {
  fingerprint,
  headerOf,
  hmac,
  type Provider,
  SignatureError,
  type TimeOptions,
} from "#given/07-webhook/given/provider.ts";
import {
  checkSecret,
  checkTime,
  github,
  isSame,
  stripe,
} from "#lesson/07-webhook/signatures.ts";
import type { ProviderName } from "./sign.ts";

/**
 * Standard Webhooks: `webhook-signature: v1,…` with the HMAC-SHA256 of `id.time.body` in base64;
 * several may stand there, split by spaces, and only those of version `v1` count. The key is what
 * the secret holds in base64 after `whsec_`.
 *
 * @throws TypeError if the secret does not begin with `whsec_`, or holds no key in base64
 */
export function standardWebhooks(secret: string, options: TimeOptions = {}): Provider {
  checkSecret(secret);
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  if (!secret.startsWith("whsec_") || !holds(secret.slice("whsec_".length), key)) {
    throw new TypeError(
      "A secret of Standard Webhooks is whsec_ and a key in base64. Is it another key?",
    );
  }
  return {
    contentType: "application/json",
    verify({ headers, body }) {
      const id = headerOf(headers, "webhook-id");
      const time = headerOf(headers, "webhook-timestamp");
      checkTime(time, options);
      const expected = `v1,${hmac(key, `${id}.${time}.`, body).toString("base64")}`;
      const signatures = headerOf(headers, "webhook-signature").split(" ");
      if (!signatures.some((signature) => isSame(signature, expected))) {
        throw new SignatureError("No webhook-signature fits this id, time and body.");
      }
      return { id, payload: body };
    },
  };
}

/** Base64 that holds nothing, or that Node reads only in part, is not a key. */
function holds(base64: string, key: Buffer): boolean {
  const bare = (text: string) => text.replace(/=+$/, "");
  return key.length > 0 && bare(key.toString("base64")) === bare(base64);
}

/**
 * LiqPay: a form with the fields `data`, which is JSON in base64, and `signature`, which is the SHA-1
 * of private key, data and private key in base64. The id is the fingerprint of what `data` holds: the
 * same data can be written into a form in more than one way.
 *
 * @throws TypeError if the private key makes no sense
 */
export function liqpay(privateKey: string): Provider {
  checkSecret(privateKey);
  return {
    contentType: "application/x-www-form-urlencoded",
    verify({ body }) {
      const form = new URLSearchParams(body.toString("utf8"));
      const data = form.get("data") ?? "";
      const expected = createHash("sha1")
        .update(privateKey + data + privateKey)
        .digest("base64");
      if (!isSame(form.get("signature") ?? "", expected)) {
        throw new SignatureError("The field signature does not fit the field data.");
      }
      const payload = Buffer.from(data, "base64");
      return { id: fingerprint(payload), payload };
    },
  };
}

/** Every provider by the name that `WEBHOOK_PROVIDER` gives it. */
export const providers: Record<
  ProviderName,
  (secret: string, options?: TimeOptions) => Provider
> = {
  github,
  stripe,
  standard: standardWebhooks,
  liqpay,
};
