import type { Timers } from "#bus/queue-contract";

interface Alarm {
  at: number;
  action: () => void;
}

/**
 * Time that passes only when it is told to. A day in the shop takes a moment, and every run of it
 * goes the same way. Hand it to a worker as its `timers`.
 */
export class SimulatedTime implements Timers {
  readonly #alarms = new Map<unknown, Alarm>();
  #now = 0;
  #made = 0;

  /** ms since the simulation began. */
  now(): number {
    return this.#now;
  }

  /** How many timers are set and have not gone off. */
  get pending(): number {
    return this.#alarms.size;
  }

  setTimeout(action: () => void, delay: number): unknown {
    this.#made += 1;
    this.#alarms.set(this.#made, { at: this.#now + delay, action });
    return this.#made;
  }

  clearTimeout(timer: unknown): void {
    this.#alarms.delete(timer);
  }

  /** Resolves after a number of simulated ms. */
  wait(delay: number): Promise<void> {
    return new Promise((resolve) => {
      this.setTimeout(resolve, delay);
    });
  }

  /** Lets a number of ms pass; each timer goes off at its own moment. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await quiet();
    while (this.#next() <= end) await this.#goOff(this.#next());
    this.#now = end;
  }

  /** Lets time pass until the promise is settled, or nothing is left that could settle it. */
  async passUntil(promise: Promise<unknown>): Promise<void> {
    let settled = false;
    const settle = () => {
      settled = true;
    };
    promise.then(settle, settle);
    await quiet();
    while (!settled && this.pending > 0) await this.#goOff(this.#next());
  }

  /** When the next timer goes off, in ms. */
  #next(): number {
    return Math.min(...[...this.#alarms.values()].map(({ at }) => at));
  }

  async #goOff(at: number): Promise<void> {
    this.#now = Math.max(at, this.#now);
    for (const [timer, alarm] of this.#alarms) {
      if (alarm.at !== at) continue;
      this.#alarms.delete(timer);
      alarm.action();
      await quiet();
    }
  }
}

/** Lets everything happen that needs no time: settled promises, and turns of the event loop. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
