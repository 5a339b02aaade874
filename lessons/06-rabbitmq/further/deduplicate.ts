import { type BusEvent, safely } from "#bus/contract";
import type { Work } from "#bus/rabbit-contract";

export interface DeduplicateOptions {
  /** How many ids are remembered: at least this number, at most twice as many. Default: 100,000. */
  remember?: number;
  /** Is called with each event that was dropped because its work is done already. */
  onDuplicate?: (event: BusEvent) => unknown;
}

/**
 * Work that is done once for each event id, however often the event is delivered. Work that failed
 * is not done, so a retry does it again. The ids are in memory: they end with the process, and
 * another copy of the worker does not know them. Where twice would hurt, such as with money, write
 * the id into the same database, in the same transaction, as what the work changes.
 */
export function deduplicate(work: Work, options: DeduplicateOptions = {}): Work {
  const { remember = 100_000 } = options;
  const onDuplicate = safely("onDuplicate", options.onDuplicate ?? (() => {}));
  const inHand = new Map<string, Promise<unknown>>();
  // Two sets, the older of which is dropped as a whole: cheaper than finding the oldest id.
  let done = new Set<string>();
  let doneBefore = new Set<string>();

  return async (event, message) => {
    if (done.has(event.id) || doneBefore.has(event.id)) return onDuplicate(event);
    const first = inHand.get(event.id);
    if (first) {
      await first;
      return onDuplicate(event);
    }
    const doing = (async () => work(event, message))();
    inHand.set(event.id, doing);
    try {
      await doing;
    } finally {
      inHand.delete(event.id);
    }
    if (done.size >= remember) {
      doneBefore = done;
      done = new Set();
    }
    done.add(event.id);
  };
}
