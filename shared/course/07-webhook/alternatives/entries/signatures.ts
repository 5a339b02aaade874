// Classes, and digests compared as bytes: hashing both sides makes them equally long.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import {
  type Provider,
  type RawDelivery,
  SignatureError,
  type SignedDelivery,
  type TimeOptions,
} from "#given/07-webhook/given/provider.ts";

const digest = (text: string) => createHash("sha512").update(text).digest();

export function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

export function checkSecret(secret: string): void {
  if (typeof secret !== "string") throw new TypeError("The secret must be a string.");
  if (secret.length === 0) throw new TypeError("The secret must not be empty.");
  if (/^\s|\s$/.test(secret)) throw new TypeError("The secret has space around it.");
}

export function checkTime(text: string, { tolerance, clock }: TimeOptions): void {
  const time = /^[0-9]{1,15}$/.test(text) ? Number(text) * 1_000 : Number.NaN;
  const now = (clock ?? Date.now)();
  const room = (tolerance ?? 300) * 1_000;
  if (time >= now - room && time <= now + room) return;
  throw new SignatureError("Look at your clock.");
}

abstract class JsonProvider implements Provider {
  readonly contentType = "application/json";
  protected readonly secret: string;

  constructor(secret: string) {
    checkSecret(secret);
    this.secret = secret;
  }

  abstract verify(delivery: RawDelivery): SignedDelivery;

  protected hexOf(...parts: (string | Buffer)[]): string {
    const bytes = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
    return createHmac("sha256", this.secret).update(bytes).digest("hex");
  }

  protected nameOf(body: Buffer): string {
    return createHash("sha3-256").update(body).digest("base64");
  }
}

class GitHub extends JsonProvider {
  verify({ headers, body }: RawDelivery): SignedDelivery {
    const given = headers["x-hub-signature-256"];
    if (typeof given !== "string" || !isSame(given, `sha256=${this.hexOf(body)}`))
      throw new SignatureError("Not from GitHub.");
    const id = headers["x-github-delivery"];
    const named = typeof id === "string" && id !== "";
    return { id: named ? id : this.nameOf(body), payload: body };
  }
}

class Stripe extends JsonProvider {
  readonly #options: TimeOptions;

  constructor(secret: string, options: TimeOptions) {
    super(secret);
    const [, key] = /^whsec_(.+)$/s.exec(secret) ?? [];
    if (key === undefined) throw new TypeError("whsec_ is missing, or all there is.");
    this.#options = options;
  }

  verify({ headers, body }: RawDelivery): SignedDelivery {
    const fields = `${headers["stripe-signature"] ?? ""}`
      .split(",")
      .map((field) => [
        field.slice(0, field.indexOf("=")),
        field.slice(field.indexOf("=") + 1),
      ]);
    // The last time is the one that counts, for both.
    const time = new Map(fields.map(([name, value]) => [name, value])).get("t") ?? "";
    checkTime(time, this.#options);
    const right = this.hexOf(time, ".", body);
    for (const [name, value = ""] of fields) {
      if (name === "v1" && isSame(value, right))
        return { id: this.nameOf(body), payload: body };
    }
    throw new SignatureError("Not from Stripe.");
  }
}

export function github(secret: string): Provider {
  return new GitHub(secret);
}

export function stripe(secret: string, options: TimeOptions = {}): Provider {
  return new Stripe(secret, options);
}
