import { cpuTime } from "./cpu-time.ts";

/** Between two looks, in ms. */
const pause = 400;
/** Processor time without a sign of life, after which code counts as a loop for ever: this part of the limit. */
const busyPart = 1 / 4;
/** On a slow machine, as many times what the start took. */
const patience = 4;
/** Until the first check begins: files are being read, or installed anew by the system. */
const limitOfStart = { silent: 60, busy: 10 };
/** Whoever gets less than this of the time waits for something, however busy the machine is. */
const waiting = 0.02;

/**
 * Watches a process that gives signs of life. Code that loops for ever is known by its processor time, and
 * not by the clock, so that a busy machine changes no verdict. Code that waits has `limit` seconds.
 */
export class Watchdog {
  readonly #pid: number;
  readonly #limit: number;
  readonly #signOfLife: () => unknown;
  readonly #hang: (seconds: number, loops?: boolean) => void;
  readonly #timer: NodeJS.Timeout;
  #limits = limitOfStart;
  #last: unknown;
  #since = Date.now();
  /** The processor time when the silence was first noticed. */
  #cpu: number | undefined;
  #looking = false;

  /**
   * @param limit seconds
   * @param signOfLife another value each time that something has happened
   * @param hang called once, with the seconds of silence, and whether it was busy all the time; that
   *   is undefined where this system does not tell
   */
  constructor(
    pid: number,
    limit: number,
    signOfLife: () => unknown,
    hang: (seconds: number, loops?: boolean) => void,
  ) {
    this.#pid = pid;
    this.#limit = limit;
    this.#signOfLife = signOfLife;
    this.#hang = hang;
    this.#timer = setInterval(() => this.#look(), pause);
  }

  /** From now on checks run. @param startTook seconds of processor time */
  begin(startTook: number): void {
    const busy = Math.max(busyPart * this.#limit, patience * startTook);
    this.#limits = { silent: this.#limit, busy };
    this.#since = Date.now();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    const sign = this.#signOfLife();
    if (sign !== this.#last) {
      this.#last = sign;
      this.#since = Date.now();
      this.#cpu = undefined;
      return;
    }
    this.#looking = true;
    const cpu = await cpuTime(this.#pid);
    this.#looking = false;
    if (this.#signOfLife() !== sign) return;
    this.#cpu ??= cpu;
    const silent = (Date.now() - this.#since) / 1000;
    const used = (cpu ?? 0) - (this.#cpu ?? 0);
    const waits = silent >= this.#limits.silent && used <= waiting * silent;
    if (waits || used >= this.#limits.busy || silent >= 3 * this.#limits.silent) {
      this.stop();
      this.#hang(Math.round(silent), cpu === undefined ? undefined : !waits);
    }
  }
}
