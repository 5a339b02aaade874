/** A worker, with what became of its jobs so far on a day. */
import type { Queue, QueueWorker } from "#bus/queue-contract";
import type { Rule } from "./book.ts";
import type { Limits } from "./worker-day.ts";

export type Hand = ReturnType<typeof handOf>;

export function handOf(
  which: number,
  queue: Queue<unknown>,
  worker: QueueWorker<unknown>,
  limits: Limits,
) {
  return {
    who: which > 0 ? " of the other worker" : "",
    ...{ queue, worker, limits, isOn: false, starts: 0, calls: 0 },
    /** The calls of the handler that are not over, with their jobs. */
    inHand: new Map<number, unknown>(),
    /** How many jobs wait for their delay. */
    retrying: 0,
    /** Failures of which somebody must be told, and those of which somebody was. */
    ...{ failed: 0, told: { onRetry: 0, onDead: 0 } },
  };
}

export function countFailure(hand: Hand, isLast: boolean): void {
  if (hand.isOn || isLast) hand.failed += 1;
}

/** Whether an attempt or a retry may have set a timer. */
export function needsTimer({ inHand, retrying, failed, told }: Hand): boolean {
  return inHand.size + retrying > 0 || failed > told.onRetry + told.onDead;
}

/** What a call of an observer is about that has been counted, after something about `latest`. */
export function ruleOf(
  { isOn, failed, told }: Hand,
  observer: keyof Hand["told"],
  latest: Rule,
): Rule {
  if (!isOn) return "failsNow";
  const isOneMore = told.onRetry + told.onDead > failed;
  return isOneMore && latest === "tooLate" ? latest : observer;
}
