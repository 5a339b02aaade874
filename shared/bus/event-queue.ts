import { QueueClosed, type QueueOptions } from "#bus/queue-contract";

interface Taker<T> {
  resolve(item: T): void;
  reject(reason: QueueClosed): void;
}

interface Producer<T> {
  item: T;
  resolve(): void;
  reject(reason: QueueClosed): void;
}

/** What `put` returns when nobody has to wait: one promise for all, as it tells nothing apart. */
const now = Promise.resolve();

/**
 * Items wait here, first in, first out, between producers and those who take: what Python calls
 * `asyncio.Queue`. No operation gets slower when more items are waiting.
 */
export class EventQueue<T> {
  readonly capacity: number;
  readonly #items = new Line<T>();
  readonly #takers = new Line<Taker<T>>();
  readonly #producers = new Line<Producer<T>>();
  #wakeUps: (() => void)[] = [];
  #closed = false;

  /** @throws RangeError if the capacity is not a whole number, 1 or more, or Infinity */
  constructor(options: QueueOptions = {}) {
    const { capacity = Infinity } = options;
    if (capacity !== Infinity && !(Number.isInteger(capacity) && capacity >= 1)) {
      throw new RangeError(
        `The capacity must be a whole number, 1 or more; got ${capacity}.`,
      );
    }
    this.capacity = capacity;
  }

  /** How many items are waiting. Those of producers who wait themselves do not count. */
  get size(): number {
    return this.#items.size;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Adds an item at the end. Resolves when the queue has accepted it: at once, or, when the queue
   * is full, as soon as there is room. Rejects with {@link QueueClosed}, and then has not kept
   * the item.
   */
  put(item: T): Promise<void> {
    if (this.tryPut(item)) return now;
    if (this.#closed) return Promise.reject(new QueueClosed());
    return new Promise((resolve, reject) => {
      this.#producers.push({ item, resolve, reject });
    });
  }

  /** Adds an item at the end without waiting; returns false if the queue is full or closed. */
  tryPut(item: T): boolean {
    if (this.#closed || this.size >= this.capacity) return false;
    this.#add(item);
    return true;
  }

  /**
   * Takes back, at the end, an item that was taken and not finished. It was accepted once, so it
   * is accepted again, even when the queue is full or closed.
   */
  putBack(item: T): void {
    this.#add(item);
  }

  /**
   * Takes the oldest item, or waits for one. Who waits longest is served first. Rejects with
   * {@link QueueClosed} when the queue is closed and empty.
   */
  take(): Promise<T> {
    if (this.size > 0) return Promise.resolve(this.tryTake() as T);
    if (this.#closed) return Promise.reject(new QueueClosed());
    return new Promise((resolve, reject) => {
      this.#takers.push({ resolve, reject });
    });
  }

  /** Takes the oldest item without waiting; returns undefined when `size` is 0. */
  tryTake(): T | undefined {
    const item = this.#items.shift();
    this.#letProducerIn();
    return item;
  }

  /**
   * Resolves when an item is waiting or the queue is closed. It takes nothing: who waits here can
   * go away again, and no item is lost to them.
   */
  ready(): Promise<void> {
    if (this.size > 0 || this.#closed) return now;
    return new Promise((resolve) => this.#wakeUps.push(resolve));
  }

  /**
   * Accepts nothing more. What was accepted can still be taken; producers who wait, and takers
   * for whom nothing will come, get {@link QueueClosed}.
   */
  close(): void {
    this.#closed = true;
    for (let one = this.#producers.shift(); one; one = this.#producers.shift()) {
      one.reject(new QueueClosed());
    }
    for (let one = this.#takers.shift(); one; one = this.#takers.shift()) {
      one.reject(new QueueClosed());
    }
    this.#wakeUp();
  }

  #add(item: T): void {
    const taker = this.#takers.shift();
    if (taker) {
      taker.resolve(item);
    } else {
      this.#items.push(item);
      this.#wakeUp();
    }
  }

  #letProducerIn(): void {
    if (this.size >= this.capacity) return;
    const producer = this.#producers.shift();
    if (!producer) return;
    this.#items.push(producer.item);
    producer.resolve();
  }

  #wakeUp(): void {
    if (this.#wakeUps.length === 0) return;
    const wakeUps = this.#wakeUps;
    this.#wakeUps = [];
    for (const wakeUp of wakeUps) wakeUp();
  }
}

/** So many places that are no longer needed are worth an array of their own size. */
const WORTH_COPYING = 1_000;

/**
 * A list that grows at one end and shrinks at the other. `Array.shift` would move all items that
 * remain; here only a number moves, and the used places go when they are half of the array.
 */
class Line<T> {
  #places: (T | undefined)[] = [];
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
    if (this.#head >= WORTH_COPYING && this.#head * 2 >= this.#places.length) {
      this.#places = this.#places.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
