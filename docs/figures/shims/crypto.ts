/** `node:crypto` with SHA-256, which the browser has only for those who can wait. */
import sha256 from "fast-sha256";
import { Buffer } from "./globals.ts";

type Content = string | Uint8Array;

export function createHash(name: string) {
  return digesting(name, new sha256.Hash());
}

export function createHmac(name: string, secret: Content) {
  return digesting(name, new sha256.HMAC(Buffer.from(secret)));
}

export function timingSafeEqual(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length;
  for (const [at, byte] of one.entries()) difference |= byte ^ (other[at] ?? 0);
  return difference === 0;
}

function digesting(
  name: string,
  hash: { update(bytes: Uint8Array): unknown; digest(): Uint8Array },
) {
  if (name !== "sha256") throw new Error(`This page knows SHA-256, and not ${name}.`);
  return {
    update(content: Content) {
      hash.update(Buffer.from(content));
      return this;
    },
    digest(encoding?: string): Buffer | string {
      const bytes = Buffer.from(hash.digest());
      return encoding === undefined ? bytes : bytes.toString(encoding);
    },
  };
}
