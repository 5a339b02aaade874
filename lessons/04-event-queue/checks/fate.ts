/** What a handler does on a day: it returns nothing, a promise or a thenable, or it throws. */
import type { Attempt } from "#bus/queue-contract";
import type { Book } from "./book.ts";

type Settle = (value?: unknown) => void;
interface Means {
  attempt: Attempt;
  /** What it fails with, or returns. */
  value: unknown;
  /** Is called when the handler ends. */
  over(): void;
  setTimeout(action: () => void, delay: number): void;
  book: Book;
}

/** What an observer does that fails on a day. */
export function fail(does: string): unknown {
  const error = new Error("the pager is broken");
  if (does === "throws") throw error;
  if (does === "never ends") return new Promise(() => {});
  return does === "rejects" && Promise.reject(error);
}

/** @param does one of the sentences of `worker-day.ts` */
export function carryOut(does: string, means: Means): unknown {
  const { value, over, book } = means;
  const isDone = does.includes("done");
  if (/^(is done at once|throws)$/.test(does)) over();
  if (does === "is done at once") return value;
  if (does === "throws") throw value;
  let asks = 0;
  const then = (resolve: Settle, reject: Settle) => {
    if (++asks > 1) book.see("handles", "the same promise is asked again", asks);
    const answer = () => {
      over();
      const [first, second] = isDone ? [resolve, reject] : [reject, resolve];
      first(value);
      if (does.includes("both")) second(value);
    };
    const [, ms] = /after (\d+)/.exec(does) ?? [];
    if (ms) means.setTimeout(answer, Number(ms));
    if (does.endsWith("rejects")) answer();
    if (does.endsWith("aborted")) means.attempt.signal.addEventListener("abort", answer);
    if (!does.endsWith("throws")) return;
    over();
    if (isDone) resolve(value);
    throw value;
  };
  if (!does.includes("thenable")) return new Promise(then);
  // Some libraries have thenables that are functions.
  return Object.assign(does.includes("both") ? () => {} : {}, { then });
}
