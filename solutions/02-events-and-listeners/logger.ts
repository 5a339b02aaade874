import type { Logger, Write } from "#given/02-events-and-listeners/given/listeners.ts";

/**
 * Makes a listener that writes one line per event: when it happened, its name, what it carries.
 *
 *     2026-01-31T09:30:00.000Z user.registered {"userId":7,"name":"Ann"}
 */
export function createLogger(write: Write): Logger {
  return (data, event) => {
    const time = new Date(event.timestamp).toISOString();
    return write(`${time} ${event.name} ${JSON.stringify(data)}`);
  };
}
