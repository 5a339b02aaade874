/** What `matches` and the bus must do, so slow and simple that it is plainly right. */
import {
  type AnyListener,
  type BusClass,
  type BusEvent,
  type BusOptions,
  createEvent,
} from "#bus/contract";

export const wordsOf = (text: string) => (text === "" ? [] : text.split("."));

/** The model of `matches`: all places in the words of a name that those of a pattern can have come to. */
export function slowMatches(parts: string[], words: string[]): boolean {
  let places = [0];
  for (const part of parts) {
    const from = Math.min(...places);
    if (part === "#") places = [...words.keys(), words.length].filter((at) => at >= from);
    else
      places = places
        .filter((at) => at < words.length && (part === "*" || part === words[at]))
        .map((at) => at + 1);
  }
  return places.includes(words.length);
}

/** The model of the bus: one list, and a mark on those who have left. */
class PlainBus {
  readonly #options;
  readonly #list: { pattern: string; listener: AnyListener; left: boolean }[] = [];
  readonly #events: BusEvent[] = [];

  constructor(options: BusOptions = {}) {
    this.#options = options;
  }

  subscribe(pattern: string, listener: AnyListener): () => boolean {
    if (typeof pattern !== "string" || !listener) throw new TypeError("refused");
    const one = this.#find(pattern, listener) ?? { pattern, listener, left: false };
    if (!this.#list.includes(one)) this.#list.push(one);
    return () => leave(one);
  }

  unsubscribe(pattern: string, listener: AnyListener): boolean {
    return leave(this.#find(pattern, listener));
  }

  emit(name: string, data: unknown): BusEvent {
    const event = createEvent(name, data, this.#options.clock?.());
    this.#events.push(event);
    this.deliver(event);
    return event;
  }

  deliver(event: BusEvent): void {
    const { onError } = this.#options;
    for (const { listener, pattern } of this.#list.filter(
      (one) => !one.left && slowMatches(wordsOf(one.pattern), wordsOf(event.name)),
    )) {
      attempt(
        () => listener(event.data, event),
        (error) => attempt(() => onError?.(error, event, pattern), console.error),
      );
    }
  }

  get history(): readonly BusEvent[] {
    const { historyLimit = Infinity } = this.#options;
    return this.#events.filter((_, at) => at >= this.#events.length - historyLimit);
  }

  #find(pattern: string, listener: AnyListener) {
    return this.#list.find(
      (one) => !one.left && one.pattern === pattern && one.listener === listener,
    );
  }
}

export const SlowBus = PlainBus as BusClass;

function leave(subscription: { left: boolean } = { left: true }): boolean {
  const was = subscription.left;
  subscription.left = true;
  return !was;
}

function attempt(run: () => unknown, failed: (error: unknown) => void): void {
  try {
    Promise.resolve(run()).then(undefined, failed);
  } catch (error) {
    failed(error);
  }
}
