import { box, edge, port, rect, sides } from "./drawing.ts";
import { choice, type Figure, type Scene, switches } from "./figure.ts";
import { listeners as listenerWords } from "./words.ts";

type Catalogue = import("#given/02-events-and-listeners/given/catalogue.ts").ShopEvents;
type Code = Pick<typeof import("#bus/event-bus"), "EventBus"> &
  Pick<typeof import("#given/02-events-and-listeners/given/money.ts"), "formatMoney"> &
  Pick<
    typeof import("#lesson/02-events-and-listeners/email-sender.ts"),
    "createEmailSender"
  > &
  Pick<typeof import("#lesson/02-events-and-listeners/logger.ts"), "createLogger"> &
  Pick<typeof import("#lesson/02-events-and-listeners/analytics.ts"), "createAnalytics">;

const names = ["email-sender", "logger", "analytics"] as const;

interface State {
  emitted: number;
  connected: Readonly<Record<string, boolean>>;
  emails: number;
  newest: string;
  lines: number;
  figures: { users: number; orders: number; turnover: string };
  now: readonly string[];
}

const initial: State = {
  emitted: 0,
  connected: { "email-sender": true, logger: true, analytics: true },
  emails: 0,
  newest: "",
  lines: 0,
  figures: { users: 0, orders: 0, turnover: "0.00 UAH" },
  now: [],
};

const places = {
  wide: {
    shop: rect(8, 106, 122, 56),
    bus: rect(232, 106, 142, 56),
    listener: (row: number) => rect(472, 8 + row * 88, 200, 76),
  },
  narrow: {
    shop: rect(4, 40, 118, 52),
    bus: rect(4, 146, 118, 52),
    listener: (row: number) => rect(156, 6 + row * 86, 160, 76),
  },
};

const people = ["Ann", "Bob", "Cy"];

export const figure: Figure<State, Code, typeof listenerWords.en> = {
  lesson: "02-events-and-listeners",
  code: {
    EventBus: "#bus/event-bus",
    formatMoney: "#given/02-events-and-listeners/given/money.ts",
    createEmailSender: "#lesson/02-events-and-listeners/email-sender.ts",
    createLogger: "#lesson/02-events-and-listeners/logger.ts",
    createAnalytics: "#lesson/02-events-and-listeners/analytics.ts",
  },
  words: listenerWords,
  controls: [
    choice("event", ["user.registered", "order.created", "user.deleted"]),
    ...switches("connected", names),
  ],
  initial,
  heights: { wide: 268, narrow: 260 },

  draw(state, layout, words) {
    const { shop, bus, listener } = places[layout];
    const { users, orders, turnover } = state.figures;
    const lines: Record<string, string[]> = {
      "email-sender": [
        words.emails(state.emails),
        ...(state.newest ? [words.newest(state.newest)] : []),
      ],
      logger: [words.lines(state.lines)],
      analytics: [words.users(users, orders), turnover],
    };
    const [out, into] = sides[layout];
    const toBus = edge("bus", port(shop, out), port(bus, into));
    const rows = names.map((name, row) => {
      const place = listener(row);
      if (!state.connected[name]) {
        const last = lines[name]?.slice(0, 1) ?? [];
        return box(place, name, [words.gone, ...last], "off");
      }
      const look = state.now.includes(name) ? "lit" : "plain";
      const arrow = edge(name, port(bus, "right"), port(place, "left"), look);
      return `${arrow}${box(place, name, lines[name], look)}`;
    });
    return `${toBus}${box(shop, words.shop, [words.emit])}${box(bus, "EventBus", [words.history(state.emitted)], "strong")}${rows.join("")}`;
  },

  open(code, words) {
    const bus = new code.EventBus<Catalogue>();
    const called: (typeof names)[number][] = [];
    let state = initial;
    let users = 0;
    const emailSender = code.createEmailSender(({ subject }) => {
      called.push("email-sender");
      state = { ...state, emails: state.emails + 1, newest: subject };
    });
    const logger = code.createLogger(() => {
      called.push("logger");
      state = { ...state, lines: state.lines + 1 };
    });
    const analytics = code.createAnalytics();
    const connect: Record<(typeof names)[number], () => (() => unknown)[]> = {
      "email-sender": () => [
        bus.subscribe("user.registered", emailSender.welcome),
        bus.subscribe("order.created", emailSender.confirmOrder),
        bus.subscribe("user.deleted", emailSender.sayGoodbye),
      ],
      logger: () => [bus.subscribe("#", logger)],
      analytics: () => [
        bus.subscribe("#", analytics.count),
        bus.subscribe("#", () => called.push("analytics")),
      ],
    };
    const subscriptions = new Map(names.map((name) => [name, connect[name]()]));

    return {
      async *go({ event }): AsyncGenerator<Scene<State>> {
        called.length = 0;
        const before = state;
        users += event === "user.registered" ? 1 : 0;
        emitOne(bus, String(event), users);
        // An email leaves a moment after its event.
        await undefined;
        const heard = names.filter((name) => called.includes(name));
        const { turnover, ...counted } = analytics.figures();
        const figures = { ...counted, turnover: code.formatMoney(turnover) };
        state = { ...state, emitted: bus.history.length, figures, now: heard };
        const emitted = { ...before, emitted: state.emitted, now: [] };
        const say = words.emits(String(event));
        yield { state: emitted, say, flights: ["bus"], ahead: true };
        if (heard.length === 0) yield { state, say: words.nobody };
        else {
          const said = heard.map((name) => words.hears[name] ?? "").join(" ");
          yield { state, say: said, flights: heard };
        }
      },
      *change(changed, settings): Generator<Scene<State>> {
        const name = names.find((each) => each === changed);
        if (!name) return;
        const here = Boolean(settings[name]);
        if (here) subscriptions.set(name, connect[name]());
        else for (const unsubscribe of subscriptions.get(name) ?? []) unsubscribe();
        state = { ...state, connected: { ...state.connected, [name]: here }, now: [] };
        yield { state, say: here ? words.comes(name) : words.leaves(name) };
      },
    };
  },
};

function emitOne(
  bus: import("#bus/contract").Bus<Catalogue>,
  event: string,
  userId: number,
): void {
  const name = people[userId % people.length] ?? "Ann";
  const email = `${name.toLowerCase()}@example.com`;
  if (event === "user.registered") bus.emit(event, { userId, name, email });
  if (event === "user.deleted") bus.emit(event, { userId, name, email });
  if (event === "order.created") {
    bus.emit(event, { orderId: 41 + bus.history.length, userId, email, total: 125_50 });
  }
}
