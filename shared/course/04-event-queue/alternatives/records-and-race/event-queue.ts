import { capacityOf, type QueueClass, QueueClosed } from "#bus/queue-contract";

type Settle = { item?: unknown; accept(value?: unknown): void; refuse(): void };

/** Numbered places: the oldest item has the number `first`, the next one to come `next`. */
class NumberedQueue {
  private readonly places = new Map<number, unknown>();
  private first = 0;
  private next = 0;
  private isClosed = false;
  private readonly takers: Settle[] = [];
  private readonly producers: Settle[] = [];
  private isReady = deferred();
  private readonly capacity: number;

  constructor(options = {}) {
    this.capacity = capacityOf(options);
  }

  get size(): number {
    return this.next - this.first;
  }

  async put(item: unknown): Promise<void> {
    if (this.tryPut(item)) return;
    if (this.isClosed) throw new QueueClosed();
    await this.wait(this.producers, item);
  }

  tryPut(item: unknown): boolean {
    if (this.isClosed || this.size >= this.capacity) return false;
    this.putBack(item);
    return true;
  }

  putBack(item: unknown): void {
    const taker = this.takers.shift();
    if (taker) taker.accept(item);
    else this.append(item);
  }

  async take(): Promise<unknown> {
    if (this.size > 0) return this.tryTake();
    if (this.isClosed) throw new QueueClosed();
    return this.wait(this.takers);
  }

  tryTake(): unknown {
    if (this.size === 0) return undefined;
    const item = this.places.get(this.first);
    this.places.delete(this.first++);
    if (this.size < this.capacity && this.producers[0]) {
      const producer = this.producers.shift();
      this.append(producer?.item);
      producer?.accept();
    }
    if (this.size === 0) this.isReady = deferred();
    return item;
  }

  ready(): Promise<void> {
    return this.isReady.promise;
  }

  close(): void {
    this.isClosed = true;
    for (const { refuse } of this.takers.splice(0)) refuse();
    for (const { refuse } of this.producers.splice(0)) refuse();
  }

  private append(item: unknown): void {
    this.places.set(this.next++, item);
    this.isReady.resolve();
  }

  private wait(line: Settle[], item?: unknown): Promise<unknown> {
    return new Promise((accept, reject) => {
      line.push({ item, accept, refuse: () => reject(new QueueClosed()) });
    });
  }
}

function deferred() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

export const EventQueue = NumberedQueue as QueueClass;
