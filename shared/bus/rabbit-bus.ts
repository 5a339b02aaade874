import {
  type AnyEvents,
  type AnyListener,
  type Bus,
  type BusEvent,
  type BusOptions,
  type Listener,
  type PatternOf,
  reportError,
  type StoringBus,
  safely,
  type Unsubscribe,
} from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import type { Broker } from "#bus/rabbit-broker";
import { type EventConsumer, type EventPublisher, eventIn } from "#bus/rabbit-contract";
import { WrappingBus } from "#bus/wrapping-bus";

/** Options for a bus over RabbitMQ. */
export interface RabbitBusOptions extends BusOptions {
  /**
   * Who listens here, such as `notifications`: its queues begin with this name. Processes that
   * give the same name share the events; each other name gets all of them.
   */
  service: string;
  /** The exchange that all processes of the shop share. Default: `shop.events`. */
  exchange?: string;
  /** How many events each listener may have in hand at the same time. Default: 10. */
  prefetch?: number;
}

interface Subscription {
  queue: string;
  consumer: Promise<EventConsumer>;
}

/**
 * A bus whose listeners may be in other processes. `emit` hands the event to RabbitMQ. There each
 * listener has a queue of its own, so that one that fails or is slow holds up no other. The queue
 * outlives the process: what happens meanwhile is delivered when the listener is back.
 */
export class RabbitBus<Events extends object = AnyEvents>
  extends WrappingBus<Events>
  implements StoringBus<Events>
{
  readonly #broker: Broker;
  readonly #service: string;
  readonly #exchange: string;
  readonly #prefetch: number;
  readonly #onError;
  readonly #subscriptions = new Map<string, Map<unknown, Subscription>>();
  /** The publisher, as soon as the queues of all subscriptions made so far are there. */
  #ready: Promise<EventPublisher>;
  readonly #pending = new Set<Promise<void>>();
  #failure: { error: unknown } | undefined;

  /**
   * @param broker stays the caller's: `close` ends what this bus opened there, not the broker
   * @throws TypeError if the service has no name
   */
  constructor(broker: Broker, options: RabbitBusOptions) {
    const { service, exchange = "shop.events", prefetch = 10, ...busOptions } = options;
    if (typeof service !== "string" || service === "") {
      throw new TypeError(
        `A RabbitBus needs the name of a service, such as "notifications"; got ${JSON.stringify(service)}.`,
      );
    }
    // Only the broker hears what is emitted; listeners hear here what is given to `deliver`.
    super(
      new EventBus<Events>(busOptions),
      new EventBus<Events>({ ...busOptions, historyLimit: 0 }),
    );
    this.#broker = broker;
    this.#service = service;
    this.#exchange = exchange;
    this.#prefetch = prefetch;
    this.#onError = safely("onError", options.onError ?? reportError);
    this.#ready = broker.openPublisher({ exchange });
    this.#track(this.#ready);
    (this.bus as unknown as Bus).subscribe("#", (_data, event) => this.#publish(event));
  }

  override subscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ): Unsubscribe {
    super.subscribe(pattern, listener);
    const subscriptions = this.#subscriptions.get(pattern) ?? new Map();
    if (!subscriptions.has(listener)) {
      this.#subscriptions.set(pattern, subscriptions);
      subscriptions.set(listener, this.#consume(pattern, listener as AnyListener));
    }
    return () => this.unsubscribe(pattern, listener);
  }

  /**
   * Ends the subscription and gives up its queue with all that waits there. To stop listening
   * for a while, close the bus: then the queue goes on collecting.
   */
  override unsubscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ): boolean {
    if (!super.unsubscribe(pattern, listener)) return false;
    const subscriptions = this.#subscriptions.get(pattern);
    const subscription = subscriptions?.get(listener);
    subscriptions?.delete(listener);
    if (subscription) this.#track(this.#giveUp(subscription));
    return true;
  }

  /**
   * Resolves when the broker has every event emitted here so far, and a queue for every listener
   * subscribed here so far. Rejects with the first failure since the last flush.
   */
  async flush(): Promise<void> {
    await Promise.all(this.#pending);
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure.error;
  }

  /**
   * Finishes what is in hand, waits for what is on its way, unless the broker is blocked, and ends.
   * The queues stay.
   */
  async close(): Promise<void> {
    const all = [...this.#subscriptions.values()].flatMap((some) => [...some.values()]);
    const consumers = await Promise.all(all.map(({ consumer }) => consumer));
    await Promise.all(consumers.map((consumer) => consumer.close()));
    const flushed = this.flush();
    await Promise.race([flushed, this.#broker.unlessBlocked(flushed)]);
    await (await this.#ready).close();
  }

  #publish(event: BusEvent): void {
    const published = this.#ready.then((publisher) => publisher.publish(event));
    published.catch((error) => this.#onError(error, event, this.#exchange));
    this.#track(published);
  }

  #consume(pattern: string, listener: AnyListener): Subscription {
    const queue = this.#freeQueue(pattern);
    const consumer = this.#broker.openConsumer(
      {
        exchange: this.#exchange,
        queue,
        patterns: [pattern],
        prefetch: this.#prefetch,
        onError: (error, message) => this.#onError(error, eventIn(message), pattern),
      },
      (event) => listener(event.data, event),
    );
    this.#track(consumer);
    // What is emitted from now on must find the queue; whether there is one, flush tells.
    const opened = consumer.catch(() => {});
    this.#ready = Promise.all([this.#ready, opened]).then(([publisher]) => publisher);
    this.#ready.catch(() => {});
    return { queue, consumer };
  }

  /** Listeners find their queues again by these names: the same code gives the same names. */
  #freeQueue(pattern: string): string {
    const taken = [...(this.#subscriptions.get(pattern)?.values() ?? [])];
    for (let number = 1; ; number++) {
      const name = `${this.#service}.${pattern}.${number}`;
      if (!taken.some(({ queue }) => queue === name)) return name;
    }
  }

  async #giveUp({ queue, consumer }: Subscription): Promise<void> {
    await (await consumer).close();
    await this.#broker.removeQueue(queue);
  }

  #track(task: Promise<unknown>): void {
    const settled = task
      .then(
        () => {},
        (error) => {
          this.#failure ??= { error };
        },
      )
      .finally(() => this.#pending.delete(settled));
    this.#pending.add(settled);
  }
}
