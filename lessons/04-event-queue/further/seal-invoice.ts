import { createHash } from "node:crypto";

export interface Invoice {
  readonly orderId: number;
  /** What the order costs, in kopiykas. */
  readonly total: number;
  /** How often the seal is hashed: 100,000 rounds take a good part of a second. */
  readonly rounds: number;
}

/**
 * Seals an invoice so that a changed one is found out: a hash of a hash of a hash. It computes
 * without a pause, which is what a thread of its own is for.
 */
export function handle({ orderId, total, rounds }: Invoice): string {
  let seal = `${orderId}:${total}`;
  for (let round = 0; round < rounds; round++) {
    seal = createHash("sha256").update(seal).digest("hex");
  }
  return seal;
}
