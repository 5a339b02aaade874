import type { BusEvent } from "#bus/contract";
import type { Write } from "#given/02-events-and-listeners/given/listeners.ts";

/** Adds the line break itself. */
export function createLogger(write: Write) {
  return function logger(data: unknown, event: BusEvent): void {
    const parts = [
      new Date(event.timestamp).toJSON(),
      event.name,
      JSON.stringify(event.data),
    ];
    write(`${parts.join(" ")}\n`);
  };
}
