// A recipe for each provider, and one function that follows any of them.
import * as crypto from "node:crypto";
import type { Clock } from "#bus/contract";
import {
  type Provider,
  type RawDelivery,
  SignatureError,
  type TimeOptions,
} from "#given/07-webhook/given/provider.ts";

/** What one has to know of a provider; the rest is the same for all. */
interface Recipe {
  key: string;
  time?(delivery: RawDelivery): string | undefined;
  signatures(delivery: RawDelivery): Buffer[];
  expected(delivery: RawDelivery): Buffer;
  id?(delivery: RawDelivery): string | undefined;
}

function provider(recipe: Recipe, options: TimeOptions = {}): Provider {
  checkSecret(recipe.key);
  return {
    contentType: "application/json",
    verify(delivery) {
      if (recipe.time) checkTime(recipe.time(delivery) ?? "", options);
      const expected = recipe.expected(delivery);
      const fits = recipe
        .signatures(delivery)
        .filter((one) => one.length === expected.length)
        .some((one) => crypto.timingSafeEqual(one, expected));
      if (!fits) throw new SignatureError("Not signed by whom we know.");
      const print = () =>
        crypto.createHash("sha1").update(delivery.body).digest("base64url");
      return { id: recipe.id?.(delivery) || print(), payload: delivery.body };
    },
  };
}

const mac = (key: string, prefix: string, body: Buffer) =>
  crypto
    .createHmac("sha256", key)
    .update(Buffer.concat([Buffer.from(prefix), body]))
    .digest();

const text = ({ headers }: RawDelivery, name: string) => {
  const value = headers[name];
  return typeof value === "string" ? value : "";
};

export const github = (secret: string): Provider =>
  provider({
    key: secret,
    signatures: (delivery) => {
      const hex = /^sha256=([0-9a-f]{64})$/.exec(
        text(delivery, "x-hub-signature-256"),
      )?.[1];
      return hex ? [Buffer.from(hex, "hex")] : [];
    },
    expected: ({ body }) => mac(secret, "", body),
    id: (delivery) => text(delivery, "x-github-delivery"),
  });

export const stripe = (secret: string, options?: TimeOptions): Provider => {
  checkSecret(secret);
  if (!secret.startsWith("whsec_") || secret.length < 7)
    throw new TypeError("Not a secret of a webhook.");
  const time = (delivery: RawDelivery) =>
    /(?:^|,)t=(\d+)/.exec(text(delivery, "stripe-signature"))?.[1];
  return provider(
    {
      key: secret,
      time,
      signatures: (delivery) =>
        [
          ...text(delivery, "stripe-signature").matchAll(/,v1=([0-9a-f]{64})(?=,|$)/g),
        ].map(([, hex = ""]) => Buffer.from(hex, "hex")),
      expected: (delivery) => mac(secret, `${time(delivery)}.`, delivery.body),
    },
    options,
  );
};

export function checkSecret(secret: string): void {
  const isSound = typeof secret === "string" && /^\S(.*\S)?$/su.test(secret);
  if (!isSound) throw new TypeError("What secret is this?");
}

export function isSame(given: string, expected: string): boolean {
  const one = Buffer.from(given);
  const other = Buffer.from(expected);
  if (one.byteLength !== other.byteLength) return false;
  return crypto.timingSafeEqual(one, other);
}

export function checkTime(time: string, options: TimeOptions): void {
  const { tolerance = 300, clock = Date.now } = options;
  const age = isWhole(time) ? secondsOf(clock) - Number(time) : Number.NaN;
  if (!(age <= tolerance && age >= -tolerance)) throw new SignatureError("Not from now.");
}

function isWhole(time: string): boolean {
  return /^[0-9]+$/.test(time);
}

function secondsOf(clock: Clock): number {
  return Math.floor(clock() / 1_000);
}
