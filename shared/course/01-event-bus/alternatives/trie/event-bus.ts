import {
  type AnyEvents,
  type Bus,
  type BusEvent,
  type BusOptions,
  createEvent,
  type EventOf,
  type Listener,
  type NameOf,
  type PatternOf,
  reportError,
} from "#bus/contract";

interface Entry {
  readonly turn: number;
  readonly pattern: string;
  readonly listener: unknown;
}

/** One word of the patterns; what may follow it hangs below. */
class Branch {
  readonly below = new Map<string, Branch>();
  readonly entries = new Map<unknown, Entry>();

  grow(words: string[]): Branch {
    let branch: Branch = this;
    for (const word of words) {
      let next = branch.below.get(word);
      if (!next) branch.below.set(word, (next = new Branch()));
      branch = next;
    }
    return branch;
  }

  collect(
    words: string[],
    at: number,
    found: Set<Entry>,
    seen: Set<string>,
    path: string,
  ): void {
    const key = `${path} ${at}`;
    if (seen.has(key)) return;
    seen.add(key);
    if (at === words.length) for (const entry of this.entries.values()) found.add(entry);
    const hash = this.below.get("#");
    if (hash) {
      for (let to = at; to <= words.length; to++) {
        hash.collect(words, to, found, seen, `${path}.#`);
      }
    }
    const word = words[at];
    if (word === undefined) return;
    this.below.get("*")?.collect(words, at + 1, found, seen, `${path}.*`);
    if (word !== "*" && word !== "#") {
      this.below.get(word)?.collect(words, at + 1, found, seen, `${path}.${word}`);
    }
  }
}

const split = (text: string) => (text === "" ? [] : text.split("."));

export class EventBus<Events extends object = AnyEvents> implements Bus<Events> {
  private readonly root = new Branch();
  private readonly past: EventOf<Events>[] = [];
  private readonly options: BusOptions;
  private turns = 0;

  constructor(options: BusOptions = {}) {
    const limit = options.historyLimit ?? 0;
    if (!Number.isInteger(limit) || limit < 0)
      throw new TypeError(`Bad historyLimit: ${limit}`);
    this.options = options;
  }

  subscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ) {
    if (typeof listener !== "function")
      throw new TypeError("listener: a function is needed");
    if (typeof pattern !== "string" || pattern === "")
      throw new TypeError("pattern: missing");
    const { entries } = this.root.grow(split(pattern));
    const entry = { turn: this.turns++, pattern, listener };
    if (!entries.has(listener)) entries.set(listener, entry);
    return this.unsubscribe.bind(
      this,
      pattern as never,
      listener as never,
    ) as () => boolean;
  }

  unsubscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ) {
    return this.root.grow(split(pattern)).entries.delete(listener);
  }

  emit<Name extends NameOf<Events>>(name: Name, data: Events[Name]) {
    const event = createEvent(name, data, (this.options.clock ?? Date.now)());
    this.past.push(event);
    if (this.past.length > (this.options.historyLimit ?? Infinity)) this.past.shift();
    this.deliver(event);
    return event;
  }

  deliver(event: EventOf<Events>) {
    const found = new Set<Entry>();
    this.root.collect(split(event.name), 0, found, new Set(), "");
    for (const { pattern, listener } of [...found].sort((a, b) => a.turn - b.turn)) {
      const failed = (error: unknown) =>
        (this.options.onError ?? reportError)(error, event, pattern);
      try {
        const done = (listener as (data: unknown, event: BusEvent) => unknown)(
          event.data,
          event,
        );
        Promise.resolve(done).catch(failed);
      } catch (error) {
        failed(error);
      }
    }
  }

  get history() {
    return [...this.past];
  }
}
