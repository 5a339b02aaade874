import { createHash, createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Clock } from "#bus/contract";
import { Problem } from "./problem.ts";

/** A delivery as it came in: nobody knows yet who sent it. */
export interface RawDelivery {
  /** Their names are in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** Byte for byte what was sent. */
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

/** Options for providers that sign the time. */
export interface TimeOptions {
  /** How far the time of a delivery may be from ours, in seconds, both ways. Default: 300. */
  tolerance?: number;
  /** The time now, in ms. Default: `Date.now`. */
  clock?: Clock;
}

/** Why nobody believes a delivery. Answered with 401. */
export class SignatureError extends Problem {
  override readonly name = "SignatureError";

  constructor(detail: string) {
    super(401, detail);
  }
}

/** A header as a string, whatever the case of its name; empty if it is not there. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string {
  return String(headers[name.toLowerCase()] ?? "");
}

/** The values of all fields of a name in `name=value,name=value`, in order. */
export function valuesOf(header: string, name: string): string[] {
  const fields = header.split(",").filter((field) => field.startsWith(`${name}=`));
  return fields.map((field) => field.slice(name.length + 1));
}

/** The HMAC-SHA256 of all parts, one after the other. */
export function hmac(secret: string | Buffer, ...parts: (string | Buffer)[]): Buffer {
  const sum = createHmac("sha256", secret);
  for (const part of parts) sum.update(part);
  return sum.digest();
}

/** A name for some bytes: other bytes have another one. */
export function fingerprint(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
