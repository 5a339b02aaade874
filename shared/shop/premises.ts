import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Customer, OrderItem } from "#given/03-online-shop/shop-events.ts";
import type { Surroundings, Transport } from "./shop.ts";

/** Runs `use` in a place where a shop can be opened, and opened again; afterwards nothing is left. */
export async function withPremises(
  transport: Transport,
  brokerUrl: string | undefined,
  use: (around: Surroundings) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "one-shop-"));
  const around: Surroundings = {
    ...{ folder, name: `shop-${randomUUID()}`, onSent: () => {}, onGivenUp: () => {} },
    ...(transport.needs && brokerUrl !== undefined && { brokerUrl }),
  };
  try {
    await use(around);
  } finally {
    await transport.forget?.(around);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A customer whom no other one can be mistaken for. */
export function customer(number: number): Customer {
  return {
    email: `customer-${number}@example.com`,
    phone: `+38044${String(number).padStart(7, "0")}`,
  };
}

export const tea: OrderItem = { name: "green tea", quantity: 2, price: 45_00 };

/** Waits until the condition holds; gives up after the given ms, and returns whether it holds. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  patience: number,
): Promise<boolean> {
  const end = performance.now() + patience;
  while (!(await condition())) {
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return true;
}
