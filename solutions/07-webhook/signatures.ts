import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Clock } from "#bus/contract";
import { Problem } from "#given/07-webhook/problem.ts";

/** A delivery as it came in: nobody knows yet who sent it. */
export interface RawDelivery {
  readonly headers: IncomingHttpHeaders;
  /** Byte for byte what was sent. A signature is over these, not over what they mean. */
  readonly body: Buffer;
}

/** A delivery whose sender knows the secret. */
export interface SignedDelivery {
  /** The same for each attempt to deliver the same news. */
  readonly id: string;
  /** The bytes that hold the JSON. */
  readonly payload: Buffer;
}

/** One provider's way to sign its webhooks. */
export interface Provider {
  /** The type of the bodies that it sends. */
  readonly contentType: string;
  /** @throws SignatureError if the delivery is not signed, or not with this secret */
  verify(delivery: RawDelivery): SignedDelivery;
}

/** What providers that sign the time can be told. */
export interface TimeOptions {
  /** How far the time of a delivery may be from ours, in seconds, both ways, also 0. Default: 300. */
  tolerance?: number;
  /** Default: `Date.now`. */
  clock?: Clock;
}

/** Why nobody believes a delivery. Answered with 401. */
export class SignatureError extends Problem {
  override readonly name = "SignatureError";

  /** @param detail one sentence; it must not tell what the signature should have been */
  constructor(detail: string) {
    super(401, detail);
  }
}

/**
 * GitHub: `X-Hub-Signature-256: sha256=` and the HMAC-SHA256 of the body in hex. The id is in
 * `X-GitHub-Delivery`; without one, the body's fingerprint takes its place.
 *
 * @throws TypeError if the secret is empty
 */
export function github(secret: string): Provider {
  demandSecret(secret);
  return {
    contentType: "application/json",
    verify({ headers, body }) {
      const signature = headerOf(headers, "x-hub-signature-256");
      if (!isSame(signature, `sha256=${hmac(secret, body).toString("hex")}`)) {
        throw new SignatureError("X-Hub-Signature-256 is missing or does not fit.");
      }
      const id = headerOf(headers, "x-github-delivery") || fingerprint(body);
      return { id, payload: body };
    },
  };
}

/**
 * Stripe: `Stripe-Signature: t=1614265330,v1=…`, with the HMAC-SHA256 of `time.body` in hex. There
 * may be several `v1`, of which one must fit; other names, such as `v0`, do not count. The id is the
 * body's fingerprint: a redelivery has a new time, and the same body.
 *
 * @throws TypeError if the secret is empty
 */
export function stripe(secret: string, options: TimeOptions = {}): Provider {
  demandSecret(secret);
  return {
    contentType: "application/json",
    verify({ headers, body }) {
      const fields = headerOf(headers, "stripe-signature").split(",");
      const valuesOf = (name: string) =>
        fields
          .filter((field) => field.startsWith(`${name}=`))
          .map((field) => field.slice(name.length + 1));
      const [time = ""] = valuesOf("t");
      demandNow(time, options);
      const expected = hmac(secret, `${time}.`, body).toString("hex");
      if (!valuesOf("v1").some((signature) => isSame(signature, expected))) {
        throw new SignatureError("No v1 of Stripe-Signature fits this time and body.");
      }
      return { id: fingerprint(body), payload: body };
    },
  };
}

/**
 * Standard Webhooks: `webhook-signature: v1,…` with the HMAC-SHA256 of `id.time.body` in base64; several
 * may stand there, divided by spaces, and only those of version `v1` count. The key is what the secret
 * holds in base64 after `whsec_`.
 *
 * @throws TypeError if the secret holds no key
 */
export function standardWebhooks(secret: string, options: TimeOptions = {}): Provider {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  demandSecret(key);
  return {
    contentType: "application/json",
    verify({ headers, body }) {
      const id = headerOf(headers, "webhook-id");
      const time = headerOf(headers, "webhook-timestamp");
      demandNow(time, options);
      const expected = `v1,${hmac(key, `${id}.${time}.`, body).toString("base64")}`;
      const signatures = headerOf(headers, "webhook-signature").split(" ");
      if (!signatures.some((signature) => isSame(signature, expected))) {
        throw new SignatureError("No webhook-signature fits this id, time and body.");
      }
      return { id, payload: body };
    },
  };
}

/** What LiqPay can be told. */
export interface LiqPayOptions {
  /** In case the provider's page names another one. Default: `sha1`. */
  hash?: "sha1" | "sha3-256";
}

/**
 * LiqPay: a form with the fields `data`, which is JSON in base64, and `signature`, which is the hash
 * of private key, data and private key in base64. The id is the fingerprint of what `data` holds: the
 * same data can be written into a form in more than one way.
 *
 * @throws TypeError if the private key is empty
 */
export function liqpay(privateKey: string, options: LiqPayOptions = {}): Provider {
  demandSecret(privateKey);
  const { hash = "sha1" } = options;
  return {
    contentType: "application/x-www-form-urlencoded",
    verify({ body }) {
      const form = new URLSearchParams(body.toString("utf8"));
      const data = form.get("data") ?? "";
      const expected = createHash(hash)
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

/** @throws TypeError if the secret is empty: everybody knows that one */
function demandSecret(secret: string | Buffer): void {
  if (secret.length === 0)
    throw new TypeError("The secret is empty: anybody could sign.");
}

/** A header as text; empty if it is not there. */
function headerOf(headers: IncomingHttpHeaders, name: string): string {
  return String(headers[name] ?? "");
}

function hmac(secret: string | Buffer, ...parts: (string | Buffer)[]): Buffer {
  const sum = createHmac("sha256", secret);
  for (const part of parts) sum.update(part);
  return sum.digest();
}

/** Takes equally long wherever the first difference is, so that nobody can guess sign by sign. */
function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** @throws SignatureError if the time, in seconds since 1970, is not about now */
function demandNow(time: string, options: TimeOptions): void {
  const { tolerance = 300, clock = Date.now } = options;
  const away = Math.abs(clock() / 1_000 - Number(time));
  // Of what is no number, `away` is NaN, and that is larger than nothing.
  if (!/^\d+$/.test(time) || away > tolerance) {
    throw new SignatureError(
      `The signature was not made within ${tolerance} seconds of now.`,
    );
  }
}

/** A name for some bytes: other bytes have another one. */
function fingerprint(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
