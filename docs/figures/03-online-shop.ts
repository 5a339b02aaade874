import { box, edge, port, rect, sides } from "./drawing.ts";
import { type Figure, type Scene, switches } from "./figure.ts";
import { shop as shopWords } from "./words.ts";

type Catalogue = import("#given/03-online-shop/shop-events.ts").ShopEvents;
type Code = Pick<typeof import("#bus/event-bus"), "EventBus"> &
  Pick<typeof import("#given/02-events-and-listeners/given/money.ts"), "formatMoney"> &
  Pick<typeof import("#lesson/03-online-shop/order-service.ts"), "OrderService"> &
  Pick<
    typeof import("#lesson/03-online-shop/notification-service.ts"),
    "NotificationService"
  > &
  Pick<typeof import("#lesson/03-online-shop/analytics-service.ts"), "AnalyticsService">;

const services = ["notification", "analytics"] as const;

interface State {
  history: number;
  orders: number;
  paid: number;
  emails: number;
  texts: number;
  figures: { orders: number; payments: number; revenue: string };
  running: Readonly<Record<string, boolean>>;
  now: readonly string[];
}

const initial: State = {
  history: 0,
  orders: 0,
  paid: 0,
  emails: 0,
  texts: 0,
  figures: { orders: 0, payments: 0, revenue: "0.00 UAH" },
  running: { notification: true, analytics: true },
  now: [],
};

const people = ["Ann", "Bob", "Cy"];
const tea = { name: "green tea", quantity: 2, price: 45_00 };
const cup = { name: "cup", quantity: 1, price: 35_50 };

const places = {
  wide: {
    orders: rect(8, 62, 160, 64),
    bus: rect(252, 62, 150, 64),
    notification: rect(482, 8, 190, 76),
    analytics: rect(482, 104, 190, 76),
  },
  narrow: {
    orders: rect(80, 6, 160, 60),
    bus: rect(80, 108, 160, 60),
    notification: rect(4, 216, 148, 76),
    analytics: rect(168, 216, 148, 76),
  },
};

export const figure: Figure<State, Code, typeof shopWords.en> = {
  lesson: "03-online-shop",
  code: {
    EventBus: "#bus/event-bus",
    formatMoney: "#given/02-events-and-listeners/given/money.ts",
    OrderService: "#lesson/03-online-shop/order-service.ts",
    NotificationService: "#lesson/03-online-shop/notification-service.ts",
    AnalyticsService: "#lesson/03-online-shop/analytics-service.ts",
  },
  words: shopWords,
  controls: switches("running", services),
  initial,
  heights: { wide: 190, narrow: 300 },

  draw(state, layout, words) {
    const place = places[layout];
    const [out, into] = sides[layout];
    const { orders, payments, revenue } = state.figures;
    const lines = {
      notification: [words.sent(state.emails, state.texts)],
      analytics: [words.counts(orders, payments), revenue],
    };
    const ends = services.map((name) => {
      const running = state.running[name];
      const lit = state.now.includes(name) ? "lit" : "plain";
      const look = running ? lit : "off";
      const shown = running ? lines[name] : [words.off];
      const arrow = running
        ? edge(name, port(place.bus, out), port(place[name], into), lit)
        : "";
      return `${arrow}${box(place[name], name, shown, look)}`;
    });
    const toBus = edge("bus", port(place.orders, out), port(place.bus, into));
    return [
      toBus,
      box(place.orders, words.orders, [words.counts(state.orders, state.paid)]),
      box(place.bus, "EventBus", [words.history(state.history)], "strong"),
      ...ends,
    ].join("");
  },

  open(code, words) {
    const bus = new code.EventBus<Catalogue>();
    const orders = new code.OrderService(bus);
    let state = initial;
    const note = (news: Partial<State>) => {
      state = { ...state, ...news };
    };
    const senders = {
      sendEmail: () => note({ emails: state.emails + 1 }),
      sendSms: () => note({ texts: state.texts + 1 }),
    };
    let notification = new code.NotificationService(bus, senders);
    let analytics = new code.AnalyticsService(bus);
    let served = 0;
    let unpaid: { name: string; order: number } | undefined;

    const figures = () => {
      const { revenue, ...counted } = analytics.figures;
      return { ...counted, revenue: code.formatMoney(revenue) };
    };

    /** What happens when the order service says something: who hears it, who does not. */
    function* told(say: string, notified: string, act: () => void) {
      const before = state;
      act();
      const heard = services.filter((name) => state.running[name]);
      const deaf = services.filter((name) => !state.running[name]);
      const history = bus.history.length;
      const { orders, paid } = state;
      yield {
        state: { ...before, history, orders, paid, now: [] },
        say,
        flights: ["bus"],
        ahead: true,
      };
      note({ history, figures: figures(), now: heard });
      const sentences = heard.map((name) =>
        name === "notification" ? notified : words.counted(state.figures.revenue),
      );
      if (deaf.length > 0) sentences.push(words.unheard(deaf.join(", ")));
      yield { state, say: sentences.join(" "), flights: heard };
    }

    return {
      *go(): Generator<Scene<State>> {
        if (unpaid === undefined) {
          const name = people[served++ % people.length] ?? "Ann";
          const email = `${name.toLowerCase()}@example.com`;
          const customer = { name, email, phone: "+380441234567" };
          const items = served % 2 === 1 ? [tea, cup] : [cup];
          yield* told(words.creates(name, served), words.emails(name), () => {
            unpaid = { name, order: orders.createOrder(customer, items) };
            note({ orders: state.orders + 1 });
          });
        }
        // The story may have ended here, when a service was switched on or off.
        if (unpaid === undefined) return;
        const { name, order } = unpaid;
        unpaid = undefined;
        yield* told(words.pays(name, order), words.texts(name), () => {
          orders.payOrder(order);
          note({ paid: state.paid + 1 });
        });
      },
      *change(changed, settings): Generator<Scene<State>> {
        const name = services.find((each) => each === changed);
        if (!name) return;
        const running = Boolean(settings[name]);
        if (!running) (name === "analytics" ? analytics : notification).stop();
        else if (name === "notification")
          notification = new code.NotificationService(bus, senders);
        else analytics = new code.AnalyticsService(bus);
        const all = { ...state.running, [name]: running };
        note({ figures: figures(), running: all, now: [] });
        yield { state, say: running ? (words.starts[name] ?? "") : words.stops(name) };
      },
    };
  },
};
