/** A clock that jumps to the next thing there is to wait for, so that tests never wait. Given. */
import type { Timer } from "../given/process.ts";

interface Alarm {
  at: number;
  ring: () => void;
}

/** This number of alarms in one piece of work mean that it will never end. */
const ALARM_LIMIT = 5_000;

export class VirtualTime {
  /** In ms since this clock was made. */
  now = 0;
  readonly #alarms = new Set<Alarm>();

  readonly clock = (): number => this.now;

  readonly timer: Timer = (ms, ring) => {
    const alarm = { at: this.now + ms, ring };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  };

  /** Resolves when so much time has passed. */
  readonly pass = (ms: number): Promise<void> =>
    new Promise((resume) => void this.timer(ms, resume));

  /**
   * Lets time pass until the work has ended, and returns what it returns.
   *
   * @throws Error if it will never end: nothing is left to wait for, or the waiting goes on and on
   */
  async until<Result>(work: Promise<Result>): Promise<Result> {
    let ended = false;
    const end = () => {
      ended = true;
    };
    work.then(end, end);
    await everybodyElse();
    for (let alarms = 0; !ended; alarms += 1) {
      if (!this.#ringNext())
        throw new Error(
          "The saga waits for something that will never happen: no answer is on its way, and no alarm is set on `options.timer`. If it waits with `setTimeout` or `setImmediate`: time is simulated here.",
        );
      if (alarms > ALARM_LIMIT) throw new Error("The saga goes on and on.");
      await everybodyElse();
    }
    return work;
  }

  /** Lets time pass until no alarm is set. */
  async untilQuiet(): Promise<void> {
    await everybodyElse();
    while (this.#ringNext()) await everybodyElse();
  }

  #ringNext(): boolean {
    let next: Alarm | undefined;
    for (const alarm of this.#alarms) if (!next || alarm.at < next.at) next = alarm;
    if (!next) return false;
    this.#alarms.delete(next);
    this.now = next.at;
    next.ring();
    return true;
  }
}

/** Everything that can go on without a timer goes on first. */
function everybodyElse(): Promise<void> {
  return new Promise((resume) => setImmediate(resume));
}
