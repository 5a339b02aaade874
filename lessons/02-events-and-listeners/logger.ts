import type { Listener } from "#bus/contract";
import type { ShopEvents } from "#given/02-events-and-listeners/catalogue.ts";
import { todo } from "#todo";

/** Where a line goes: to the terminal, to a file, or to a list in a test. */
export type Write = (line: string) => unknown;

/**
 * Makes a listener that writes one line per event: when it happened, its name, what it carries.
 *
 *     2026-01-31T09:30:00.000Z user.registered {"userId":7,"name":"Ann"}
 */
export function createLogger(write: Write): Listener<ShopEvents, "#"> {
  return (data, event) => todo(3, "write the time, the name and the data of the event");
}
