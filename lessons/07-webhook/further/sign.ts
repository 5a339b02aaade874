/** The other side: signs deliveries as the providers do. */
import { createHash, createHmac } from "node:crypto";

export const providerNames = ["github", "stripe", "standard", "liqpay"] as const;

export type ProviderName = (typeof providerNames)[number];

/** What a provider sends. */
export interface Sent {
  readonly headers: Record<string, string>;
  readonly body: string;
}

export interface Delivery {
  readonly id: string;
  /** In seconds since 1970-01-01 UTC. */
  readonly time: number;
  readonly json: string;
}

type Sign = (secret: string, delivery: Delivery) => Sent;

const json = { "Content-Type": "application/json" };

/** @param secret what sender and receiver share; that of `standard` begins with `whsec_` */
export const sign: Record<ProviderName, Sign> = {
  github: (secret, delivery) => ({
    headers: {
      ...json,
      "X-Hub-Signature-256": `sha256=${hmac(secret, delivery.json, "hex")}`,
      "X-GitHub-Delivery": delivery.id,
    },
    body: delivery.json,
  }),
  stripe: (secret, { time, json: body }) => ({
    headers: {
      ...json,
      "Stripe-Signature": `t=${time},v1=${hmac(secret, `${time}.${body}`, "hex")}`,
    },
    body,
  }),
  standard: (secret, { id, time, json: body }) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    return {
      headers: {
        ...json,
        "webhook-id": id,
        "webhook-timestamp": String(time),
        "webhook-signature": `v1,${hmac(key, `${id}.${time}.${body}`, "base64")}`,
      },
      body,
    };
  },
  liqpay: (secret, delivery) => {
    const data = Buffer.from(delivery.json).toString("base64");
    const signature = createHash("sha1")
      .update(secret + data + secret)
      .digest("base64");
    return {
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ data, signature }).toString(),
    };
  },
};

function hmac(secret: string | Buffer, text: string, encoding: "hex" | "base64"): string {
  return createHmac("sha256", secret).update(text).digest(encoding);
}
