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
import { todo } from "#todo";

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
      return todo(1, "compare the header with the HMAC of the body");
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
  // Step 2: a secret that does not begin with whsec_ is another key.
  return {
    contentType: "application/json",
    verify({ headers, body }) {
      return todo(2, "check the time, then compare every v1 with your own");
    },
  };
}

/** @throws TypeError if the secret is not a string, is empty, or has white space at an end */
export function checkSecret(secret: string): void {
  todo(1, "refuse a secret that makes no sense");
}

/** Takes equally long wherever the first difference is, so that nobody can guess piece by piece. */
export function isSame(given: string, expected: string): boolean {
  return todo(1, "compare the bytes of both with timingSafeEqual");
}

/** @throws SignatureError if the time, in seconds since 1970, is not about now */
export function checkTime(time: string, options: TimeOptions): void {
  todo(2, "refuse a time that is not a number, or too far from the clock either way");
}
