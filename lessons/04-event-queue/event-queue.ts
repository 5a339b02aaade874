import { QueueClosed, type QueueOptions } from "#bus/queue-contract";
import { todo } from "#todo";

/**
 * Items wait here, first in, first out, between producers and those who take: what Python calls
 * `asyncio.Queue`. No operation gets slower when more items are waiting.
 */
export class EventQueue<T> {
  readonly capacity: number;
  // Your fields go here: what does the queue have to remember?

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
    return todo(1, "return how many items are waiting");
  }

  get closed(): boolean {
    return todo(3, "return whether close has been called");
  }

  /**
   * Adds an item at the end. Resolves when the queue has accepted it: at once, or, when the queue
   * is full, as soon as there is room. Rejects with {@link QueueClosed}, and then has not kept
   * the item.
   */
  put(item: T): Promise<void> {
    if (this.size >= this.capacity) todo(3, "wait until there is room");
    // Step 2: somebody may be waiting in take or ready.
    return todo(1, "add the item at the end, and return a promise that resolves");
  }

  /** Adds an item at the end without waiting; returns false if the queue is full or closed. */
  tryPut(item: T): boolean {
    if (this.size >= this.capacity)
      todo(3, "return false if the queue is full or closed");
    // Step 2: somebody may be waiting in take or ready.
    return todo(1, "add the item at the end, and return true");
  }

  /**
   * Takes back, at the end, an item that was taken and not finished. It was accepted once, so it
   * is accepted again, even when the queue is full or closed.
   */
  putBack(item: T): void {
    todo(3, "add the item at the end, whatever the state of the queue");
  }

  /**
   * Takes the oldest item, or waits for one. Who waits longest is served first. Rejects with
   * {@link QueueClosed} when the queue is closed and empty.
   */
  take(): Promise<T> {
    // Step 3: a producer may be waiting for room; the queue may be closed.
    return todo(2, "take the oldest item, or wait for one that put will bring");
  }

  /** Takes the oldest item without waiting; returns undefined when `size` is 0. */
  tryTake(): T | undefined {
    // Step 3: a producer may be waiting for room.
    return todo(1, "remove the oldest item and return it");
  }

  /**
   * Resolves when an item is waiting or the queue is closed. It takes nothing: who waits here can
   * go away again, and no item is lost to them.
   */
  ready(): Promise<void> {
    // Step 3: the queue may be closed.
    return todo(2, "wait until an item is there, and leave it there");
  }

  /**
   * Accepts nothing more. What was accepted can still be taken; producers who wait, and takers
   * for whom nothing will come, get {@link QueueClosed}.
   */
  close(): void {
    todo(3, "accept nothing more, and send away all who wait in vain");
  }
}
