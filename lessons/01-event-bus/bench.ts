import { EventEmitter } from "node:events";
import Emittery from "emittery";
import EventEmitter2 from "eventemitter2";
import mitt from "mitt";
import { createNanoEvents } from "nanoevents";
import { EventBus } from "#bus/event-bus";
import { EventBus as YourEventBus } from "#lesson/01-event-bus/event-bus.ts";
import { isFinished, race, type Work } from "../../shared/bench/measure.ts";

/** What all contenders can do: take listeners and events. */
interface Bus {
  subscribe(pattern: string, listener: () => void): unknown;
  unsubscribe(pattern: string, listener: () => void): unknown;
  emit(name: string, data: unknown): unknown;
}

interface Contender {
  name: string;
  /** Knows wildcards; the others take exact names only. */
  wildcards?: true;
  newBus(): Bus;
}

/** Its types speak of a CommonJS module, but what Node loads is the function itself. */
const createMitt = mitt as unknown as typeof mitt.default;

/** Enough history to pay for it, and not so much that collecting garbage is all one measures. */
const historyLimit = 1_000;

const contenders: Contender[] = [
  {
    name: "the reference",
    wildcards: true,
    newBus: () => new EventBus({ historyLimit }),
  },
  { name: "your bus", wildcards: true, newBus: () => new YourEventBus({ historyLimit }) },
  {
    name: "eventemitter2, wildcards on",
    wildcards: true,
    newBus() {
      const emitter = new EventEmitter2.EventEmitter2({
        wildcard: true,
        maxListeners: 0,
      });
      return {
        subscribe: (pattern, listener) =>
          emitter.on(pattern.replace("#", "**"), listener),
        unsubscribe: (pattern, listener) => emitter.off(pattern, listener),
        emit: (name, data) => emitter.emit(name, data),
      };
    },
  },
  {
    name: "node:events",
    newBus() {
      const emitter = new EventEmitter().setMaxListeners(0);
      return {
        subscribe: (name, listener) => emitter.on(name, listener),
        unsubscribe: (name, listener) => emitter.off(name, listener),
        emit: (name, data) => emitter.emit(name, data),
      };
    },
  },
  {
    name: "nanoevents",
    newBus() {
      const emitter = createNanoEvents();
      let unbind = () => {};
      return {
        subscribe: (name, listener) => {
          unbind = emitter.on(name, listener);
        },
        unsubscribe: () => unbind(),
        emit: (name, data) => emitter.emit(name, data),
      };
    },
  },
  {
    name: "mitt",
    newBus() {
      const emitter = createMitt();
      return {
        subscribe: (name, listener) => emitter.on(name, listener),
        unsubscribe: (name, listener) => emitter.off(name, listener),
        emit: (name, data) => emitter.emit(name, data),
      };
    },
  },
  {
    name: "emittery",
    newBus() {
      const emitter = new Emittery();
      return {
        subscribe: (name, listener) => emitter.on(name, listener),
        unsubscribe: (name, listener) => emitter.off(name, listener),
        emit: (name, data) => emitter.emit(name, data),
      };
    },
  },
];

let heard = 0;

function emitting(bus: Bus, patterns: readonly string[]): Work {
  for (const pattern of patterns) {
    bus.subscribe(pattern, () => {
      heard += 1;
    });
  }
  return repeat((orderId) => bus.emit("order.created", { orderId }));
}

function churning(bus: Bus): Work {
  const listener = () => {
    heard += 1;
  };
  return repeat((orderId) => {
    bus.subscribe("order.created", listener);
    const emitted = bus.emit("order.created", { orderId });
    bus.unsubscribe("order.created", listener);
    return emitted;
  });
}

/** Waits only for those that return a promise: the others need not pay for it. */
function repeat(action: (index: number) => unknown): Work {
  return async (count) => {
    for (let index = 0; index < count; index++) {
      const result = action(index);
      if (result instanceof Promise) await result;
    }
  };
}

/** Two patterns that match order.created, at the two ends of many that do not. */
function twoAmong(count: number, last: string): string[] {
  const others = Array.from({ length: count - 2 }, (_, index) => `topic-${index}.*`);
  return ["order.*", ...others, last];
}

const isReady = await isFinished("your bus", () =>
  emitting(new YourEventBus(), ["order.*"])(1),
);
const present = contenders.filter(({ name }) => name !== "your bus" || isReady);
const withWildcards = present.filter(({ wildcards }) => wildcards);

function works(of: Contender[], work: (bus: Bus) => Work): Record<string, Work> {
  return Object.fromEntries(of.map(({ name, newBus }) => [name, work(newBus())]));
}

for (const count of [1, 10, 100]) {
  const patterns = Array.from({ length: count }, () => "order.created");
  await race(
    `emit to ${count} ${count === 1 ? "listener" : "listeners"}`,
    works(present, (bus) => emitting(bus, patterns)),
  );
}
await race(
  "emit to 1 listener of order.*",
  works(withWildcards, (bus) => emitting(bus, ["order.*"])),
);
for (const count of [10, 100, 1_000, 10_000]) {
  for (const last of ["#", "order.created"]) {
    await race(
      `emit, 2 of ${count.toLocaleString("en")} patterns match: order.* and ${last}`,
      works(withWildcards, (bus) => emitting(bus, twoAmong(count, last))),
    );
  }
}
await race("subscribe, emit, unsubscribe", works(present, churning));
