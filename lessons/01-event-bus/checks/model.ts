/** What `matches` and the bus must do, so slow and simple that it is plainly right. */
import type { AnyListener, BusClass, BusEvent, BusOptions } from "#bus/contract";
import { createEvent, reportError } from "#bus/contract";

export const wordsOf = (text: string) => (text === "" ? [] : text.split("."));

/** The model of `matches`: all places in the words of a name that those of a pattern can have come to. */
export function slowMatches(pattern: string, name: string): boolean {
  const words = wordsOf(name);
  let places = [0];
  for (const part of wordsOf(pattern)) {
    const from = Math.min(...places);
    if (part === "#") places = [...words.keys(), words.length].filter((at) => at >= from);
    else
      places = places
        .filter((at) => at < words.length && (part === "*" || part === words[at]))
        .map((at) => at + 1);
  }
  return places.includes(words.length);
}

/** The model of the bus: one list, replaced when somebody joins or leaves. */
class PlainBus {
  readonly #options;
  #list: { pattern: string; listener: AnyListener }[] = [];
  readonly #events: BusEvent[] = [];

  constructor(options: BusOptions = {}) {
    this.#options = options;
  }

  subscribe(pattern: string, listener: AnyListener): () => boolean {
    if (!pattern || typeof pattern !== "string" || !listener)
      throw new TypeError("refused");
    const one = this.#find(pattern, listener) ?? { pattern, listener };
    if (!this.#list.includes(one)) this.#list = [...this.#list, one];
    return () => this.#end(one);
  }

  unsubscribe(pattern: string, listener: AnyListener): boolean {
    return this.#end(this.#find(pattern, listener));
  }

  emit(name: string, data: unknown): BusEvent {
    const event = createEvent(name, data, this.#options.clock?.());
    this.#events.push(event);
    this.deliver(event);
    return event;
  }

  deliver(event: BusEvent): void {
    const { onError = reportError } = this.#options;
    for (const { listener, pattern } of this.#list) {
      if (!slowMatches(pattern, event.name)) continue;
      attempt(
        () => listener(event.data, event),
        (error) => attempt(() => onError(error, event, pattern), console.error),
      );
    }
  }

  get history(): readonly BusEvent[] {
    const { historyLimit = Infinity } = this.#options;
    return this.#events.filter((_, at) => at >= this.#events.length - historyLimit);
  }

  #end(subscription?: { pattern: string }): boolean {
    const before = this.#list;
    this.#list = before.filter((one) => one !== subscription);
    return this.#list.length < before.length;
  }

  #find(pattern: string, listener: AnyListener) {
    return this.#list.find((one) => one.pattern === pattern && one.listener === listener);
  }
}

export const SlowBus = PlainBus as BusClass;

export async function attempt(run: () => unknown, failed: (error: unknown) => void) {
  try {
    await run();
  } catch (error) {
    failed(error);
  }
}
