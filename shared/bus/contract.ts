/**
 * The words that every bus of this workbook shares: what an event is, what a listener is, and
 * what a bus can do. The buses themselves live beside this file, one to a lesson.
 */

// #region event
/** Something that has happened. Events are facts: they are frozen and never change. */
export interface BusEvent<Name extends string = string, Data = unknown> {
  /** Unique across processes: a random prefix of the process, then a counter. */
  readonly id: string;
  /** Words in the past tense, separated by dots: `order.created`. */
  readonly name: Name;
  readonly data: Data;
  /** When it happened, in ms since 1970-01-01 UTC. */
  readonly timestamp: number;
  /** Set on an event that was read from a log: it is about the past and is not news. */
  readonly replayed?: true;
}
// #endregion

/** The catalogue of a bus that was given none: any name, with data of any kind. */
export type AnyEvents = Record<string, unknown>;

/** The names in a catalogue such as `interface ShopEvents { "order.created": { … } }`. */
export type NameOf<Events extends object> = keyof Events & string;

/** An event of the catalogue; of several names, the union of their events. */
export type EventOf<
  Events extends object,
  Name extends NameOf<Events> = NameOf<Events>,
> = {
  [Each in Name]: BusEvent<Each, Events[Each]>;
}[Name];

type Words<Text extends string> = Text extends ""
  ? []
  : Text extends `${infer First}.${infer Rest}`
    ? [First, ...(Rest extends "" ? [""] : Words<Rest>)]
    : [Text];

type Matches<Pattern extends string[], Name extends string[]> = Pattern extends [
  infer First,
  ...infer Rest extends string[],
]
  ? First extends "#"
    ? Matches<Rest, Name> extends true
      ? true
      : Name extends [string, ...infer Others extends string[]]
        ? Matches<Pattern, Others>
        : false
    : Name extends [infer Word, ...infer Others extends string[]]
      ? First extends "*" | Word
        ? Matches<Rest, Others>
        : false
      : false
  : Name extends []
    ? true
    : false;

/**
 * The names of the catalogue that a pattern matches, by the rules of the wildcards: `*` is one
 * word, `#` is any number of words. A pattern only known at run time may match all of them.
 */
export type NameMatching<Events extends object, Pattern extends string> = string extends
  | Pattern
  | NameOf<Events>
  ? NameOf<Events>
  : {
      [Name in NameOf<Events>]: Matches<Words<Pattern>, Words<Name>> extends true
        ? Name
        : never;
    }[NameOf<Events>];

/** A pattern that matches something in the catalogue; one that matches nothing is a mistake. */
export type PatternOf<Events extends object, Pattern extends string> =
  | NameOf<Events>
  | ([NameMatching<Events, Pattern>] extends [never] ? never : Pattern);

/**
 * Is called with the data of an event and the event itself. It may be async. If it throws or
 * rejects, neither the producer nor any other listener notices: see {@link OnError}.
 */
export type Listener<
  Events extends object = AnyEvents,
  Pattern extends string = string,
> = (
  data: Events[NameMatching<Events, Pattern>],
  event: EventOf<Events, NameMatching<Events, Pattern>>,
) => unknown;

/** Ends one subscription and no other; returns whether it was still there. */
export type Unsubscribe = () => boolean;

/**
 * Is called when a listener fails: with what it threw, the event, and the pattern. An `onError`
 * that throws or rejects itself disturbs nothing: {@link reportError} prints its failure.
 */
export type OnError = (error: unknown, event: BusEvent, pattern: string) => unknown;

/** What a bus does with failures by default: it prints them on stderr. */
export const reportError: OnError = (error, event, pattern) => {
  console.error(
    `A listener of "${pattern}" failed at ${event.name} (${event.id}): ${describe(error)}`,
  );
};

/** A line about what was thrown, and where. */
export function describe(thrown: unknown): string {
  const words = inWords(thrown)
    .replace(/[\r\n]+ */g, " ")
    .trim();
  try {
    const place = thrown instanceof Error ? placeIn(thrown.stack ?? "") : "";
    return words + (place && ` (${place})`);
  } catch {
    return words;
  }
}

/** What was thrown, in words: that can be anything, even what cannot be turned into a string. */
export function inWords(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  } catch {
    return `${typeof thrown} that cannot be turned into a string`;
  }
}

/** File and line of the innermost call that is not Node's own. */
function placeIn(stack: string): string {
  const frame = /^ +at (?:.*? \()?((?:file:|\/|[A-Za-z]:).*:\d+):\d+\)?$/m.exec(stack);
  return frame?.[1] ?? "";
}

/**
 * Somebody's function, such as an `onError`, so that it disturbs nothing: when it throws or rejects,
 * that is a line on stderr.
 *
 * @param name what that line calls it
 */
export function safely<Args extends unknown[]>(
  name: string,
  call: (...args: Args) => unknown,
): (...args: Args) => Promise<void> {
  return async (...args) => {
    try {
      await call(...args);
    } catch (error) {
      console.error(`${name} failed: ${describe(error)}`);
    }
  };
}

/** The time now, in ms since 1970-01-01 UTC. Tests hand in their own. */
export type Clock = () => number;

/** Options for a bus. */
export interface BusOptions {
  /** How many events the history keeps at most: the newest ones. Default: `Infinity`. */
  historyLimit?: number;
  /** Is called for every listener that throws or rejects. Default: {@link reportError}. */
  onError?: OnError;
  /** Where timestamps come from. Default: `Date.now`. */
  clock?: Clock;
}

/** Carries events from those who emit them to those who listen, without either knowing the other. */
export interface Bus<Events extends object = AnyEvents> {
  /**
   * Calls `listener` for every event whose name matches `pattern`. Listeners are called in the
   * order in which they subscribed. The same listener under the same pattern counts once.
   *
   * @throws TypeError if the pattern is empty or the listener is not a function
   */
  subscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ): Unsubscribe;

  /** Ends the subscription of `listener` to `pattern`; returns whether there was one. */
  unsubscribe<Pattern extends string>(
    pattern: PatternOf<Events, Pattern>,
    listener: Listener<Events, Pattern>,
  ): boolean;

  /**
   * Makes an event, remembers it in the history and delivers it. Returns at once: nobody waits
   * for listeners that are async, for a queue or for a network.
   *
   * @throws TypeError if the name is empty or one of its words is a wildcard
   */
  emit<Name extends NameOf<Events>>(
    name: Name,
    data: Events[Name],
  ): EventOf<Events, Name>;

  /**
   * Hands an event that exists already to its listeners, unchanged and without adding it to the
   * history: one that was replayed from a log, or that came in from another process.
   */
  deliver(event: EventOf<Events>): void;

  /** Every event emitted here, oldest first, whether anybody heard it or not. */
  readonly history: readonly EventOf<Events>[];
}

/** A listener of any kind of event. */
export type AnyListener = (data: unknown, event: BusEvent) => unknown;

/** Makes a typed bus of a plain class: `export const EventBus = PlainBus as BusClass;`. */
export type BusClass = new <Events extends object = AnyEvents>(
  options?: BusOptions,
) => Bus<Events>;

/** A bus that keeps events outside this process: on a disk or at a broker. */
export interface StoringBus<Events extends object = AnyEvents> extends Bus<Events> {
  /** Resolves when every event emitted so far is stored; rejects if one cannot be. */
  flush(): Promise<void>;
}

const processId = Array.from(crypto.getRandomValues(new Uint32Array(2)), (part) =>
  part.toString(36).padStart(7, "0"),
).join("");
let created = 0;
/** The last name that was checked and is right: most events are named like the one before. */
let lastName = "order.created";

/**
 * Makes a new event, frozen, with an id of its own.
 *
 * @param timestamp when it happened, in ms since 1970-01-01 UTC
 * @throws TypeError if the name is empty or one of its words is a wildcard
 */
export function createEvent<Name extends string, Data>(
  name: Name,
  data: Data,
  timestamp: number = Date.now(),
): BusEvent<Name, Data> {
  if (name !== lastName) {
    if (!isEventName(name)) {
      throw new TypeError(
        `An event name is like "order.created", without wildcards; got ${JSON.stringify(name)}.`,
      );
    }
    lastName = name;
  }
  created += 1;
  return Object.freeze({ id: `${processId}-${created}`, name, data, timestamp });
}

/** Whether a value that came as JSON is an event. */
export function isEvent(value: unknown): value is BusEvent {
  if (typeof value !== "object" || value === null) return false;
  const { id, name, timestamp } = value as Partial<Record<keyof BusEvent, unknown>>;
  return (
    typeof id === "string" && typeof name === "string" && typeof timestamp === "number"
  );
}

function isEventName(name: unknown): boolean {
  if (typeof name !== "string" || name === "") return false;
  if (!name.includes("*") && !name.includes("#")) return true;
  return !name.split(".").some((word) => word === "*" || word === "#");
}
