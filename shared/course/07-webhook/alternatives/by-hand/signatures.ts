import * as crypto from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Clock } from "#bus/contract";
import { Problem } from "#given/07-webhook/problem.ts";

export interface RawDelivery {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface SignedDelivery {
  readonly id: string;
  readonly payload: Buffer;
}

export interface Provider {
  readonly contentType: string;
  verify(delivery: RawDelivery): SignedDelivery;
}

export interface TimeOptions {
  tolerance?: number;
  clock?: Clock;
}

export interface LiqPayOptions {
  hash?: "sha1" | "sha3-256";
}

export class SignatureError extends Problem {
  override readonly name = "SignatureError";

  constructor(detail: string) {
    super(401, detail);
  }
}

/** What one has to know of a provider; the rest is the same for all. */
interface Recipe {
  key: string | Buffer;
  type?: string;
  time?(delivery: RawDelivery): string | undefined;
  signatures(delivery: RawDelivery): Buffer[];
  expected(delivery: RawDelivery): Buffer;
  payload?(delivery: RawDelivery): Buffer;
  id?(delivery: RawDelivery): string | undefined;
}

function provider(
  recipe: Recipe,
  { tolerance = 300, clock = Date.now }: TimeOptions = {},
): Provider {
  if (recipe.key.length === 0) throw new TypeError("A secret must not be empty.");
  return {
    contentType: recipe.type ?? "application/json",
    verify(delivery) {
      if (recipe.time) {
        const time = recipe.time(delivery);
        const isWhole = /^[0-9]+$/.test(time ?? "");
        const age = isWhole ? Math.floor(clock() / 1000) - Number(time) : Number.NaN;
        if (!(age <= tolerance && age >= -tolerance))
          throw new SignatureError("Not from now.");
      }
      const expected = recipe.expected(delivery);
      const fits = recipe
        .signatures(delivery)
        .filter((one) => one.length === expected.length)
        .some((one) => crypto.timingSafeEqual(one, expected));
      if (!fits) throw new SignatureError("Not signed by whom we know.");
      const payload = recipe.payload?.(delivery) ?? delivery.body;
      const print = () => crypto.createHash("sha1").update(payload).digest("base64url");
      return { id: recipe.id?.(delivery) || print(), payload };
    },
  };
}

const mac = (key: string | Buffer, prefix: string, body: Buffer) =>
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

export const standardWebhooks = (secret: string, options?: TimeOptions): Provider => {
  const key = Buffer.from(secret.split("whsec_").at(-1) ?? "", "base64");
  const time = (delivery: RawDelivery) => text(delivery, "webhook-timestamp");
  return provider(
    {
      key,
      time,
      signatures: (delivery) =>
        text(delivery, "webhook-signature")
          .split(" ")
          .map((each) => each.split(","))
          .filter(([version]) => version === "v1")
          .map(([, base64 = ""]) => Buffer.from(base64, "base64")),
      expected: (delivery) =>
        mac(key, `${text(delivery, "webhook-id")}.${time(delivery)}.`, delivery.body),
      id: (delivery) => text(delivery, "webhook-id"),
    },
    options,
  );
};

export const liqpay = (
  privateKey: string,
  { hash = "sha1" }: LiqPayOptions = {},
): Provider => {
  const field = ({ body }: RawDelivery, name: string) =>
    new URLSearchParams(String(body)).get(name) ?? "";
  return provider({
    key: privateKey,
    type: "application/x-www-form-urlencoded",
    signatures: (delivery) => [Buffer.from(field(delivery, "signature"), "base64")],
    expected: (delivery) =>
      crypto
        .createHash(hash)
        .update(privateKey)
        .update(field(delivery, "data"))
        .update(privateKey)
        .digest(),
    payload: (delivery) => Buffer.from(field(delivery, "data"), "base64"),
  });
};
