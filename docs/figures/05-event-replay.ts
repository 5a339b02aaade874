import { box, edge, port, rect, text } from "./drawing.ts";
import { type Figure, type Layout, type Scene, type Settings, Story } from "./figure.ts";
import { replay as replayWords } from "./words.ts";

type Words = typeof replayWords.en;
type Catalogue = import("#given/03-online-shop/shop-events.ts").ShopEvents;
type Code = Pick<typeof import("#bus/event-bus"), "EventBus"> &
  Pick<typeof import("#given/02-events-and-listeners/given/money.ts"), "formatMoney"> &
  Pick<typeof import("#lesson/05-event-replay/recorded-bus.ts"), "RecordedBus"> &
  Pick<typeof import("#shop/order-service.ts"), "OrderService"> &
  Pick<typeof import("#shop/notification-service.ts"), "NotificationService"> &
  Pick<typeof import("#shop/analytics-service.ts"), "AnalyticsService">;

interface State {
  /** How many events have been played to the shop. */
  played: number;
  orders: number;
  payments: number;
  revenue: string;
  /** What customers were sent when it happened, and during replays. */
  emails: number;
  texts: number;
  again: number;
}

/** The day as it is written in the log. Somebody forgets two zeros at the samovar. */
const day = [
  { name: "order.created", order: 41, time: "09:00" },
  { name: "order.paid", order: 41, time: "09:30" },
  { name: "order.created", order: 42, time: "10:00" },
  { name: "order.created", order: 43, time: "10:30" },
  { name: "order.paid", order: 43, time: "11:00" },
  { name: "order.created", order: 44, time: "11:30" },
  { name: "order.paid", order: 44, time: "12:00" },
];
/** The first event that is wrong; all behind it are, too. */
const MISTAKE = 3;
const customer = { email: "ann@example.com", phone: "+380441234567" };
const tea = { name: "green tea", quantity: 2, price: 45_00 };
const cup = { name: "cup", quantity: 1, price: 35_50 };
const samovar = { name: "samovar", quantity: 1, price: 24_00 };

const initial: State = {
  played: day.length,
  orders: 4,
  payments: 3,
  revenue: "173.50 UAH",
  emails: 4,
  texts: 3,
  again: 0,
};

const places = {
  wide: {
    log: rect(8, 8, 664, 96),
    mark: (at: number) => rect(58 + at * 94 - 6, 50, 12, 12),
    shop: rect(60, 160, 250, 76),
    world: rect(370, 160, 250, 76),
  },
  narrow: {
    log: rect(4, 6, 312, 246),
    mark: (at: number) => rect(16, 40 + at * 29, 12, 12),
    shop: rect(4, 296, 150, 84),
    world: rect(166, 296, 150, 84),
  },
};

export const figure: Figure<State, Code, Words> = {
  lesson: "05-event-replay",
  code: {
    EventBus: "#bus/event-bus",
    formatMoney: "#given/02-events-and-listeners/given/money.ts",
    RecordedBus: "#lesson/05-event-replay/recorded-bus.ts",
    OrderService: "#shop/order-service.ts",
    NotificationService: "#shop/notification-service.ts",
    AnalyticsService: "#shop/analytics-service.ts",
  },
  words: replayWords,
  controls: [
    { kind: "slider", name: "place", min: 0, max: day.length, value: day.length },
  ],
  initial,
  heights: { wide: 246, narrow: 388 },

  draw(state, layout, words) {
    const place = places[layout];
    const { log, mark, shop } = place;
    const marks = day.map((_, at) => event(at, state.played, layout, words));
    const first = mark(0);
    const last = mark(day.length - 1);
    const line = `<path class="edge" d="M${first.x + 6} ${first.y + 6}L${last.x + 6} ${last.y + 6}"/>`;
    const toShop = day.map((_, at) =>
      edge(`play-${at}`, port(mark(at), "bottom"), port(shop, "top"), "hidden"),
    );
    return [
      `<rect class="track" x="${log.x}" y="${log.y}" width="${log.w}" height="${log.h}" rx="9"/>`,
      text(log.x + 12, log.y + 20, words.log, "sub start"),
      line,
      ...marks,
      ...toShop,
      edge("replay", port({ ...log, x: shop.x, w: shop.w }, "bottom"), port(shop, "top")),
      box(shop, words.shop, [
        words.orders(state.orders, state.payments),
        words.revenue(state.revenue),
      ]),
      box(
        place.world,
        words.world,
        [words.sent(state.emails, state.texts), words.sentAgain(state.again)],
        "store",
      ),
    ].join("");
  },

  open: (code, words) => new History(code, words, initial),
};

function event(at: number, played: number, layout: Layout, words: Words): string {
  const { x, y } = places[layout].mark(at);
  const { name, order, time } = day[at] ?? { name: "", order: 0, time: "" };
  const isWrong = at >= MISTAKE;
  const look = at >= played ? "future" : isWrong ? "mistake" : "past";
  const dot = isWrong
    ? `<path class="mark ${look}" d="M${x + 6} ${y - 2}l8 8-8 8-8-8z"/>`
    : `<circle class="mark ${look}" cx="${x + 6}" cy="${y + 6}" r="6"/>`;
  const what = `${name === "order.paid" ? words.paid : words.created} ${order}`;
  const note = (x: number, y: number, content: string, look: string) =>
    at === MISTAKE ? text(x, y, content, look) : "";
  return layout === "wide"
    ? `${dot}${note(x + 6, y - 12, words.mistake, "note")}${text(x + 6, y + 30, what)}${text(x + 6, y + 46, time, "sub")}`
    : `${dot}${text(x + 22, y + 10, `${time}  ${what}`, "start sub")}${note(304, y + 10, `(${words.mistake})`, "note end")}`;
}

let days = 0;

/** A day that was recorded, and shops that have it played to them. */
class History extends Story<State, Code, Words> {
  readonly #path = `events-${++days}.log`;
  readonly #sent = { emails: 0, texts: 0, again: 0 };
  readonly #recorded = this.#record();

  async *go(): AsyncGenerator<Scene<State>> {
    await this.#recorded;
    yield this.#show(openShop(this.code, this.#path, this.#sent), 0, this.words.dies);
    for (const [at, { name, order }] of day.entries()) {
      const shop = await this.#replayed(at + 1);
      const say = this.words.plays(name, order, this.#revenueOf(shop));
      yield this.#show(shop, at + 1, say, `play-${at}`);
    }
    yield this.#show(await this.#replayed(day.length), day.length, this.words.end);
  }

  override async *change(
    _name: string,
    { place }: Settings,
  ): AsyncGenerator<Scene<State>> {
    const count = Number(place);
    const shop = await this.#replayed(count);
    const say = [this.words.at(count, this.#revenueOf(shop))];
    if (count === MISTAKE) say.push(this.words.beforeMistake);
    // The slider is there already, and may be on its way to another place.
    const { settings: _, ...scene } = this.#show(shop, count, say.join(" "));
    yield scene;
  }

  async #record(): Promise<void> {
    const { bus, orders } = openShop(this.code, this.#path, this.#sent);
    orders.payOrder(orders.createOrder(customer, [tea, cup]));
    orders.createOrder(customer, [cup]);
    orders.payOrder(orders.createOrder(customer, [samovar]));
    orders.payOrder(orders.createOrder(customer, [samovar]));
    await bus.close();
  }

  /** A new shop that has had the beginning of the log played to it. */
  async #replayed(count: number): Promise<Shop> {
    await this.#recorded;
    const shop = openShop(this.code, this.#path, this.#sent);
    const before = this.#sent.emails + this.#sent.texts;
    await shop.bus.replayFromFile(this.#path, { until: { count } });
    this.#sent.again += this.#sent.emails + this.#sent.texts - before;
    return shop;
  }

  #revenueOf({ analytics }: Shop): string {
    return this.code.formatMoney(analytics.figures.revenue);
  }

  #show(shop: Shop, played: number, say: string, ...flights: string[]): Scene<State> {
    const { orders, payments } = shop.analytics.figures;
    const revenue = this.#revenueOf(shop);
    const news = { played, orders, payments, revenue, ...this.#sent };
    return { ...this.scene(news, say, ...flights), settings: { place: played } };
  }
}

type Shop = ReturnType<typeof openShop>;

/** A shop as it is when its process has just started: it knows nothing. */
function openShop(code: Code, path: string, sent: { emails: number; texts: number }) {
  const bus = new code.RecordedBus(new code.EventBus<Catalogue>(), path);
  const orders = new code.OrderService(bus, { firstOrderId: 41 });
  const analytics = new code.AnalyticsService(bus);
  new code.NotificationService(bus, {
    sendEmail: () => {
      sent.emails += 1;
    },
    sendSms: () => {
      sent.texts += 1;
    },
  });
  return { bus, orders, analytics };
}
