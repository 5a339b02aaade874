import { timingSafeEqual } from "node:crypto";
import {
  fingerprint,
  headerOf,
  hmac,
  type Provider,
  SignatureError,
  type TimeOptions,
  valuesOf,
} from "#given/07-webhook/given/provider.ts";

/**
 * GitHub: `X-Hub-Signature-256: sha256=` and the HMAC-SHA256 of the body in hex. The id is in
 * `X-GitHub-Delivery`; without one, the body's fingerprint takes its place.
 *
 * @throws TypeError if the secret makes no sense
 */
export function github(secret: string): Provider {
  checkSecret(secret);
  return {
    contentType: "application/json",
    verify({ headers, body }) {
      const expected = `sha256=${hmac(secret, body).toString("hex")}`;
      if (!isSame(headerOf(headers, "x-hub-signature-256"), expected)) {
        throw new SignatureError("X-Hub-Signature-256 is missing or does not fit.");
      }
      const id = headerOf(headers, "x-github-delivery") || fingerprint(body);
      return { id, payload: body };
    },
  };
}

/**
 * Stripe: `Stripe-Signature: t=1614265330,v1=…`, with the HMAC-SHA256 of `time.body` in hex. There
 * may be several `v1`, of which one must fit; other names, such as `v0`, do not count. The id is
 * the body's fingerprint: a redelivery has a new time and the same body.
 *
 * @throws TypeError if the secret makes no sense
 */
export function stripe(secret: string, options: TimeOptions = {}): Provider {
  checkSecret(secret);
  if (!secret.startsWith("whsec_")) {
    throw new TypeError("Stripe's secret for webhooks begins with whsec_.");
  }
  return {
    contentType: "application/json",
    verify({ headers, body }) {
      const header = headerOf(headers, "stripe-signature");
      const [time = ""] = valuesOf(header, "t");
      checkTime(time, options);
      const expected = hmac(secret, `${time}.`, body).toString("hex");
      if (!valuesOf(header, "v1").some((signature) => isSame(signature, expected))) {
        throw new SignatureError("No v1 of Stripe-Signature fits this time and body.");
      }
      return { id: fingerprint(body), payload: body };
    },
  };
}

/** @throws TypeError if the secret is not a string, is empty, or has white space at an end */
export function checkSecret(secret: string): void {
  if (typeof secret !== "string" || secret === "" || secret !== secret.trim()) {
    throw new TypeError("The secret is empty, or has a space or line break at an end.");
  }
}

/** Takes equally long wherever the first difference is, so that nobody can guess piece by piece. */
export function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** @throws SignatureError if the time, in seconds since 1970, is not about now */
export function checkTime(time: string, options: TimeOptions): void {
  const { tolerance = 300, clock = Date.now } = options;
  const away = Math.abs(clock() / 1_000 - Number(time));
  if (!/^\d+$/.test(time) || away > tolerance) {
    throw new SignatureError(`It was not signed within ${tolerance} seconds of now.`);
  }
}
