import {
  type AnyListener,
  type BusClass,
  type BusEvent,
  type BusOptions,
  createEvent,
  reportError,
} from "#bus/contract";

interface Entry {
  readonly turn: number;
  readonly pattern: string;
  readonly listener: AnyListener;
}

/** A history of which one can ask more than of an array. */
class Past extends Array<BusEvent> {
  get newest(): BusEvent | undefined {
    return this.at(-1);
  }
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

class PlainBus {
  private readonly root = new Branch();
  private readonly past: BusEvent[] = [];
  private readonly options: BusOptions;
  private turns = 0;

  constructor(options: BusOptions = {}) {
    const limit = options.historyLimit ?? 0;
    const makesSense = limit === Infinity || (Number.isInteger(limit) && limit >= 0);
    if (!makesSense || options.historyLimit === null)
      throw new TypeError(`Bad historyLimit: ${limit}`);
    this.options = options;
  }

  subscribe(pattern: string, listener: AnyListener) {
    if (typeof listener !== "function")
      throw new TypeError("listener: a function is needed");
    if (typeof pattern !== "string" || pattern === "")
      throw new TypeError("pattern: missing");
    const { entries } = this.root.grow(split(pattern));
    const entry = entries.get(listener) ?? { turn: this.turns++, pattern, listener };
    entries.set(listener, entry);
    return () => entries.get(listener) === entry && entries.delete(listener);
  }

  unsubscribe(pattern: string, listener: AnyListener) {
    return this.root.grow(split(pattern)).entries.delete(listener);
  }

  emit(name: string, data: unknown) {
    const event = createEvent(name, data, (this.options.clock ?? Date.now)());
    this.past.push(event);
    if (this.past.length > (this.options.historyLimit ?? Infinity)) this.past.shift();
    this.deliver(event);
    return event;
  }

  deliver(event: BusEvent) {
    const { onError = reportError } = this.options;
    const found = new Set<Entry>();
    this.root.collect(split(event.name), 0, found, new Set(), "");
    for (const { pattern, listener } of [...found].sort((a, b) => a.turn - b.turn)) {
      run(
        () => listener(event.data, event),
        (error) =>
          run(
            () => onError(error, event, pattern),
            (failure) => reportError(failure, event, "onError"),
          ),
      );
    }
  }

  get history() {
    return Past.from(this.past);
  }
}

async function run(call: () => unknown, failed: (error: unknown) => void) {
  try {
    await call();
  } catch (error) {
    failed(error);
  }
}

export const EventBus = PlainBus as BusClass;
