/**
 * Time limits that are over at once. This file comes first: what it puts in the place of Node's timers
 * must be there before an answer is loaded, which may keep them.
 */
import { syncBuiltinESMExports } from "node:module";
import plainTimers from "node:timers";
import timers from "node:timers/promises";
import { promisify } from "node:util";

type Call = (...args: unknown[]) => unknown;
let areOver = false;
let now = Date.now();
const stopped = new WeakSet<object>();

/**
 * No work and no broker is too slow to be waited for: whoever sets a time limit meets it at once.
 * What comes back gives the time back.
 */
export function endTimeLimits(): () => void {
  areOver = true;
  return () => {
    areOver = false;
  };
}

export function turn(_time?: unknown, value?: unknown): Promise<unknown> {
  return new Promise((resolve) => setImmediate(resolve, value));
}

function timer(isInterval: boolean, call: Call, args: unknown[]): object {
  const one = { ref: () => one, unref: () => one, refresh: () => one };
  const ring = () => {
    if (!areOver || stopped.has(one)) return;
    call(...args);
    if (isInterval) setImmediate(ring);
  };
  setImmediate(ring);
  return one;
}

function replace(place: object, quick: Record<string, (...args: never[]) => unknown>) {
  for (const [name, end] of Object.entries(quick)) {
    const own = (place as Record<string, Call>)[name];
    const value = (...args: never[]) => (areOver ? end : own)?.apply(place, args);
    Object.assign(value, {
      [promisify.custom]: (time: number) => timers.setTimeout(time),
    });
    Object.defineProperty(place, name, { value, configurable: true, writable: true });
  }
}

const stop = (one = {}) => stopped.add(one);
for (const place of [globalThis, plainTimers])
  replace(place, {
    setTimeout: (call: Call, _time: unknown, ...args) => timer(false, call, args),
    setInterval: (call: Call, _time: unknown, ...args) => timer(true, call, args),
    clearTimeout: stop,
    clearInterval: stop,
  });
const own = Date;
globalThis.Date = new Proxy(Date, {
  construct: (target, args, made) =>
    Reflect.construct(target, args.length > 0 ? args : [own.now()], made),
});
for (const clock of [Date, performance])
  replace(clock, {
    now() {
      now += 60_000;
      return now;
    },
  });
replace(timers, {
  setTimeout: turn,
  async *setInterval(_time: number, value: unknown) {
    for (; areOver; yield value) await turn();
  },
});
replace(process, { uptime: () => own.now() / 1_000 });
replace(process.hrtime, { bigint: () => BigInt(own.now()) * 1_000_000n });
replace(timers.scheduler, { wait: turn });
replace(AbortSignal, {
  timeout() {
    const limit = new AbortController();
    setImmediate(() => limit.abort());
    return limit.signal;
  },
});
syncBuiltinESMExports();
