import { box, edge, port, rect, sides } from "./drawing.ts";
import { choice, type Figure } from "./figure.ts";
import { eventBus } from "./words.ts";

type Code = Pick<typeof import("#lesson/01-event-bus/event-bus.ts"), "EventBus">;

interface State {
  emitted: number;
  /** How often each listener was called. */
  heard: Record<string, number>;
  /** Who has heard the newest event so far; undefined while no event is under way. */
  now?: readonly string[];
}

const listeners = [
  { name: "email-sender", pattern: "user.registered" },
  { name: "statistics", pattern: "user.*" },
  { name: "billing", pattern: "order.#" },
  { name: "privacy", pattern: "*.deleted" },
  { name: "audit", pattern: "#" },
];

const places = {
  wide: {
    shop: rect(8, 137, 122, 56),
    bus: rect(232, 137, 142, 56),
    listener: (row: number) => rect(484, 8 + row * 64, 188, 52),
  },
  narrow: {
    shop: rect(4, 30, 124, 52),
    bus: rect(4, 136, 124, 52),
    listener: (row: number) => rect(164, 6 + row * 60, 152, 50),
  },
};

export const figure: Figure<State, Code, typeof eventBus.en> = {
  lesson: "01-event-bus",
  code: { EventBus: "#lesson/01-event-bus/event-bus.ts" },
  words: eventBus,
  controls: [
    choice("event", [
      "user.registered",
      "user.address.changed",
      "user.deleted",
      "order",
      "order.paid",
      "order.item.added",
    ]),
  ],
  initial: { emitted: 0, heard: {} },
  heights: { wide: 330, narrow: 306 },

  draw({ emitted, heard, now }, layout, words) {
    const { shop, bus, listener } = places[layout];
    const [out, into] = sides[layout];
    const toBus = edge("bus", port(shop, out), port(bus, into));
    const rows = listeners.map(({ name, pattern }, row) => {
      const place = listener(row);
      const look = now?.includes(name) ? "lit" : "plain";
      const line = words.heard(pattern, heard[name] ?? 0);
      return `${edge(name, port(bus, "right"), port(place, "left"), look)}${box(place, name, [line], look)}`;
    });
    return `${toBus}${box(shop, words.shop, ["emit"])}${box(bus, "EventBus", [words.history(emitted)], "strong")}${rows.join("")}`;
  },

  open({ EventBus }, words) {
    const bus = new EventBus();
    const heard: Record<string, number> = {};
    let called: typeof listeners = [];
    for (const listener of listeners) {
      bus.subscribe(listener.pattern, () => called.push(listener));
    }
    return {
      change: () => [],
      *go({ event }) {
        called = [];
        const { name } = bus.emit(String(event), {});
        const emitted = bus.history.length;
        const now: string[] = [];
        const state = () => ({ emitted, heard: { ...heard }, now: [...now] });
        const deaf = listeners.filter((each) => !called.includes(each));
        const isLast = () => now.length === called.length && deaf.length === 0;
        const scene = (say: string, ...flights: string[]) => ({
          state: state(),
          say,
          flights,
          ahead: !isLast(),
        });
        yield scene(words.emits(name), "bus");
        for (const listener of called) {
          heard[listener.name] = (heard[listener.name] ?? 0) + 1;
          now.push(listener.name);
          const say = words.hears(listener.name, listener.pattern, name);
          yield scene(say, listener.name);
        }
        if (deaf.length === 0) return;
        const patterns = deaf.map(({ pattern }) => pattern).join(", ");
        yield { state: state(), say: words.rest(patterns) };
      },
    };
  },
};
