/** What a queue must do, so slow and simple that it is plainly right. */
import { type QueueClass, QueueClosed, type Waiting } from "#bus/queue-contract";

class PlainQueue {
  readonly #capacity: number;
  readonly #items: unknown[] = [];
  readonly #producers: Waiting[] = [];
  readonly #takers: Waiting[] = [];
  readonly #watchers: Waiting[] = [];
  #closed = false;

  constructor({ capacity = Infinity } = {}) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#items.length;
  }

  put(item: unknown): Promise<void> {
    return this.#wait(this.#producers, item);
  }

  tryPut(item: unknown): boolean {
    if (this.#closed || this.size >= this.#capacity) return false;
    this.putBack(item);
    return true;
  }

  putBack(item: unknown): void {
    this.#items.push(item);
    this.#settle();
  }

  take(): Promise<unknown> {
    return this.#wait(this.#takers);
  }

  tryTake(): unknown {
    const item = this.#items.shift();
    this.#settle();
    return item;
  }

  ready(): Promise<void> {
    return this.#wait(this.#watchers);
  }

  close(): void {
    this.#closed = true;
    this.#settle();
  }

  #wait<T>(among: Waiting[], item?: unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      among.push({ item, resolve: resolve as Waiting["resolve"], reject });
      this.#settle();
    });
  }

  /** Gives all who wait what they can have by now. */
  #settle(): void {
    if (this.#closed) refuse(this.#producers);
    while (this.#takers.length > 0 && this.size > 0)
      this.#takers.shift()?.resolve(this.#items.shift());
    while (this.#producers.length > 0 && this.size < this.#capacity) {
      const { item, resolve } = this.#producers.shift() as Waiting;
      resolve();
      this.putBack(item);
    }
    if (this.#closed) refuse(this.#takers);
    if (this.size > 0) for (const one of this.#watchers.splice(0)) one.resolve();
  }
}

function refuse(all: Waiting[]): void {
  for (const one of all.splice(0)) one.reject(new QueueClosed());
}

export const SlowQueue = PlainQueue as QueueClass;
