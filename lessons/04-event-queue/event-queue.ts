import {
  capacityOf,
  type QueueClass,
  QueueClosed,
  type Waiting,
} from "#bus/queue-contract";
import { todo } from "#todo";

class PlainQueue {
  readonly #capacity: number;
  readonly #items = new Line();
  // Your fields go here: what else does the queue have to remember?

  constructor(options = {}) {
    this.#capacity = capacityOf(options);
  }

  get size(): number {
    return todo(1, "return how many items are waiting");
  }

  put(item: unknown): Promise<void> {
    // Step 3: if the queue is full, wait until there is room; if it is closed, reject.
    return todo(1, "add the item at the end, and return a promise that resolves");
  }

  tryPut(item: unknown): boolean {
    // Step 2: somebody may be waiting for an item.
    // Step 3: return false if the queue is full or closed.
    return todo(1, "add the item at the end, and return true");
  }

  tryTake(): unknown {
    // Step 3: a producer may be waiting for room.
    return todo(1, "remove the oldest item and return it");
  }

  take(): Promise<unknown> {
    // Step 3: the queue may be closed.
    return todo(2, "take the oldest item, or wait for one that put will bring");
  }

  ready(): Promise<void> {
    return todo(2, "wait until an item is there, and leave it there");
  }

  putBack(item: unknown): void {
    todo(3, "add the item at the end, whatever the state of the queue");
  }

  close(): void {
    todo(3, "accept nothing more, and send away all who wait in put and take");
  }
}

/** A list that grows at one end and shrinks at the other. */
class Line<T = unknown> {
  #places: (T | undefined)[] = [];

  get size(): number {
    return this.#places.length;
  }

  push(item: T): void {
    this.#places.push(item);
  }

  /** Removes and returns the oldest item; undefined if there is none. */
  shift(): T | undefined {
    return todo(1, "remove the oldest item without moving all the others");
  }
}

/** The plain class, with types for those who use it. Leave this line as it is. */
export const EventQueue = PlainQueue as QueueClass;
