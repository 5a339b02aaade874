import { proof } from "../proof.ts";

const bus = "event-bus.ts";
const wildcards = "wildcards.ts";

export default proof({
  steps: {
    7: [
      {
        file: bus,
        find: `    if (
      historyLimit !== Infinity &&
      !(Number.isInteger(historyLimit) && historyLimit >= 0)
    ) {
      throw new TypeError(
        \`historyLimit must be a whole number, 0 or more; got \${historyLimit}.\`,
      );
    }
`,
        put: "",
      },
      {
        file: bus,
        find: `    if (typeof pattern !== "string" || pattern === "") {
      throw new TypeError(
        \`A pattern is a text such as "order.*"; got \${JSON.stringify(pattern)}.\`,
      );
    }
    if (typeof listener !== "function") {
      throw new TypeError(
        \`The listener of "\${pattern}" must be a function; got \${typeof listener}.\`,
      );
    }
`,
        put: `    if (!pattern || typeof listener !== "function") todo(7, "refuse bad input with a TypeError");
`,
      },
      {
        file: bus,
        find: `import { matches }`,
        put: `import { todo } from "#todo";\nimport { matches }`,
      },
    ],
    6: [
      {
        file: bus,
        find: `    this.#options = { historyLimit, onError, clock };`,
        put: `    if (options.onError) todo(6, "remember onError, and call it when a listener fails");
    this.#options = { historyLimit, onError, clock };`,
      },
      {
        file: bus,
        find: `    const { onError } = this.#options;
    try {
      const result = listener(event.data, event);
      if (isPromise(result)) {
        result.then(undefined, (error: unknown) => onError(error, event, pattern));
      }
    } catch (error) {
      onError(error, event, pattern);
    }`,
        put: `    listener(event.data, event);`,
      },
    ],
    5: [
      {
        file: wildcards,
        find: `    if (wanted[want] === "#") {
      hash = want++;
      taken = at;
    } else if`,
        put: `    if`,
      },
      {
        file: wildcards,
        find: `export function matches(pattern: string, name: string): boolean {
`,
        put: `export function matches(pattern: string, name: string): boolean {
  if (pattern.includes("#")) todo(5, "let # stand for any number of words, none included");
`,
      },
      {
        file: wildcards,
        find: `/**\n * Whether`,
        put: `import { todo } from "#todo";\n\n/**\n * Whether`,
      },
    ],
    4: [
      {
        file: wildcards,
        find: `  const wanted = wordsOf(pattern);`,
        put: `  if (pattern.includes("*")) todo(4, "compare word by word; * stands for exactly one word");
  const wanted = wordsOf(pattern);`,
      },
    ],
    3: [
      { file: bus, find: `    this.#remember(event);\n`, put: "" },
      {
        file: bus,
        find: `    return this.#history.slice(
      Math.max(0, this.#history.length - this.#options.historyLimit),
    );`,
        put: `    return todo(3, "return every event emitted so far, oldest first");`,
      },
    ],
    2: [
      {
        file: bus,
        find: `    const listeners = this.#subscriptions.get(pattern);
    if (!listeners?.delete(listener)) return false;
    if (listeners.size === 0) this.#subscriptions.delete(pattern);
    this.#routes.clear();
    return true;`,
        put: `    return todo(2, "forget this listener of this pattern; return whether there was one");`,
      },
    ],
    1: [
      {
        file: bus,
        find: `    for (const subscription of this.#routeOf(event.name)) this.#call(subscription, event);`,
        put: `    todo(1, "call every listener of this event with (event.data, event)");`,
      },
      {
        file: bus,
        find: `    const event = createEvent(name, data, this.#options.clock());`,
        put: `    if (name) return todo(1, "create the event with createEvent, deliver it, and return it");
    const event = createEvent(name, data, this.#options.clock());`,
      },
    ],
  },

  mistakes: [
    {
      name: "only the newest listener of a name is kept",
      step: 1,
      change: [
        {
          file: bus,
          find: `this.#subscriptions.get(pattern) ?? new Map<unknown, Subscription>();`,
          put: `new Map<unknown, Subscription>();`,
        },
      ],
    },
    {
      name: "listeners are called newest first",
      step: 1,
      change: [
        { file: bus, find: `one.order - other.order`, put: `other.order - one.order` },
      ],
    },
    {
      name: "a listener gets the event in place of the data",
      step: 1,
      change: [
        { file: bus, find: `listener(event.data, event)`, put: `listener(event, event)` },
      ],
    },
    {
      name: "a listener is not given the event",
      step: 1,
      change: [
        {
          file: bus,
          find: `listener(event.data, event)`,
          put: `(listener as (data: unknown) => unknown)(event.data)`,
        },
      ],
    },
    {
      name: "the injected clock is ignored",
      step: 1,
      change: [
        {
          file: bus,
          find: `createEvent(name, data, this.#options.clock())`,
          put: `createEvent(name, data)`,
        },
      ],
    },
    {
      name: "deliver hands on a copy of the event",
      step: 1,
      change: [
        {
          file: bus,
          find: `this.#call(subscription, event);\n  }`,
          put: `this.#call(subscription, { ...event });\n  }`,
        },
      ],
    },
    {
      name: "emit returns a copy that is not frozen",
      step: 1,
      change: [{ file: bus, find: `    return event;`, put: `    return { ...event };` }],
    },
    {
      name: "the subscriptions of all buses are one",
      step: 1,
      change: [
        {
          file: bus,
          find: `  readonly #subscriptions = new Map<string, Map<unknown, Subscription>>();`,
          put: `  readonly #subscriptions = everybody;`,
        },
        {
          file: bus,
          find: `/** The bus remembers the routes`,
          put: `const everybody = new Map<string, Map<unknown, Subscription>>();

/** The bus remembers the routes`,
        },
      ],
    },
    {
      name: "listeners are kept in a plain object, where constructor is already there",
      step: 1,
      change: [
        {
          file: bus,
          find: `    const known = this.#routes.get(name);`,
          put: `    const known = ({} as Record<string, readonly Subscription[]>)[name] ?? this.#routes.get(name);`,
        },
      ],
    },
    {
      name: "unsubscribe leaves the listener where it is",
      step: 2,
      change: [
        {
          file: bus,
          find: `listeners?.delete(listener)`,
          put: `listeners?.has(listener)`,
        },
      ],
    },
    {
      name: "unsubscribe says yes whatever happened",
      step: 2,
      change: [
        {
          file: bus,
          find: `if (!listeners?.delete(listener)) return false;`,
          put: `listeners?.delete(listener);`,
        },
        {
          file: bus,
          find: `if (listeners.size === 0)`,
          put: `if (listeners?.size === 0)`,
        },
      ],
    },
    {
      name: "unsubscribe removes everybody who listens to the name",
      step: 2,
      change: [{ file: bus, find: `if (listeners.size === 0) this`, put: `this` }],
    },
    {
      name: "unsubscribe forgets the listener under every pattern",
      step: 2,
      change: [
        {
          file: bus,
          find: `    if (listeners.size === 0) this.#subscriptions.delete(pattern);`,
          put: `    for (const others of this.#subscriptions.values()) others.delete(listener);`,
        },
      ],
    },
    {
      name: "the function that subscribe returns does nothing",
      step: 2,
      change: [
        {
          file: bus,
          find: `return () => this.unsubscribe(pattern, listener);`,
          put: `return () => false;`,
        },
      ],
    },
    {
      name: "the same listener is called as often as it subscribed",
      step: 2,
      change: [
        { file: bus, find: `    if (!listeners.has(listener)) {`, put: `    {` },
        {
          file: bus,
          find: `listeners.set(listener, {`,
          put: `listeners.set(listeners.has(listener) ? Symbol() : listener, {`,
        },
      ],
    },
    {
      name: "subscribing again moves the listener to the end",
      step: 2,
      change: [
        {
          file: bus,
          find: `    if (!listeners.has(listener)) {`,
          put: `    listeners.delete(listener);\n    {`,
        },
      ],
    },
    {
      name: "who unsubscribes in the middle of an event makes the next one miss it",
      step: 2,
      change: [
        {
          file: bus,
          find: `    if (!listeners?.delete(listener)) return false;`,
          put: `    for (const route of this.#routes.values()) {
      const at = route.findIndex((one) => one.listener === listener && one.pattern === pattern);
      if (at >= 0) (route as Subscription[]).splice(at, 1);
    }
    if (!listeners?.delete(listener)) return false;`,
        },
      ],
    },
    {
      name: "a listener subscribed in the middle of an event hears that event",
      step: 2,
      change: [
        {
          file: bus,
          find: `      this.#subscriptions.set(pattern, listeners);`,
          put: `      this.#subscriptions.set(pattern, listeners);
      const added = listeners.get(listener);
      if (added) (this.#routes.get(pattern) as Subscription[] | undefined)?.push(added);`,
        },
      ],
    },
    {
      name: "events emitted by a listener wait until the first one is through",
      step: 2,
      change: [
        {
          file: bus,
          find: `    for (const subscription of this.#routeOf(event.name)) this.#call(subscription, event);`,
          put: `    this.#waiting.push(event);
    if (this.#waiting.length > 1) return;
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      for (const subscription of this.#routeOf(next.name)) this.#call(subscription, next);
      this.#waiting.shift();
    }`,
        },
        {
          file: bus,
          find: `  #subscribed = 0;`,
          put: `  #subscribed = 0;\n  readonly #waiting: EventOf<Events>[] = [];`,
        },
      ],
    },
    {
      name: "only events that somebody heard are remembered",
      step: 3,
      change: [
        {
          file: bus,
          find: `    this.#remember(event);`,
          put: `    if (this.#routeOf(name).length > 0) this.#remember(event);`,
        },
      ],
    },
    {
      name: "an event is remembered after its listeners were called",
      step: 3,
      change: [
        {
          file: bus,
          find: `    this.#remember(event);\n    this.deliver(event);`,
          put: `    this.deliver(event);\n    this.#remember(event);`,
        },
      ],
    },
    {
      name: "delivered events are remembered as if they were emitted",
      step: 3,
      change: [
        { file: bus, find: `    this.#remember(event);\n`, put: "" },
        {
          file: bus,
          find: `    for (const subscription of`,
          put: `    this.#remember(event);\n    for (const subscription of`,
        },
      ],
    },
    {
      name: "the history handed out is the bus's own list",
      step: 3,
      change: [
        {
          file: bus,
          find: `    return this.#history.slice(
      Math.max(0, this.#history.length - this.#options.historyLimit),
    );`,
          put: `    if (this.#history.length > this.#options.historyLimit) this.#history = this.#history.slice(1);
    return this.#history;`,
        },
      ],
    },
    {
      name: "the limit keeps the oldest events",
      step: 3,
      change: [
        {
          file: bus,
          find: `this.#history.slice(
      Math.max(0, this.#history.length - this.#options.historyLimit),
    )`,
          put: `this.#history.slice(0, this.#options.historyLimit)`,
        },
        {
          file: bus,
          find: `if (this.#history.length > 2 * this.#options.historyLimit)`,
          put: `if (this.#history.length < 0)`,
        },
      ],
    },
    {
      name: "a limit of 0 is taken for no limit",
      step: 3,
      change: [
        {
          file: bus,
          find: `    this.#options = { historyLimit, onError`,
          put: `    this.#options = { historyLimit: historyLimit || Infinity, onError`,
        },
      ],
    },
    {
      name: "a star stands for any characters, as in a file name",
      step: 4,
      change: [
        {
          file: wildcards,
          find: `  const wanted = wordsOf(pattern);`,
          put: `  if (!pattern.includes("#")) {
    const glob = pattern.split("*").map((text) => text.replaceAll(".", "\\\\."));
    return new RegExp(\`^\${glob.join(".*")}$\`).test(name);
  }
  const wanted = wordsOf(pattern);`,
        },
      ],
    },
    {
      name: "a dot in a pattern stands for any character",
      step: 4,
      change: [
        {
          file: wildcards,
          find: `  const wanted = wordsOf(pattern);`,
          put: `  if (!pattern.includes("#")) {
    return new RegExp(\`^\${pattern.replaceAll(/(?<![^.])\\*(?![^.])/g, "[^.]*")}$\`).test(name) && (name !== "" || pattern === "");
  }
  const wanted = wordsOf(pattern);`,
        },
      ],
    },
    {
      name: "a star matches a word that is missing at the end",
      step: 4,
      change: [
        {
          file: wildcards,
          find: `every((word) => word === "#")`,
          put: `every((word) => word === "#" || word === "*")`,
        },
      ],
    },
    {
      name: "a pattern matches when the name begins with it",
      step: 4,
      change: [
        {
          file: wildcards,
          find: `    } else {
      return false;`,
          put: `    } else {
      return want === wanted.length;`,
        },
      ],
    },
    {
      name: "an empty word is no word to a star",
      step: 4,
      change: [
        {
          file: wildcards,
          find: `wanted[want] === "*" ||`,
          put: `(wanted[want] === "*" && words[at] !== "") ||`,
        },
      ],
    },
    {
      name: "wildcard listeners are called after the exact ones",
      step: 4,
      change: [
        {
          file: bus,
          find: `one.order - other.order`,
          put: `(one.pattern === name ? 0 : 1) - (other.pattern === name ? 0 : 1) || one.order - other.order`,
        },
      ],
    },
    {
      name: "a listener is called once, however many of its patterns match",
      step: 4,
      change: [
        {
          file: bus,
          find: `      .sort((one, other) => one.order - other.order);`,
          put: `      .sort((one, other) => one.order - other.order)
      .filter((one, at, all) => all.findIndex((other) => other.listener === one.listener) === at);`,
        },
      ],
    },
    {
      name: "who listens to a name is never looked up again",
      step: 2,
      change: [
        {
          file: bus,
          find: `      this.#subscriptions.set(pattern, listeners);\n      this.#routes.clear();`,
          put: `      this.#subscriptions.set(pattern, listeners);\n      this.#routes.delete(pattern);`,
        },
        {
          file: bus,
          find: `delete(pattern);\n    this.#routes.clear();`,
          put: `delete(pattern);`,
        },
      ],
    },
    {
      name: "a new wildcard subscription does not change who hears a name already emitted",
      step: 4,
      change: [
        {
          file: bus,
          find: `      this.#subscriptions.set(pattern, listeners);\n      this.#routes.clear();`,
          put: `      this.#subscriptions.set(pattern, listeners);\n      this.#routes.delete(pattern);`,
        },
      ],
    },
    {
      name: "a hash wants at least one word",
      step: 5,
      change: [
        {
          file: wildcards,
          find: `      hash = want++;\n      taken = at;`,
          put: `      hash = want++;\n      taken = ++at;`,
        },
      ],
    },
    {
      name: "a hash that has taken its words never takes one more",
      step: 5,
      change: [
        {
          file: wildcards,
          find: `} else if (hash >= 0) {`,
          put: `} else if (hash >= 0 && want === wanted.length && hash === want - 1) {`,
        },
      ],
    },
    {
      name: "a hash works only at the end of a pattern",
      step: 5,
      change: [
        {
          file: wildcards,
          find: `    if (wanted[want] === "#") {`,
          put: `    if (wanted[want] === "#" && want === wanted.length - 1) {`,
        },
      ],
    },
    {
      name: "every combination of every hash is tried, so that many of them take for ever",
      step: 5,
      endless: true,
      change: [
        {
          file: wildcards,
          find: `  const wanted = wordsOf(pattern);
  const words = wordsOf(name);`,
          put: `  return tryAll(wordsOf(pattern), wordsOf(name));
}

function tryAll([part, ...parts]: string[], words: string[]): boolean {
  if (part === undefined) return words.length === 0;
  if (part === "#") {
    return tryAll(parts, words) || (words.length > 0 && tryAll(["#", ...parts], words.slice(1)));
  }
  return words.length > 0 && (part === "*" || part === words[0]) && tryAll(parts, words.slice(1));
}

export function unused(pattern: string, name: string): boolean {
  const wanted = wordsOf(pattern);
  const words = wordsOf(name);`,
        },
      ],
    },
    {
      name: "the first failure ends the round",
      step: 6,
      change: [
        {
          file: bus,
          find: `    for (const subscription of this.#routeOf(event.name)) this.#call(subscription, event);`,
          put: `    this.#routeOf(event.name).every((subscription) => this.#call(subscription, event));`,
        },
        {
          file: bus,
          find: `event: BusEvent): void {\n    const { onError }`,
          put: `event: BusEvent): boolean {\n    const { onError }`,
        },
        {
          file: bus,
          find: `      onError(error, event, pattern);\n    }\n  }`,
          put: `      onError(error, event, pattern);\n      return false;\n    }\n    return true;\n  }`,
        },
      ],
    },
    {
      name: "failures are swallowed",
      step: 6,
      change: [
        { file: bus, find: `      onError(error, event, pattern);\n    }`, put: `    }` },
      ],
    },
    {
      name: "rejected promises are nobody's business",
      step: 6,
      change: [
        {
          file: bus,
          find: `result.then(undefined, (error: unknown) => onError(error, event, pattern));`,
          put: `result.then(undefined, () => {});`,
        },
      ],
    },
    {
      name: "onError is told the name in place of the pattern",
      step: 6,
      change: [
        {
          file: bus,
          find: `    } catch (error) {
      onError(error, event, pattern);`,
          put: `    } catch (error) {
      onError(error, event, event.name);`,
        },
      ],
    },
    {
      name: "only real Errors are reported",
      step: 6,
      change: [
        {
          file: bus,
          find: `    } catch (error) {
      onError(error, event, pattern);`,
          put: `    } catch (error) {
      if (error) onError(error, event, pattern);`,
        },
      ],
    },
    {
      name: "a listener that failed is unsubscribed",
      step: 6,
      change: [
        {
          file: bus,
          find: `    } catch (error) {
      onError(error, event, pattern);`,
          put: `    } catch (error) {
      this.#subscriptions.get(pattern)?.delete(listener);
      this.#routes.clear();
      onError(error, event, pattern);`,
        },
      ],
    },
    {
      name: "without onError, failures vanish",
      step: 6,
      change: [{ file: bus, find: `onError = reportError`, put: `onError = () => {}` }],
    },
    {
      name: "any listener is accepted, whatever it is",
      step: 7,
      change: [
        {
          file: bus,
          find: `typeof listener !== "function"`,
          put: `listener === undefined`,
        },
      ],
    },
    {
      name: "an empty pattern is accepted",
      step: 7,
      change: [{ file: bus, find: ` || pattern === "") {`, put: `) {` }],
    },
    {
      name: "a negative limit is accepted",
      step: 7,
      change: [{ file: bus, find: ` && historyLimit >= 0)`, put: `)` }],
    },
    {
      name: "half an event may be the limit",
      step: 7,
      change: [
        {
          file: bus,
          find: `Number.isInteger(historyLimit) &&`,
          put: `!Number.isNaN(historyLimit) &&`,
        },
      ],
    },
    {
      name: "a listener that is refused is refused without a word",
      step: 7,
      change: [
        {
          file: bus,
          find: `      throw new TypeError(
        \`The listener of "\${pattern}" must be a function; got \${typeof listener}.\`,
      );`,
          put: `      throw new TypeError();`,
        },
      ],
    },
    {
      name: "a pattern and a limit are refused without a word",
      step: 7,
      change: [
        {
          file: bus,
          find: `      throw new TypeError(
        \`A pattern is a text such as "order.*"; got \${JSON.stringify(pattern)}.\`,
      );`,
          put: `      throw new TypeError(" ");`,
        },
        {
          file: bus,
          find: `      throw new TypeError(
        \`historyLimit must be a whole number, 0 or more; got \${historyLimit}.\`,
      );`,
          put: `      throw new TypeError("");`,
        },
      ],
    },
    {
      name: "what is refused is refused with an error of another kind",
      step: 7,
      change: [
        {
          file: bus,
          find: `      throw new TypeError(
        \`The listener`,
          put: `      throw new RangeError(
        \`The listener`,
        },
      ],
    },
  ],
});
