/** What a handler does on a day: it returns nothing, a promise or a thenable, or it throws. */
import type { Attempt } from "#bus/queue-contract";

type Settle = (value?: unknown) => void;
interface Means {
  attempt: Attempt;
  /** What it fails with, unless it is done. */
  error: unknown;
  /** Is called when the handler ends. */
  over(): void;
  setTimeout(action: () => void, delay: number): unknown;
}

/** @param does one of the sentences of `worker-day.ts` */
export function carryOut(does: string, means: Means): unknown {
  const isDone = does.includes("done");
  const answer = (resolve: Settle, reject: Settle) => {
    means.over();
    if (isDone) resolve();
    else reject(means.error);
  };
  const raise = (error: unknown) => {
    throw error;
  };
  if (does === "is done at once" || does === "throws") return answer(() => {}, raise);
  const then = (resolve: Settle, reject: Settle) => {
    const [, ms] = /after (\d+)/.exec(does) ?? [];
    if (ms) means.setTimeout(() => answer(resolve, reject), Number(ms));
    if (does.endsWith("rejects")) answer(resolve, reject);
    if (does.endsWith("throws")) {
      answer(resolve, raise);
      throw means.error;
    }
    if (does.endsWith("aborted"))
      means.attempt.signal.addEventListener("abort", () => answer(resolve, reject));
  };
  if (!does.includes("thenable")) return new Promise(then);
  if (!does.includes("both")) return thenable(then);
  return thenable((resolve, reject) =>
    then(
      (value) => [resolve(value), reject(value)],
      (error) => [reject(error), resolve(error)],
    ),
  );
}

function thenable(then: (resolve: Settle, reject: Settle) => void) {
  return { then };
}
