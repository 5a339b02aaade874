import type { Timers, WorkerOptions } from "#bus/queue-contract";

const nodeTimers: Timers = {
  setTimeout: (action, delay) => setTimeout(action, delay),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** The longest delay that Node's timers know, in ms: about 25 days. */
const LONGEST_DELAY = 2 ** 31 - 1;

/**
 * What a worker goes by: the options it is given, and the defaults of the others.
 *
 * @throws RangeError if a number makes no sense
 */
export function withDefaults<T>(options: WorkerOptions<T>): Required<WorkerOptions<T>> {
  const nothing = () => {};
  const all = {
    concurrency: 1,
    timeLimit: 30_000,
    attempts: 5,
    firstDelay: 100,
    maxDelay: 30_000,
    random: Math.random,
    onRetry: nothing,
    onDead: nothing,
    timers: nodeTimers,
    ...options,
  };
  for (const name of ["concurrency", "attempts"] as const) {
    if (all[name] !== Infinity && !(Number.isInteger(all[name]) && all[name] >= 1)) {
      throw new RangeError(
        `${name} must be a whole number, 1 or more; got ${all[name]}.`,
      );
    }
  }
  for (const name of ["firstDelay", "maxDelay"] as const) {
    if (!(all[name] >= 0 && all[name] <= LONGEST_DELAY)) {
      throw new RangeError(
        `${name} must be from 0 to ${LONGEST_DELAY} ms; got ${all[name]}.`,
      );
    }
  }
  if (
    all.timeLimit !== Infinity &&
    !(all.timeLimit > 0 && all.timeLimit <= LONGEST_DELAY)
  ) {
    throw new RangeError(
      `timeLimit must be more than 0 and at most ${LONGEST_DELAY} ms, or Infinity; got ${all.timeLimit}.`,
    );
  }
  return all;
}
