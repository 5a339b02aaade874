import {
  type AnyEvents,
  type AnyListener,
  type Bus,
  type BusEvent,
  type BusOptions,
  type EventOf,
  inWords,
  type Listener,
  type PatternOf,
  reportError,
  type StoringBus,
  safely,
  type Unsubscribe,
} from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import type { EventStream } from "#bus/event-stream";
import { matches } from "#bus/wildcards";
import { WrappingBus } from "#bus/wrapping-bus";

/** Options for a bus over a stream. */
export interface StreamBusOptions extends BusOptions {
  /** Events with the same key stay in their order. Default: all have the same. */
  keyOf?: (event: BusEvent) => string;
}

interface Subscription {
  pattern: string;
  listener: AnyListener;
}

/**
 * A bus over a stream at a server. `emit` appends the event; listeners hear what `follow` or
 * `replay` reads. An event counts as handled when all of them have finished; one that fails is kept
 * with the reason, so that it holds up nothing else.
 */
export class StreamBus<Events extends object = AnyEvents>
  extends WrappingBus<Events>
  implements StoringBus<Events>
{
  readonly #stream: EventStream;
  readonly #onError;
  readonly #listeners = new Set<Subscription>();
  readonly #pending = new Set<Promise<void>>();

  constructor(stream: EventStream, options: StreamBusOptions = {}) {
    const { keyOf = () => "", ...busOptions } = options;
    super(new EventBus<Events>(busOptions));
    this.#stream = stream;
    this.#onError = safely("onError", options.onError ?? reportError);
    (this.bus as unknown as Bus).subscribe("#", (_data, event) => {
      const stored = this.#stream.append(event, keyOf(event));
      this.#pending.add(stored);
      const forget = () => this.#pending.delete(stored);
      // One that failed stays, for flush to tell.
      return stored.then(forget);
    });
  }

  override subscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ): Unsubscribe {
    // The bus behind refuses what is not a pattern or not a listener; it calls nobody.
    super.subscribe(pattern, listener)();
    const own = this.#find(pattern, listener) ?? {
      pattern,
      listener: listener as AnyListener,
    };
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  override unsubscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ): boolean {
    const own = this.#find(pattern, listener);
    return own !== undefined && this.#listeners.delete(own);
  }

  override deliver(event: EventOf<Events>): void {
    this.#tell(event).catch((error) => this.#onError(error, event, "#"));
  }

  /** Listens as a member of a group: see {@link EventStream.follow}. */
  follow(group: string, member: string): Promise<void> {
    return this.#stream.follow(group, member, (event) => this.#tell(event));
  }

  /** Listens from the first event on: see {@link EventStream.replay}. */
  replay(): Promise<void> {
    return this.#stream.replay((event) => this.#tell(event));
  }

  /** Resolves when the server has every event emitted here; rejects if one cannot be stored. */
  async flush(): Promise<void> {
    const stored = [...this.#pending];
    try {
      await Promise.all(stored);
    } finally {
      for (const each of stored) this.#pending.delete(each);
    }
  }

  async close(): Promise<void> {
    await this.flush().finally(() => this.#stream.close());
  }

  #find(pattern: string, listener: unknown): Subscription | undefined {
    return [...this.#listeners].find(
      (one) => one.pattern === pattern && one.listener === listener,
    );
  }

  async #tell(event: BusEvent): Promise<void> {
    const hearing = [...this.#listeners].filter(({ pattern }) =>
      matches(pattern, event.name),
    );
    await Promise.all(
      hearing.map(async ({ pattern, listener }) => {
        try {
          await listener(event.data, event);
        } catch (error) {
          await this.#stream.bury(event, inWords(error));
          this.#onError(error, event, pattern);
        }
      }),
    );
  }
}
