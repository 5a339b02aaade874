import type { Timers } from "#bus/queue-contract";

interface Alarm {
  action: () => void;
  /** How long it still has to wait, in ms. */
  left: number;
  timer?: NodeJS.Timeout;
}

/** The longest delay that Node's timers know, in ms: about 25 days. After a longer one, they go off at once. */
export const LONGEST_DELAY = 2 ** 31 - 1;

/**
 * Node's timers, for delays of any length. They are set at the next turn of the event loop: most
 * time limits are cleared before that, and then cost a fifth.
 */
class LazyTimers implements Timers {
  readonly #fresh = new Set<Alarm>();
  #willSet = false;

  setTimeout(action: () => void, delay: number): Alarm {
    const alarm: Alarm = { action, left: delay };
    this.#fresh.add(alarm);
    if (!this.#willSet) {
      this.#willSet = true;
      setImmediate(() => this.#setFresh());
    }
    return alarm;
  }

  clearTimeout(alarm: Alarm | undefined): void {
    if (alarm === undefined) return;
    if (!this.#fresh.delete(alarm)) clearTimeout(alarm.timer);
  }

  #setFresh(): void {
    this.#willSet = false;
    for (const alarm of this.#fresh) this.#set(alarm);
    this.#fresh.clear();
  }

  #set(alarm: Alarm): void {
    const delay = Math.min(alarm.left, LONGEST_DELAY);
    alarm.left -= delay;
    alarm.timer = setTimeout(() => {
      if (alarm.left > 0) this.#set(alarm);
      else alarm.action();
    }, delay);
  }
}

export const lazyTimers: Timers = new LazyTimers();
