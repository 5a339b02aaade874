import type { Logger, Write } from "#given/02-events-and-listeners/given/listeners.ts";
import { todo } from "#todo";

/**
 * Makes a listener that writes one line per event: when it happened, its name, what it carries.
 *
 *     2026-01-31T09:30:00.000Z user.registered {"userId":7,"name":"Ann"}
 */
export function createLogger(write: Write): Logger {
  return (data, event) => todo(2, "write the time, the name and the data of the event");
}
