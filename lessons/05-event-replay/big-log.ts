import { closeSync, openSync, writeSync } from "node:fs";
import { createEvent } from "#bus/contract";

/** This many events are made; then the same block is written again and again. */
const BLOCK = 10_000;

/** An order as the shop writes it: about 150 bytes in a line. */
export function exampleOrder(orderId: number) {
  const data = { orderId, email: "ann@example.com", total: 125_50 };
  return createEvent("order.created", data, Date.UTC(2026, 0, 31) + orderId);
}

/** Writes a log of at least that many bytes, as fast as the disk takes it; returns its length. */
export function writeBigLog(path: string, bytes: number): number {
  const events = Array.from({ length: BLOCK }, (_, orderId) => exampleOrder(orderId));
  const block = Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  const file = openSync(path, "w");
  let written = 0;
  try {
    while (written < bytes) written += writeSync(file, block);
  } finally {
    closeSync(file);
  }
  return written;
}
