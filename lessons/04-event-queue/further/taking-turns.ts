import type { Handler } from "#bus/queue-contract";

/**
 * A handler for jobs that are done at once: after `inARow` of them, timers and sockets get their turn.
 * The job keeps its hand for that long, so the worker needs to know nothing about it.
 */
export function takingTurns<T>(handle: Handler<T>, inARow = 100): Handler<T> {
  let count = 0;
  return (job, attempt) => {
    const result = handle(job, attempt);
    count += 1;
    if (count % inARow > 0) return result;
    return Promise.resolve(result).then(() => new Promise(setImmediate));
  };
}
