import { proof } from "../proof.ts";

const queue = "event-queue.ts";
const worker = "worker.ts";
const bus = "queued-bus.ts";

export default proof({
  steps: {
    8: [
      {
        file: bus,
        find: `({ listener, event }) => listener(event.data, event)`,
        put: `() => todo(8, "call the listener of the job with the data and the event")`,
      },
      {
        file: bus,
        find: `({ job, error }) => onError(error, job.event, job.pattern)`,
        put: `() => todo(8, "tell onError what failed for the last time")`,
      },
      {
        file: bus,
        find: `    if (typeof listener !== "function") {
      throw new TypeError(
        \`The listener of "\${pattern}" must be a function; got \${typeof listener}.\`,
      );
    }
    const standIns = this.#standIns.get(pattern) ?? new Map<unknown, AnyListener>();
    if (!standIns.has(listener)) {
      const standIn = (_data: unknown, event: BusEvent) => {
        this.#queue.put({ event, pattern, listener: listener as AnyListener });
      };
      this.bus.subscribe(pattern, standIn as Listener<Events, Pattern>);
      standIns.set(listener, standIn);
      this.#standIns.set(pattern, standIns);
    }
    return () => this.unsubscribe(pattern, listener);`,
        put: `    return todo(8, "subscribe a stand-in that puts a job into the queue");`,
      },
      {
        file: bus,
        find: `    const standIns = this.#standIns.get(pattern);
    const standIn = standIns?.get(listener);
    if (!standIns || !standIn) return false;
    standIns.delete(listener);
    if (standIns.size === 0) this.#standIns.delete(pattern);
    return this.bus.unsubscribe(pattern, standIn as Listener<Events, Pattern>);`,
        put: `    return todo(8, "unsubscribe the stand-in of this listener");`,
      },
      {
        file: bus,
        find: `    if (isStoring(this.bus)) await this.bus.flush();
    await this.#worker.idle();`,
        put: `    todo(8, "wait for a bus that stores, then for the worker");`,
      },
      {
        file: bus,
        find: `import { EventQueue } from`,
        put: `import { todo } from "#todo";
import { EventQueue } from`,
      },
    ],
    7: [
      {
        file: worker,
        find: `  async stop(): Promise<void> {
    this.#started = false;
    for (const [delivery, timer] of this.#asleep) {
      this.#options.timers.clearTimeout(timer);
      this.#queue.putBack(delivery.job);
    }
    this.#asleep.clear();
    while (this.#due.size > 0)
      this.#queue.putBack((this.#due.tryTake() as Delivery<T>).job);
    if (this.#inHand > 0) {
      await new Promise<void>((resolve) => this.#whenStopped.push(resolve));
    }`,
        put: `  stop(): Promise<void> {
    return todo(7, "take nothing more, hand back what waits, finish what is in hand");`,
      },
      {
        file: worker,
        find: `import { EventQueue } from`,
        put: `import { todo } from "#todo";
import { EventQueue } from`,
      },
    ],
    6: [
      {
        file: worker,
        find: `  const { firstDelay = 100, maxDelay = 30_000, random = Math.random } = options;
  const longest = Math.min(maxDelay, firstDelay * 2 ** (failures - 1));
  return longest * (1 - random() / 2);`,
        put: `  return todo(6, "double the delay with each failure; leave out up to half by chance");`,
      },
      {
        file: worker,
        find: `    if (!this.#dead.delete(letter)) return false;
    this.#queue.putBack(letter.job);
    this.#work();
    return true;`,
        put: `    return todo(6, "take the letter out of the dead letters, its job into the queue");`,
      },
      {
        file: worker,
        find: `    this.#queue = queue;`,
        put: `    if (options.attempts !== 1) todo(6, "try a job that failed again, after a delay");
    this.#queue = queue;`,
      },
    ],
    5: [
      {
        file: worker,
        find: `    if (options.attempts !== 1)`,
        put: `    if (options.timeLimit !== undefined) todo(5, "give an attempt up when its time is over");
    if (options.attempts !== 1)`,
      },
    ],
    4: [
      {
        file: worker,
        find: `    this.#started = true;
    this.#work();
    return this;`,
        put: `    return todo(4, "handle jobs from the queue, as many at a time as concurrency says");`,
      },
      {
        file: worker,
        find: `  async idle(): Promise<void> {
    if (!this.#isIdle()) {
      await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
    }`,
        put: `  idle(): Promise<void> {
    return todo(4, "wait until there is nothing left to do");`,
      },
      {
        file: worker,
        find: `    return [...this.#dead];`,
        put: `    return todo(4, "return the jobs that were given up, oldest first");`,
      },
    ],
    3: [
      {
        file: queue,
        find: `    return this.#closed;`,
        put: `    return todo(3, "return whether close has been called");`,
      },
      {
        file: queue,
        find: `    if (this.tryPut(item)) return now;
    if (this.#closed) return Promise.reject(new QueueClosed());
    return new Promise((resolve, reject) => {
      this.#producers.push({ item, resolve, reject });
    });`,
        put: `    if (this.size >= this.capacity) todo(3, "wait until there is room");
    this.#add(item);
    return now;`,
      },
      {
        file: queue,
        find: `    if (this.#closed || this.size >= this.capacity) return false;
    this.#add(item);
    return true;`,
        put: `    if (this.size >= this.capacity) todo(3, "return false if the queue is full or closed");
    this.#add(item);
    return true;`,
      },
      {
        file: queue,
        find: `  putBack(item: T): void {
    this.#add(item);`,
        put: `  putBack(item: T): void {
    todo(3, "add the item at the end, whatever the state of the queue");`,
      },
      {
        file: queue,
        find: `    this.#closed = true;
    for (let one = this.#producers.shift(); one; one = this.#producers.shift()) {
      one.reject(new QueueClosed());
    }
    for (let one = this.#takers.shift(); one; one = this.#takers.shift()) {
      one.reject(new QueueClosed());
    }
    this.#wakeUp();`,
        put: `    todo(3, "accept nothing more, and send away all who wait in vain");`,
      },
      {
        file: queue,
        find: `import { QueueClosed,`,
        put: `import { todo } from "#todo";
import { QueueClosed,`,
      },
    ],
    2: [
      {
        file: queue,
        find: `    if (this.size > 0) return Promise.resolve(this.tryTake() as T);
    if (this.#closed) return Promise.reject(new QueueClosed());
    return new Promise((resolve, reject) => {
      this.#takers.push({ resolve, reject });
    });`,
        put: `    return todo(2, "take the oldest item, or wait for one that put will bring");`,
      },
      {
        file: queue,
        find: `    if (this.size > 0 || this.#closed) return now;
    return new Promise((resolve) => this.#wakeUps.push(resolve));`,
        put: `    return todo(2, "wait until an item is there, and leave it there");`,
      },
    ],
    1: [
      {
        file: queue,
        find: `    return this.#items.size;`,
        put: `    return todo(1, "return how many items are waiting");`,
      },
      {
        file: queue,
        find: `wait until there is room");
    this.#add(item);
    return now;`,
        put: `wait until there is room");
    return todo(1, "add the item at the end, and return a promise that resolves");`,
      },
      {
        file: queue,
        find: `full or closed");
    this.#add(item);
    return true;`,
        put: `full or closed");
    return todo(1, "add the item at the end, and return true");`,
      },
      {
        file: queue,
        find: `    const item = this.#items.shift();
    this.#letProducerIn();
    return item;`,
        put: `    return todo(1, "remove the oldest item and return it");`,
      },
    ],
  },
  mistakes: [
    {
      name: "takes with Array.shift, which moves all that remain",
      step: 1,
      change: [
        {
          file: queue,
          find: `    const item = this.#places[this.#head];
    this.#places[this.#head] = undefined;
    this.#head += 1;
`,
          put: `    const item = this.#places.shift();
`,
        },
      ],
    },
    {
      name: "gives the newest item first",
      step: 1,
      change: [
        {
          file: queue,
          find: `    const item = this.#places[this.#head];
    this.#places[this.#head] = undefined;
    this.#head += 1;
`,
          put: `    const item = this.#places.pop();
`,
        },
      ],
    },
    {
      name: "takes 0 and null for no item at all",
      step: 1,
      change: [
        {
          file: queue,
          find: `    if (this.tryPut(item)) return now;`,
          put: `    if (!item || this.tryPut(item)) return now;`,
        },
      ],
    },
    {
      name: "shares its items with every other queue",
      step: 1,
      change: [
        {
          file: queue,
          find: `  readonly #items = new Line<T>();`,
          put: `  readonly #items: Line<T> = (all ??= new Line<unknown>()) as Line<T>;`,
        },
        {
          file: queue,
          find: `const now = Promise.resolve();`,
          put: `const now = Promise.resolve();\nlet all: Line<unknown> | undefined;`,
        },
      ],
    },
    {
      name: "gives an item to a taker and keeps it too",
      step: 2,
      change: [
        {
          file: queue,
          find: `    } else {
      this.#items.push(item);
      this.#wakeUp();
    }
`,
          put: `    }
    this.#items.push(item);
    this.#wakeUp();
`,
        },
      ],
    },
    {
      name: "wakes only the first of those who wait with ready",
      step: 2,
      change: [
        {
          file: queue,
          find: `for (const wakeUp of wakeUps) wakeUp();`,
          put: `wakeUps[0]?.();`,
        },
      ],
    },
    {
      name: "takes the item that it only should announce",
      step: 2,
      change: [
        {
          file: queue,
          find: `    if (this.size > 0 || this.#closed) return now;`,
          put: `    if (this.size > 0) this.#items.shift();
    if (this.size > 0 || this.#closed) return now;`,
        },
      ],
    },
    {
      name: "does not look in tryPut for somebody who waits",
      step: 2,
      change: [
        {
          file: queue,
          find: `    if (this.tryPut(item)) return now;
    if (this.#closed) return`,
          put: `    if (!this.#closed && this.size < this.capacity) {
      this.#add(item);
      return now;
    }
    if (this.#closed) return`,
        },
        {
          file: queue,
          find: `>= this.capacity) return false;
    this.#add(item);`,
          put: `>= this.capacity) return false;
    this.#items.push(item);
    this.#wakeUp();`,
        },
      ],
    },
    {
      name: "lets an item lie in the queue until who waits for it is awake",
      step: 2,
      change: [
        {
          file: queue,
          find: `  take(): Promise<T> {
    if (this.size > 0) return Promise.resolve(this.tryTake() as T);`,
          put: `  async take(): Promise<T> {
    while (this.size === 0 && !this.#closed) await this.ready();
    if (this.size > 0) return this.tryTake() as T;`,
        },
      ],
    },
    {
      name: "loses in take an item that is undefined",
      step: 2,
      change: [
        {
          file: queue,
          find: `    if (this.size > 0) return Promise.resolve(this.tryTake() as T);`,
          put: `    const next = this.tryTake();
    if (next !== undefined) return Promise.resolve(next);`,
        },
      ],
    },
    {
      name: "lets a producer in at each take, even while too many are waiting",
      step: 3,
      change: [
        {
          file: queue,
          find: `    if (this.size >= this.capacity) return;
`,
          put: ``,
        },
      ],
    },
    {
      name: "wakes nobody for an item that is put back",
      step: 3,
      change: [
        {
          file: queue,
          find: `  putBack(item: T): void {
    this.#add(item);`,
          put: `  putBack(item: T): void {
    this.#items.push(item);`,
        },
      ],
    },
    {
      name: "accepts one item more than there is room for",
      step: 3,
      change: [
        {
          file: queue,
          find: `if (this.#closed || this.size >= this.capacity) return false;`,
          put: `if (this.#closed || this.size > this.capacity) return false;`,
        },
      ],
    },
    {
      name: "lets nobody in when there is room again",
      step: 3,
      change: [
        {
          file: queue,
          find: `    this.#letProducerIn();
`,
          put: ``,
        },
      ],
    },
    {
      name: "throws away what is waiting when it is closed",
      step: 3,
      change: [
        {
          file: queue,
          find: `    this.#closed = true;`,
          put: `    this.#closed = true;
    while (this.#items.size > 0) this.#items.shift();`,
        },
      ],
    },
    {
      name: "lets takers wait for ever after the close",
      step: 3,
      change: [
        {
          file: queue,
          find: `    for (let one = this.#takers.shift(); one; one = this.#takers.shift()) {
      one.reject(new QueueClosed());
    }
`,
          put: ``,
        },
      ],
    },
    {
      name: "refuses to take back an item when it is full",
      step: 3,
      change: [
        {
          file: queue,
          find: `  putBack(item: T): void {
    this.#add(item);`,
          put: `  putBack(item: T): void {
    this.tryPut(item);`,
        },
      ],
    },
    {
      name: "does not wait for handlers that are async",
      step: 4,
      change: [
        {
          file: worker,
          find: `      if (isPromise(result)) this.#await(result, delivery);
      else this.#inHand -= 1;`,
          put: `      this.#inHand -= 1;`,
        },
      ],
    },
    {
      name: "never frees the hand of a handler that threw",
      step: 4,
      change: [
        {
          file: worker,
          find: `      this.#inHand -= 1;
      this.#failed(delivery, error);`,
          put: `      this.#failed(delivery, error);`,
        },
      ],
    },
    {
      name: "calls itself idle while jobs are in hand",
      step: 4,
      change: [
        {
          file: worker,
          find: `return this.#inHand === 0 && this.#asleep.size`,
          put: `return this.#asleep.size`,
        },
      ],
    },
    {
      name: "waits for new jobs only once",
      step: 4,
      change: [
        {
          file: worker,
          find: `      this.#listening = false;
`,
          put: ``,
        },
      ],
    },
    {
      name: "does not count a job that take has given out and no hand has begun",
      step: 4,
      change: [
        {
          file: worker,
          find: `    this.#queue.ready().then(() => {
      this.#listening = false;
      this.#work();
    });`,
          put: `    this.#queue.take().then((job) => {
      this.#listening = false;
      this.#due.putBack(new Delivery(job, 1));
      this.#work();
    }, () => {});`,
        },
      ],
    },
    {
      name: "falls over when the queue is closed while it waits in take",
      step: 4,
      change: [
        {
          file: worker,
          find: `    this.#queue.ready().then(() => {
      this.#listening = false;
      this.#work();
    });`,
          put: `    this.#queue.take().then((job) => {
      this.#listening = false;
      this.#due.putBack(new Delivery(job, 1));
      this.#work();
    });`,
        },
      ],
    },
    {
      name: "counts its hands one by one up to Infinity",
      step: 4,
      change: [
        {
          file: worker,
          find: `    this.#started = true;
    this.#work();`,
          put: `    this.#started = true;
    for (let hand = 0; hand < this.#options.concurrency; hand++) this.#work();`,
        },
      ],
      endless: true,
    },
    {
      name: "has twice as many hands when it is started twice",
      step: 4,
      change: [
        {
          file: worker,
          find: `    this.#started = true;
    this.#work();`,
          put: `    this.#started = true;
    this.#hands += this.#options.concurrency;
    this.#work();`,
        },
        {
          file: worker,
          find: `  #resting = false;
  #listening`,
          put: `  #resting = false;
  #hands = 0;
  #listening`,
        },
        {
          file: worker,
          find: `this.#inHand < this.#options.concurrency`,
          put: `this.#inHand < this.#hands`,
        },
      ],
    },
    {
      name: "falls over when onDead throws",
      step: 4,
      change: [
        {
          file: worker,
          find: `    tell(this.#options.onDead, letter);`,
          put: `    this.#options.onDead(letter);`,
        },
      ],
    },
    {
      name: "takes one job more than it has hands for",
      step: 4,
      change: [
        {
          file: worker,
          find: `this.#inHand < this.#options.concurrency`,
          put: `this.#inHand <= this.#options.concurrency`,
        },
      ],
    },
    {
      name: "leaves the timer running when the handler is done",
      step: 5,
      change: [
        {
          file: worker,
          find: `      timers.clearTimeout(timer);
`,
          put: ``,
        },
      ],
    },
    {
      name: "counts a handler that ends too late a second time",
      step: 5,
      change: [
        {
          file: worker,
          find: `      if (!open) return;
`,
          put: ``,
        },
      ],
    },
    {
      name: "does not tell the handler that its time is over",
      step: 5,
      change: [
        {
          file: worker,
          find: `            delivery.abort(error);
`,
          put: ``,
        },
      ],
    },
    {
      name: "makes the delays grow by the same amount each time",
      step: 6,
      change: [{ file: worker, find: `2 ** (failures - 1)`, put: `failures` }],
    },
    {
      name: "leaves nothing to chance",
      step: 6,
      change: [
        {
          file: worker,
          find: `return longest * (1 - random() / 2);`,
          put: `return longest;`,
        },
      ],
    },
    {
      name: "knows no longest delay",
      step: 6,
      change: [
        {
          file: worker,
          find: `Math.min(maxDelay, firstDelay * 2 ** (failures - 1))`,
          put: `firstDelay * 2 ** (failures - 1)`,
        },
      ],
    },
    {
      name: "tries again at once",
      step: 6,
      change: [
        {
          file: worker,
          find: `timers.setTimeout(wake, delay)`,
          put: `timers.setTimeout(wake, 0)`,
        },
      ],
    },
    {
      name: "takes a retry in hand when no hand is free",
      step: 6,
      change: [
        {
          file: worker,
          find: `      this.#due.putBack(next);`,
          put: `      this.#attempt(next);`,
        },
      ],
    },
    {
      name: "puts a dead letter back and keeps it as well",
      step: 6,
      change: [
        {
          file: worker,
          find: `if (!this.#dead.delete(letter)) return false;`,
          put: `if (!this.#dead.has(letter)) return false;`,
        },
      ],
    },
    {
      name: "hands out the very list of dead letters that putBack shortens",
      step: 6,
      change: [
        {
          file: worker,
          find: `  readonly #dead = new Set<DeadLetter<T>>();`,
          put: `  readonly #dead: DeadLetter<T>[] = [];`,
        },
        {
          file: worker,
          find: `    return [...this.#dead];`,
          put: `    return this.#dead;`,
        },
        {
          file: worker,
          find: `    if (!this.#dead.delete(letter)) return false;
`,
          put: `    const place = this.#dead.indexOf(letter);
    if (place === -1) return false;
    this.#dead.splice(place, 1);
`,
        },
        {
          file: worker,
          find: `    this.#dead.add(letter);`,
          put: `    this.#dead.push(letter);`,
        },
      ],
    },
    {
      name: "calls itself idle while jobs wait for a retry",
      step: 6,
      change: [{ file: worker, find: `this.#asleep.size === 0 && !`, put: `!` }],
    },
    {
      name: "forgets how often a job has been tried",
      step: 6,
      change: [
        {
          file: worker,
          find: `new Delivery(job, attempts + 1)`,
          put: `new Delivery(job, 1)`,
        },
      ],
      endless: true,
    },
    {
      name: "does not wait for what is in hand",
      step: 7,
      change: [
        {
          file: worker,
          find: `    if (this.#inHand > 0) {
      await new`,
          put: `    if (this.#inHand < 0) {
      await new`,
        },
      ],
    },
    {
      name: "loses the jobs that wait for a retry",
      step: 7,
      change: [
        {
          file: worker,
          find: `      this.#queue.putBack(delivery.job);
`,
          put: ``,
        },
      ],
    },
    {
      name: "leaves the timers of retries running",
      step: 7,
      change: [
        {
          file: worker,
          find: `      this.#options.timers.clearTimeout(timer);
`,
          put: ``,
        },
      ],
    },
    {
      name: "plans a retry although it has stopped",
      step: 7,
      change: [
        {
          file: worker,
          find: `    else if (this.#started) this.#retry(delivery, error);
    else this.#queue.putBack(job);`,
          put: `    else this.#retry(delivery, error);`,
        },
      ],
    },
    {
      name: "calls the listener before emit returns",
      step: 8,
      change: [
        {
          file: bus,
          find: `        this.#queue.put({ event, pattern, listener: listener as AnyListener });`,
          put: `        (listener as AnyListener)(event.data, event);`,
        },
      ],
    },
    {
      name: "subscribes the same listener twice",
      step: 8,
      change: [
        { file: bus, find: `if (!standIns.has(listener)) {`, put: `if (listener) {` },
      ],
    },
    {
      name: "unsubscribes the listener, whom the bus has never seen",
      step: 8,
      change: [
        {
          file: bus,
          find: `return this.bus.unsubscribe(pattern, standIn as`,
          put: `return this.bus.unsubscribe(pattern, listener as`,
        },
      ],
    },
    {
      name: "keeps the stand-in of a listener that has unsubscribed",
      step: 8,
      change: [
        {
          file: bus,
          find: `    standIns.delete(listener);
`,
          put: ``,
        },
      ],
    },
    {
      name: "does not wait until the bus behind it has stored",
      step: 8,
      change: [
        {
          file: bus,
          find: `    if (isStoring(this.bus)) await this.bus.flush();
`,
          put: ``,
        },
      ],
    },
    {
      name: "flushes the bus behind it while it waits for the worker, and not before",
      step: 8,
      change: [
        {
          file: bus,
          find: `    if (isStoring(this.bus)) await this.bus.flush();
    await this.#worker.idle();`,
          put: `    const stored = isStoring(this.bus) ? this.bus.flush() : Promise.resolve();
    await this.#worker.idle();
    await stored;`,
        },
      ],
    },
    {
      name: "tells nobody when a listener is given up",
      step: 8,
      change: [
        { file: bus, find: `onError(error, job.event, job.pattern)`, put: `undefined` },
      ],
    },
    {
      name: "accepts a listener that is no function",
      step: 8,
      change: [
        {
          file: bus,
          find: `if (typeof listener !== "function") {`,
          put: `if (!listener) {`,
        },
      ],
    },
  ],
});
