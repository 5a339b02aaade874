import {
  capacityOf,
  type QueueClass,
  QueueClosed,
  type Waiting,
} from "#bus/queue-contract";

class PlainQueue {
  readonly #capacity: number;
  readonly #items = new Line();
  readonly #takers = new Line<Waiting>();
  readonly #producers = new Line<Waiting>();
  #watchers: (() => void)[] = [];
  #closed = false;

  constructor(options = {}) {
    this.#capacity = capacityOf(options);
  }

  get size(): number {
    return this.#items.size;
  }

  put(item: unknown): Promise<void> {
    if (this.tryPut(item)) return Promise.resolve();
    if (this.#closed) return Promise.reject(new QueueClosed());
    return new Promise((resolve, reject) => {
      this.#producers.push({ item, resolve, reject });
    });
  }

  tryPut(item: unknown): boolean {
    if (this.#closed || this.size >= this.#capacity) return false;
    this.putBack(item);
    return true;
  }

  tryTake(): unknown {
    const item = this.#items.shift();
    const producer = this.size < this.#capacity ? this.#producers.shift() : undefined;
    if (producer) {
      this.#items.push(producer.item);
      producer.resolve();
    }
    return item;
  }

  take(): Promise<unknown> {
    if (this.size > 0) return Promise.resolve(this.tryTake());
    if (this.#closed) return Promise.reject(new QueueClosed());
    return new Promise((resolve, reject) => {
      this.#takers.push({ resolve, reject });
    });
  }

  ready(): Promise<void> {
    if (this.size > 0) return Promise.resolve();
    return new Promise((resolve) => this.#watchers.push(resolve));
  }

  putBack(item: unknown): void {
    const taker = this.#takers.shift();
    if (taker) {
      taker.resolve(item);
      return;
    }
    this.#items.push(item);
    for (const wake of this.#watchers) wake();
    this.#watchers = [];
  }

  close(): void {
    this.#closed = true;
    for (const line of [this.#takers, this.#producers]) {
      for (let one = line.shift(); one; one = line.shift()) one.reject(new QueueClosed());
    }
  }
}

/** A list that grows at one end and shrinks at the other. */
class Line<T = unknown> {
  #places: (T | undefined)[] = [];
  /** The place of the oldest item. */
  #head = 0;

  get size(): number {
    return this.#places.length - this.#head;
  }

  push(item: T): void {
    this.#places.push(item);
  }

  /** Removes and returns the oldest item; undefined if there is none. */
  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const item = this.#places[this.#head];
    this.#places[this.#head] = undefined;
    this.#head += 1;
    if (this.#head >= 1_000 && this.#head * 2 >= this.#places.length) {
      this.#places = this.#places.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}

/** The plain class, with types for those who use it. */
export const EventQueue = PlainQueue as QueueClass;
