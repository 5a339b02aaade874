import { lazyTimers } from "#bus/lazy-timers";
import type { WorkerOptions } from "#bus/queue-contract";

/**
 * The options that a worker was given, and the defaults of the others.
 *
 * @throws RangeError if a number makes no sense, TypeError if the handler is not a function
 */
export function withDefaults<T>(
  options: WorkerOptions<T>,
  handle: unknown = () => {},
): Required<WorkerOptions<T>> {
  if (typeof handle !== "function") {
    throw new TypeError(`The handler must be a function; got ${typeof handle}.`);
  }
  const {
    concurrency = 1,
    timeLimit = 30_000,
    attempts = 5,
    firstDelay = 100,
    maxDelay = 30_000,
    random = Math.random,
    onRetry = () => {},
    onDead = () => {},
    timers = lazyTimers,
  } = options;
  for (const [name, number] of Object.entries({ concurrency, attempts })) {
    if (number !== Infinity && !(Number.isInteger(number) && number >= 1)) {
      throw new RangeError(`${name} must be a whole number of 1 or more; got ${number}.`);
    }
  }
  for (const [name, delay] of Object.entries({ firstDelay, maxDelay })) {
    if (!(delay >= 0 && delay < Infinity)) {
      throw new RangeError(`${name} must be a number of ms, 0 or more; got ${delay}.`);
    }
  }
  if (!(timeLimit > 0)) {
    throw new RangeError(
      `timeLimit must be a number of ms, more than 0; got ${timeLimit}.`,
    );
  }
  const delays = { firstDelay, maxDelay, random };
  return { concurrency, timeLimit, attempts, ...delays, onRetry, onDead, timers };
}
