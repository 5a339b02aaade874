import { statSync } from "node:fs";
import type { Bus } from "#bus/contract";
import { readEvents } from "#bus/event-log";
import { lazyTimers } from "#bus/lazy-timers";
import { matches } from "#bus/wildcards";

/** How far a replay has come. */
export interface ReplayProgress {
  /** Events delivered so far. */
  replayed: number;
  /** How much of the file has been read, in bytes. */
  bytes: number;
  /** How long the file is, in bytes. */
  totalBytes: number;
}

export interface PaceOptions {
  /** Only events whose name matches, by the rules of `subscribe`. */
  pattern?: string;
  /** Keep the pauses between these events, but 10 times as short for a pace of 10. Default: no pauses. */
  pace?: number;
  /** Waits that many milliseconds. Tests hand in their own. */
  wait?: (ms: number) => Promise<unknown>;
  /** Is called after each piece of the file, and at its end. */
  onProgress?: (progress: ReplayProgress) => void;
}

/**
 * Delivers the events of a log to a bus with the pauses they had, or faster: so one can watch a
 * day in the shop within a minute. Returns how many were delivered.
 *
 * @throws RangeError if the pace is not a number above 0
 * @throws LogError as `readEvents` does
 */
export async function replayAtPace(
  bus: Bus,
  path: string,
  options: PaceOptions = {},
): Promise<number> {
  const { pattern = "#", pace, wait = waitFor, onProgress } = options;
  if (pace !== undefined && !(pace > 0 && Number.isFinite(pace)))
    throw new RangeError(`pace is a number above 0, such as 10; got ${pace}.`);
  let replayed = 0;
  let last: number | undefined;
  let due = 0;
  for await (const { events, bytes } of readEvents(path)) {
    for (const event of events) {
      if (!matches(pattern, event.name)) continue;
      // A clock that was set back makes no pause. Pauses too short for a timer add up.
      if (pace) due += Math.max(0, event.timestamp - (last ?? event.timestamp)) / pace;
      last = event.timestamp;
      if (due >= 1) {
        const ms = due;
        due = 0;
        await wait(ms);
      }
      bus.deliver(event);
      replayed += 1;
    }
    onProgress?.({ replayed, bytes, totalBytes: Math.max(bytes, statSync(path).size) });
  }
  return replayed;
}

/** Waits, for months if need be. */
export async function waitFor(ms: number): Promise<void> {
  if (ms > 0) await new Promise<void>((resume) => void lazyTimers.setTimeout(resume, ms));
}
