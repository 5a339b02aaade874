import {
  capacityOf,
  type QueueClass,
  QueueClosed,
  type QueueOptions,
} from "#bus/queue-contract";

interface Link<T> {
  value: T;
  next?: Link<T>;
}

/** A chain: each link knows the next one, so neither end ever moves the others. */
class Chain<T> implements Iterable<T> {
  length = 0;
  private first: Link<T> | undefined;
  private last: Link<T> | undefined;

  append(value: T) {
    const link: Link<T> = { value };
    if (this.last) this.last.next = link;
    else this.first = link;
    this.last = link;
    this.length++;
  }

  removeFirst(): Link<T> | undefined {
    const link = this.first;
    if (!link) return undefined;
    this.first = link.next;
    if (!this.first) this.last = undefined;
    this.length--;
    return link;
  }

  /** Takes all links out, one by one. */
  *[Symbol.iterator]() {
    for (let link = this.removeFirst(); link; link = this.removeFirst()) yield link.value;
  }
}

interface Waiting<T> {
  item?: T;
  resolve: (item: T) => void;
  reject: (reason: unknown) => void;
}

class LinkedQueue<T> {
  readonly capacity: number;
  closed = false;
  private readonly waitingItems = new Chain<T>();
  private readonly takers = new Chain<Waiting<T>>();
  private readonly producers = new Chain<Waiting<void> & { wanted: T }>();
  private readonly watchers = new Chain<() => void>();

  constructor(options: QueueOptions = {}) {
    this.capacity = capacityOf(options);
  }

  get size() {
    return this.waitingItems.length;
  }

  async put(item: T): Promise<void> {
    if (this.closed) throw new QueueClosed();
    if (!this.tryPut(item)) {
      await new Promise<void>((resolve, reject) =>
        this.producers.append({ wanted: item, resolve, reject }),
      );
    }
  }

  tryPut(item: T): boolean {
    const accepts = !this.closed && this.size < this.capacity;
    if (accepts) this.putBack(item);
    return accepts;
  }

  putBack(item: T): void {
    const taker = this.takers.removeFirst();
    if (taker) return taker.value.resolve(item);
    this.waitingItems.append(item);
    for (const watch of this.watchers) watch();
  }

  async take(): Promise<T> {
    const link = this.remove();
    if (link) return link.value;
    if (this.closed) throw new QueueClosed();
    return await new Promise<T>((resolve, reject) =>
      this.takers.append({ resolve, reject }),
    );
  }

  tryTake(): T | undefined {
    return this.remove()?.value;
  }

  async ready(): Promise<void> {
    while (this.size === 0)
      await new Promise<void>((resolve) => this.watchers.append(resolve));
  }

  close(): void {
    this.closed = true;
    for (const { reject } of this.takers) reject(new QueueClosed());
    for (const { reject } of this.producers) reject(new QueueClosed());
  }

  private remove(): Link<T> | undefined {
    const link = this.waitingItems.removeFirst();
    if (this.size < this.capacity) {
      const producer = this.producers.removeFirst()?.value;
      if (producer) {
        this.waitingItems.append(producer.wanted);
        producer.resolve();
      }
    }
    return link;
  }
}

export const EventQueue = LinkedQueue as QueueClass;
