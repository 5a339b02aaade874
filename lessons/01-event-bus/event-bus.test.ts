import assert from "node:assert/strict";
import { test } from "node:test";
import type { BusEvent, BusOptions } from "#bus/contract";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";
import { matches } from "#lesson/01-event-bus/wildcards.ts";

interface ShopEvents {
  "user.registered": { userId: number; email: string };
  "user.deleted": { userId: number };
  "order.created": { orderId: number };
  "order.item.added": { orderId: number; item: string };
}

const ann = { userId: 7, email: "ann@example.com" };

function shopBus(options?: BusOptions) {
  return new EventBus<ShopEvents>(options);
}

/** A listener that writes down the names of the events it hears. */
function notebook() {
  const heard: string[] = [];
  const listener = (_data: unknown, event: BusEvent) => {
    heard.push(event.name);
  };
  return { heard, listener };
}

/** What onError was told, as short lines. */
function failureLog() {
  const failures: string[] = [];
  const onError = (error: unknown, event: BusEvent, pattern: string) => {
    failures.push(
      `${pattern} at ${event.name}: ${error instanceof Error ? error.message : error}`,
    );
  };
  return { failures, onError };
}

function namesOf(events: readonly BusEvent[]): string[] {
  return events.map((event) => event.name);
}

/** Lets promises that are already settled reach those who wait for them. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Those inputs that were accepted, though a TypeError should have refused them. */
function accepted(inputs: unknown[], action: (input: never) => unknown): unknown[] {
  return inputs.filter((input) => messageOf(() => action(input as never)) === undefined);
}

/** What the TypeError says with which `action` was refused; undefined if it was accepted. */
function messageOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
  return undefined;
}

/** Whether `action` is refused with a TypeError, and whether that says why. */
function refusal(action: () => unknown): string {
  const message = messageOf(action);
  if (message === undefined) return "accepted";
  return message.trim() === "" ? "refused without a word" : "refused with a sentence";
}

// Step 1 · Subscribe and emit

test("step 1 · a listener hears the event it subscribed to", () => {
  const bus = shopBus();
  const { heard, listener } = notebook();
  bus.subscribe("user.registered", listener);
  bus.emit("user.registered", ann);
  assert.deepEqual(heard, ["user.registered"]);
});

test("step 1 · a listener does not hear other events", () => {
  const bus = shopBus();
  const { heard, listener } = notebook();
  bus.subscribe("user.registered", listener);
  bus.emit("order.created", { orderId: 15 });
  bus.emit("user.deleted", { userId: 7 });
  assert.deepEqual(heard, []);
});

test("step 1 · a listener is called with the data and the event", () => {
  const bus = shopBus();
  const calls: unknown[][] = [];
  bus.subscribe("user.registered", (...call) => calls.push(call));
  const event = bus.emit("user.registered", ann);
  assert.equal(calls.length, 1);
  assert.equal(calls[0]?.[0], ann);
  assert.equal(calls[0]?.[1], event);
});

test("step 1 · every listener hears, in the order of subscription", () => {
  const bus = shopBus();
  const calls: string[] = [];
  for (const name of ["email-sender", "logger", "analytics"]) {
    bus.subscribe("user.registered", () => calls.push(name));
  }
  bus.emit("user.registered", ann);
  assert.deepEqual(calls, ["email-sender", "logger", "analytics"]);
});

test("step 1 · emit returns the event: its id, name, data and time, frozen", () => {
  const bus = shopBus({ clock: () => Date.UTC(2026, 0, 31, 9, 30) });
  const event = bus.emit("user.registered", ann);
  const { id, ...rest } = event;
  assert.deepEqual(rest, {
    name: "user.registered",
    data: ann,
    timestamp: Date.UTC(2026, 0, 31, 9, 30),
  });
  assert.equal(typeof id, "string");
  assert.equal(Object.isFrozen(event), true);
});

test("step 1 · every event has an id of its own", () => {
  const bus = shopBus();
  const ids = [1, 2, 3].map((orderId) => bus.emit("order.created", { orderId }).id);
  assert.equal(new Set(ids).size, 3);
});

test("step 1 · an event that nobody listens to is no error", () => {
  const bus = shopBus();
  const event = bus.emit("order.created", { orderId: 15 });
  assert.equal(event.name, "order.created");
});

test("step 1 · deliver hands on an event from elsewhere, unchanged", () => {
  const bus = shopBus();
  const heard: BusEvent[] = [];
  bus.subscribe("order.created", (_data, event) => heard.push(event));
  const event = Object.freeze({
    id: "from-yesterday",
    name: "order.created" as const,
    data: { orderId: 15 },
    timestamp: 1_000,
    replayed: true as const,
  });
  bus.deliver(event);
  assert.equal(heard.length, 1);
  assert.equal(heard[0], event);
});

test("step 1 · two buses do not hear each other", () => {
  const kyiv = shopBus();
  const lviv = shopBus();
  const { heard, listener } = notebook();
  kyiv.subscribe("order.created", listener);
  lviv.emit("order.created", { orderId: 15 });
  assert.deepEqual(heard, []);
});

test("step 1 · names such as constructor and __proto__ are names like any other", () => {
  const bus = new EventBus();
  const { heard, listener } = notebook();
  bus.emit("constructor", 1);
  bus.subscribe("__proto__", listener);
  bus.subscribe("toString", listener);
  bus.emit("__proto__", 2);
  bus.emit("toString", 3);
  assert.deepEqual(heard, ["__proto__", "toString"]);
});

// Step 2 · Unsubscribe

test("step 2 · after unsubscribe a listener hears nothing more", () => {
  const bus = shopBus();
  const { heard, listener } = notebook();
  bus.subscribe("user.registered", listener);
  bus.emit("user.registered", ann);
  bus.unsubscribe("user.registered", listener);
  bus.emit("user.registered", ann);
  assert.deepEqual(heard, ["user.registered"]);
});

test("step 2 · unsubscribe says whether there was such a subscription", () => {
  const bus = shopBus();
  const { listener } = notebook();
  bus.subscribe("user.registered", listener);
  const otherPattern = bus.unsubscribe("user.deleted", listener);
  const otherListener = bus.unsubscribe("user.registered", () => {});
  const first = bus.unsubscribe("user.registered", listener);
  const again = bus.unsubscribe("user.registered", listener);
  assert.deepEqual(
    { otherPattern, otherListener, first, again },
    {
      otherPattern: false,
      otherListener: false,
      first: true,
      again: false,
    },
  );
});

test("step 2 · the function that subscribe returns unsubscribes", () => {
  const bus = shopBus();
  const { heard, listener } = notebook();
  const unsubscribe = bus.subscribe("user.registered", listener);
  const first = unsubscribe();
  const again = unsubscribe();
  bus.emit("user.registered", ann);
  assert.deepEqual({ heard, first, again }, { heard: [], first: true, again: false });
});

test("step 2 · unsubscribing one listener leaves the others and their order alone", () => {
  const bus = shopBus();
  const calls: string[] = [];
  bus.subscribe("user.registered", () => calls.push("email-sender"));
  const unsubscribe = bus.subscribe("user.registered", () => calls.push("logger"));
  bus.subscribe("user.registered", () => calls.push("analytics"));
  unsubscribe();
  bus.emit("user.registered", ann);
  assert.deepEqual(calls, ["email-sender", "analytics"]);
});

test("step 2 · one listener under two names is two subscriptions", () => {
  const bus = shopBus();
  const { heard, listener } = notebook();
  bus.subscribe("user.registered", listener);
  bus.subscribe("user.deleted", listener);
  bus.unsubscribe("user.registered", listener);
  bus.emit("user.registered", ann);
  bus.emit("user.deleted", { userId: 7 });
  assert.deepEqual(heard, ["user.deleted"]);
});

test("step 2 · the same listener under the same name counts once", () => {
  const bus = shopBus();
  const { heard, listener } = notebook();
  bus.subscribe("user.registered", listener);
  bus.subscribe("user.registered", listener);
  bus.emit("user.registered", ann);
  bus.unsubscribe("user.registered", listener);
  bus.emit("user.registered", ann);
  assert.deepEqual(heard, ["user.registered"]);
});

test("step 2 · subscribing again keeps the place in the order", () => {
  const bus = shopBus();
  const calls: string[] = [];
  const logger = () => calls.push("logger");
  bus.subscribe("user.registered", logger);
  bus.subscribe("user.registered", () => calls.push("analytics"));
  bus.subscribe("user.registered", logger);
  bus.emit("user.registered", ann);
  bus.unsubscribe("user.registered", logger);
  bus.emit("user.registered", ann);
  assert.deepEqual(calls, ["logger", "analytics", "analytics"]);
});

test("step 2 · a listener that leaves in the middle of an event skips nobody", () => {
  const bus = shopBus();
  const calls: string[] = [];
  const once = () => {
    calls.push("welcome gift");
    bus.unsubscribe("user.registered", once);
  };
  bus.subscribe("user.registered", once);
  bus.subscribe("user.registered", () => calls.push("logger"));
  bus.emit("user.registered", ann);
  bus.emit("user.registered", ann);
  assert.deepEqual(calls, ["welcome gift", "logger", "logger"]);
});

test("step 2 · a listener unsubscribed by another one still hears the event under way", () => {
  const bus = shopBus();
  const calls: string[] = [];
  const logger = () => calls.push("logger");
  bus.subscribe("user.registered", () => {
    calls.push("email-sender");
    bus.unsubscribe("user.registered", logger);
  });
  bus.subscribe("user.registered", logger);
  bus.emit("user.registered", ann);
  bus.emit("user.registered", ann);
  assert.deepEqual(calls, ["email-sender", "logger", "email-sender"]);
});

test("step 2 · a listener subscribed in the middle of an event waits for the next one", () => {
  const bus = shopBus();
  const calls: string[] = [];
  const late = () => calls.push("late");
  const first = () => {
    calls.push("first");
    bus.subscribe("user.registered", late);
  };
  bus.subscribe("user.registered", first);
  bus.emit("user.registered", ann);
  bus.emit("user.registered", ann);
  bus.unsubscribe("user.registered", first);
  bus.emit("user.registered", ann);
  assert.deepEqual(calls, ["first", "first", "late", "late"]);
});

test("step 2 · an event emitted by a listener is heard before emit goes on", () => {
  const bus = shopBus();
  const calls: string[] = [];
  const shop = () => {
    bus.emit("order.created", { orderId: 15 });
    calls.push("shop");
  };
  bus.subscribe("user.registered", shop);
  bus.subscribe("user.registered", () => calls.push("logger"));
  bus.subscribe("order.created", () => calls.push("stock"));
  bus.emit("user.registered", ann);
  bus.unsubscribe("user.registered", shop);
  bus.emit("user.registered", ann);
  assert.deepEqual(calls, ["stock", "shop", "logger", "logger"]);
});

// Step 3 · Remember

test("step 3 · the history holds every event, heard or not, oldest first", () => {
  const bus = shopBus();
  bus.subscribe("order.created", () => {});
  const first = bus.emit("user.registered", ann);
  const second = bus.emit("order.created", { orderId: 15 });
  const third = bus.emit("user.deleted", { userId: 7 });
  assert.deepEqual(bus.history, [first, second, third]);
});

test("step 3 · a new bus has an empty history", () => {
  assert.deepEqual(shopBus().history, []);
});

test("step 3 · an event is in the history before its listeners are called", () => {
  const bus = shopBus();
  const seen: number[] = [];
  bus.subscribe("order.created", () => seen.push(bus.history.length));
  bus.emit("order.created", { orderId: 15 });
  assert.deepEqual(seen, [1]);
});

test("step 3 · events emitted by listeners come after the event that caused them", () => {
  const bus = shopBus();
  bus.subscribe("user.registered", () => bus.emit("order.created", { orderId: 15 }));
  bus.emit("user.registered", ann);
  assert.deepEqual(namesOf(bus.history), ["user.registered", "order.created"]);
});

test("step 3 · delivered events are not added to the history", () => {
  const bus = shopBus();
  const event = bus.emit("order.created", { orderId: 15 });
  bus.deliver(event);
  assert.deepEqual(bus.history, [event]);
});

test("step 3 · nobody outside can change the history", () => {
  const bus = shopBus();
  const event = bus.emit("order.created", { orderId: 15 });
  try {
    (bus.history as BusEvent[]).length = 0;
  } catch {
    // A frozen history refuses the change; that is as good as handing out a copy.
  }
  assert.deepEqual(bus.history, [event]);
});

test("step 3 · a history with a limit keeps the newest events", () => {
  const bus = shopBus({ historyLimit: 2 });
  const lengths: number[] = [];
  for (let orderId = 1; orderId <= 9; orderId++) {
    bus.emit("order.created", { orderId });
    lengths.push(bus.history.length);
  }
  const orders = bus.history.map((event) => event.data);
  assert.deepEqual(
    { lengths, orders },
    {
      lengths: [1, 2, 2, 2, 2, 2, 2, 2, 2],
      orders: [{ orderId: 8 }, { orderId: 9 }],
    },
  );
});

test("step 3 · a history limit of 0 remembers nothing, and events still arrive", () => {
  const bus = shopBus({ historyLimit: 0 });
  const { heard, listener } = notebook();
  bus.subscribe("order.created", listener);
  bus.emit("order.created", { orderId: 15 });
  assert.deepEqual(
    { heard, history: bus.history },
    { heard: ["order.created"], history: [] },
  );
});

// Step 4 · One star, one word

test("step 4 · user.* matches every name of two words that begins with user", () => {
  const names = [
    "user.registered",
    "user.deleted",
    "user",
    "user.email.changed",
    "users.new",
  ];
  const matched = names.filter((name) => matches("user.*", name));
  assert.deepEqual(matched, ["user.registered", "user.deleted"]);
});

test("step 4 · a star stands at any place, more than once", () => {
  const results = {
    "*.created": matches("*.created", "order.created"),
    "order.*.added": matches("order.*.added", "order.item.added"),
    "*.*.added": matches("*.*.added", "order.item.added"),
    "*.*": matches("*.*", "order.item.added"),
    "*": matches("*", "order"),
  };
  assert.deepEqual(results, {
    "*.created": true,
    "order.*.added": true,
    "*.*.added": true,
    "*.*": false,
    "*": true,
  });
});

test("step 4 · a star stands for a whole word, and only by itself", () => {
  const results = {
    "user.* and user.": matches("user.*", "user."),
    "* and the empty name": matches("*", ""),
    "user.re* and user.registered": matches("user.re*", "user.registered"),
    "user.re* and user.re*": matches("user.re*", "user.re*"),
    "us.r.* and user.deleted": matches("us.r.*", "user.deleted"),
    "a.*.b and a..b": matches("a.*.b", "a..b"),
    "*.deleted and userXdeleted": matches("*.deleted", "userXdeleted"),
  };
  assert.deepEqual(results, {
    "user.* and user.": true,
    "* and the empty name": false,
    "user.re* and user.registered": false,
    "user.re* and user.re*": true,
    "us.r.* and user.deleted": false,
    "a.*.b and a..b": true,
    "*.deleted and userXdeleted": false,
  });
});

test("step 4 · user.* hears user.registered and user.deleted, not order.created", () => {
  const bus = shopBus();
  const { heard, listener } = notebook();
  bus.subscribe("user.*", listener);
  bus.emit("user.registered", ann);
  bus.emit("order.created", { orderId: 15 });
  bus.emit("user.deleted", { userId: 7 });
  assert.deepEqual(heard, ["user.registered", "user.deleted"]);
});

test("step 4 · exact and wildcard listeners are called in the order of subscription", () => {
  const bus = shopBus();
  const calls: string[] = [];
  bus.subscribe("user.*", () => calls.push("first, user.*"));
  bus.subscribe("user.registered", () => calls.push("second, user.registered"));
  bus.subscribe("*.registered", () => calls.push("third, *.registered"));
  bus.subscribe("user.registered", () => calls.push("fourth, user.registered"));
  bus.emit("user.registered", ann);
  assert.deepEqual(calls, [
    "first, user.*",
    "second, user.registered",
    "third, *.registered",
    "fourth, user.registered",
  ]);
});

test("step 4 · one listener under two patterns that both match is called for each", () => {
  const bus = shopBus();
  const { heard, listener } = notebook();
  bus.subscribe("user.*", listener);
  bus.subscribe("*.deleted", listener);
  bus.emit("user.deleted", { userId: 7 });
  bus.unsubscribe("*.deleted", listener);
  bus.emit("user.deleted", { userId: 7 });
  assert.deepEqual(heard, ["user.deleted", "user.deleted", "user.deleted"]);
});

test("step 4 · patterns subscribed after the first event count, unsubscribed ones do not", () => {
  const bus = shopBus();
  const { heard, listener } = notebook();
  bus.emit("user.deleted", { userId: 1 });
  const unsubscribe = bus.subscribe("user.*", listener);
  bus.emit("user.deleted", { userId: 2 });
  unsubscribe();
  bus.emit("user.deleted", { userId: 3 });
  assert.deepEqual(heard, ["user.deleted"]);
});

// Step 5 · The hash: any number of words

test("step 5 · order.# matches order and everything below it", () => {
  const names = ["order", "order.created", "order.item.added", "orders", "user.order"];
  const matched = names.filter((name) => matches("order.#", name));
  assert.deepEqual(matched, ["order", "order.created", "order.item.added"]);
});

test("step 5 · # alone matches every name, the empty one too", () => {
  const results = ["", ".", "order", "order.item.added"].map((name) =>
    matches("#", name),
  );
  assert.deepEqual(results, [true, true, true, true]);
});

test("step 5 · a hash stands at any place, more than once, beside stars", () => {
  const cases: [pattern: string, name: string, expected: boolean][] = [
    ["#.added", "order.item.added", true],
    ["#.added", "added", true],
    ["#.added", "order.item.added.twice", false],
    ["order.#.added", "order.added", true],
    ["order.#.added", "order.added.added", true],
    ["order.#.added", "order.added.item", false],
    ["#.item.#", "order.item.added", true],
    ["#.item.#", "order.added", false],
    ["#.#", "", true],
    ["*.#", "", false],
    ["*.#", "order", true],
    ["#.*", "order", true],
    ["#.*.#.*", "order", false],
    ["#.*.#.*", "order.item.added", true],
    ["#.a.b", "a.x.a.b", true],
    ["#.a.#.b", "a.b.a", false],
    ["order#", "order.created", false],
    ["order.#", "order.", true],
  ];
  const wrong = cases.filter(
    ([pattern, name, expected]) => matches(pattern, name) !== expected,
  );
  assert.deepEqual(wrong, []);
});

test("step 5 · many hashes against a long name are answered at once", () => {
  const pattern = `${"#.item.".repeat(12)}#.shipped`;
  const name = Array.from({ length: 200 }, () => "item").join(".");
  assert.equal(matches(pattern, name), false);
});

test("step 5 · # hears everything, in the order of subscription", () => {
  const bus = shopBus();
  const calls: string[] = [];
  bus.subscribe("order.#", (_data, event) => calls.push(`orders: ${event.name}`));
  bus.subscribe("#", (_data, event) => calls.push(`audit: ${event.name}`));
  bus.emit("user.registered", ann);
  bus.emit("order.item.added", { orderId: 15, item: "tea" });
  assert.deepEqual(calls, [
    "audit: user.registered",
    "orders: order.item.added",
    "audit: order.item.added",
  ]);
});

// Step 6 · One listener fails, the others hear

test("step 6 · a listener that throws stops neither the others nor the producer", () => {
  const { failures, onError } = failureLog();
  const bus = shopBus({ onError });
  const { heard, listener } = notebook();
  bus.subscribe("order.created", () => {
    throw new Error("printer on fire");
  });
  bus.subscribe("order.created", listener);
  const event = bus.emit("order.created", { orderId: 15 });
  assert.deepEqual(heard, ["order.created"]);
  assert.equal(event.name, "order.created");
  assert.deepEqual(failures, ["order.created at order.created: printer on fire"]);
});

test("step 6 · onError is told the error itself, the event and the pattern", () => {
  const calls: unknown[][] = [];
  const bus = shopBus({ onError: (...call) => calls.push(call) });
  const error = new Error("printer on fire");
  bus.subscribe("order.*", () => {
    throw error;
  });
  const event = bus.emit("order.created", { orderId: 15 });
  assert.equal(calls.length, 1);
  assert.equal(calls[0]?.[0], error);
  assert.equal(calls[0]?.[1], event);
  assert.equal(calls[0]?.[2], "order.*");
});

test("step 6 · a rejected promise of an async listener reaches onError too", async () => {
  const { failures, onError } = failureLog();
  const bus = shopBus({ onError });
  bus.subscribe("order.#", async () => {
    throw new Error("mail server is down");
  });
  bus.emit("order.created", { orderId: 15 });
  await settled();
  assert.deepEqual(failures, ["order.# at order.created: mail server is down"]);
});

test("step 6 · emit does not wait for async listeners", async () => {
  const { onError } = failureLog();
  const bus = shopBus({ onError });
  const calls: string[] = [];
  bus.subscribe("order.created", async () => {
    await settled();
    calls.push("email sent");
  });
  bus.subscribe("order.created", () => calls.push("logged"));
  bus.emit("order.created", { orderId: 15 });
  calls.push("emit returned");
  await settled();
  await settled();
  assert.deepEqual(calls, ["logged", "emit returned", "email sent"]);
});

test("step 6 · whatever is thrown is reported, an Error or not", () => {
  const { failures, onError } = failureLog();
  const bus = shopBus({ onError });
  for (const thrown of ["a text", undefined, null, 0]) {
    bus.subscribe("order.created", () => {
      throw thrown;
    });
  }
  bus.emit("order.created", { orderId: 15 });
  assert.deepEqual(failures, [
    "order.created at order.created: a text",
    "order.created at order.created: undefined",
    "order.created at order.created: null",
    "order.created at order.created: 0",
  ]);
});

test("step 6 · each failing listener is reported, in order, and stays subscribed", () => {
  const { failures, onError } = failureLog();
  const bus = shopBus({ onError });
  for (const reason of ["no paper", "no ink"]) {
    bus.subscribe("order.created", () => {
      throw new Error(reason);
    });
  }
  bus.emit("order.created", { orderId: 15 });
  bus.emit("order.created", { orderId: 16 });
  const reasons = failures.map((failure) => failure.split(": ")[1]);
  assert.deepEqual(reasons, ["no paper", "no ink", "no paper", "no ink"]);
});

test("step 6 · failures of delivered events are reported as well", () => {
  const { failures, onError } = failureLog();
  const bus = shopBus({ onError });
  bus.subscribe("user.*", () => {
    throw new Error("printer on fire");
  });
  bus.deliver({ id: "1", name: "user.deleted", data: { userId: 7 }, timestamp: 0 });
  assert.deepEqual(failures, ["user.* at user.deleted: printer on fire"]);
});

test("step 6 · without onError a failure is a line on stderr", async (t) => {
  const lines: string[] = [];
  t.mock.method(console, "error", (...parts: unknown[]) => lines.push(parts.join(" ")));
  const bus = shopBus();
  bus.subscribe("order.created", () => {
    throw new Error("printer on fire");
  });
  bus.subscribe("order.created", async () => {
    throw new Error("mail server is down");
  });
  bus.emit("order.created", { orderId: 15 });
  await settled();
  const reasons = lines.map(
    (line) => /printer on fire|mail server is down/.exec(line)?.[0],
  );
  assert.deepEqual(reasons, ["printer on fire", "mail server is down"]);
});

// Step 7 · Refuse bad input

test("step 7 · an event name must be a name: not empty, no wildcards", () => {
  const bus = new EventBus();
  bus.subscribe("order.*", () => {});
  const names = ["", "order.*", "#", "*.created"];
  assert.deepEqual(
    { accepted: accepted(names, (name) => bus.emit(name, 1)), history: bus.history },
    { accepted: [], history: [] },
  );
});

test("step 7 · a listener must be a function", () => {
  const bus = new EventBus();
  const listeners = [undefined, null, "sendEmail", {}];
  assert.deepEqual(
    {
      accepted: accepted(listeners, (listener) =>
        bus.subscribe("order.created", listener),
      ),
    },
    { accepted: [] },
  );
});

test("step 7 · a pattern must be a text, and not an empty one", () => {
  const bus = new EventBus();
  const patterns = ["", undefined, null, 7];
  assert.deepEqual(
    { accepted: accepted(patterns, (pattern) => bus.subscribe(pattern, () => {})) },
    { accepted: [] },
  );
});

test("step 7 · a history limit must be a whole number, 0 or more", () => {
  const limits = [-1, 1.5, Number.NaN, "2"];
  assert.deepEqual(
    { accepted: accepted(limits, (historyLimit) => new EventBus({ historyLimit })) },
    { accepted: [] },
  );
});

test("step 7 · the message says what was wrong", () => {
  const bus = new EventBus();
  assert.deepEqual(
    {
      "42 as listener": refusal(() => bus.subscribe("order.created", 42 as never)),
      "empty pattern": refusal(() => bus.subscribe("", () => {})),
      "historyLimit -3": refusal(() => new EventBus({ historyLimit: -3 })),
    },
    {
      "42 as listener": "refused with a sentence",
      "empty pattern": "refused with a sentence",
      "historyLimit -3": "refused with a sentence",
    },
  );
});

test("step 7 · what was refused leaves no trace", () => {
  const bus = new EventBus();
  const { heard, listener } = notebook();
  messageOf(() => bus.subscribe("order.created", 42 as never));
  bus.subscribe("order.created", listener);
  bus.emit("order.created", { orderId: 15 });
  assert.deepEqual(heard, ["order.created"]);
});
