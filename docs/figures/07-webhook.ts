import { box, edge, port, rect, shelf, sides } from "./drawing.ts";
import { choice, type Figure, type Scene, type Settings, Story } from "./figure.ts";
import { webhook as webhookWords } from "./words.ts";

type Words = typeof webhookWords.en;
type OrderEvents = import("#given/07-webhook/given/order-events.ts").OrderEvents;
type Code = Pick<typeof import("#bus/event-bus"), "EventBus"> &
  Pick<typeof import("#given/07-webhook/given/problem.ts"), "problemOf"> &
  Pick<typeof import("#given/07-webhook/further/sign.ts"), "sign"> &
  Pick<typeof import("#lesson/07-webhook/signatures.ts"), "stripe"> &
  Pick<
    typeof import("#lesson/07-webhook/order-event.ts"),
    "readOrder" | "toEvent" | "OrderBoard"
  > &
  Pick<typeof import("#lesson/07-webhook/delivery-store.ts"), "DeliveryStore">;
type Sent = ReturnType<Code["sign"]["stripe"]>;

const kinds = ["signed", "again", "forged", "changed", "old", "nonsense"] as const;
type Kind = (typeof kinds)[number];

interface State {
  sender: "partner" | "stranger";
  answer: number | undefined;
  refused: number;
  stored: readonly string[];
  events: number;
  handled: number;
}

const initial: State = {
  sender: "partner",
  answer: undefined,
  refused: 0,
  stored: [],
  events: 0,
  handled: 0,
};
const secret = "whsec_what only the partner and the shop know";
/** It is always the same minute here; in seconds since 1970-01-01 UTC. */
const now = 1_795_381_200;

const places = {
  wide: {
    sender: rect(8, 40, 120, 62),
    door: rect(206, 32, 180, 78),
    store: rect(470, 36, 202, 70),
    bus: rect(226, 170, 140, 56),
    worker: rect(501, 170, 140, 56),
  },
  narrow: {
    sender: rect(4, 10, 102, 66),
    door: rect(144, 6, 172, 76),
    store: rect(144, 128, 172, 70),
    bus: rect(144, 244, 172, 54),
    worker: rect(4, 244, 102, 54),
  },
};

export const figure: Figure<State, Code, Words> = {
  lesson: "07-webhook",
  code: {
    EventBus: "#bus/event-bus",
    problemOf: "#given/07-webhook/given/problem.ts",
    sign: "#given/07-webhook/further/sign.ts",
    stripe: "#lesson/07-webhook/signatures.ts",
    readOrder: "#lesson/07-webhook/order-event.ts",
    toEvent: "#lesson/07-webhook/order-event.ts",
    OrderBoard: "#lesson/07-webhook/order-event.ts",
    DeliveryStore: "#lesson/07-webhook/delivery-store.ts",
  },
  words: webhookWords,
  controls: [choice("delivery", kinds)],
  initial,
  heights: { wide: 234, narrow: 306 },

  draw(state, layout, words) {
    const place = places[layout];
    const { answer } = state;
    const wide = layout === "wide";
    const [out, into] = sides[layout];
    const look = answer === undefined ? "plain" : answer < 400 ? "good" : "bad";
    return [
      edge("post", port(place.sender, "right", -8), port(place.door, "left", -8)),
      edge("answer", port(place.door, "left", 12), port(place.sender, "right", 12)),
      edge("store", port(place.door, out), port(place.store, into)),
      edge("bus", port(place.store, "bottom"), port(place.bus, "top")),
      wide
        ? edge("work", port(place.bus, "right"), port(place.worker, "left"))
        : edge("work", port(place.bus, "left"), port(place.worker, "right")),
      box(place.sender, words.senders[state.sender], [words.answered(answer)], look),
      box(place.door, words.door, [words.check, words.refused(state.refused)], "strong"),
      shelf(place.store, words.store, state.stored, "store", {
        width: 34,
        empty: words.empty,
      }),
      box(place.bus, words.bus, [words.events(state.events)]),
      box(place.worker, words.worker, [words.handled(state.handled)]),
    ].join("");
  },

  open: (code, words) => new Door(code, words, initial),
};

let disks = 0;

/** What the lesson's server does with a delivery, in the same order. */
class Door extends Story<State, Code, Words> {
  readonly #store = this.code.DeliveryStore.open(`deliveries-${++disks}.jsonl`);
  readonly #bus = this.#openBus();
  readonly #provider = this.code.stripe(secret, { clock: () => now * 1_000 });
  #order = 776;
  /** The order whose news was believed last. */
  #believed: number | undefined;

  async *go({ delivery }: Settings): AsyncGenerator<Scene<State>> {
    const kind = kinds.find((each) => each === delivery) ?? "signed";
    // What was never sent cannot be sent again: then it is sent first.
    if (kind === "again" && !this.#believed) yield* this.#send("signed");
    yield* this.#send(kind);
  }

  #openBus() {
    const bus = new this.code.EventBus<OrderEvents>();
    const board = new this.code.OrderBoard();
    bus.subscribe("order.*", (news) => {
      const { events, handled } = this.state;
      const more = board.note(news) ? 1 : 0;
      this.state = { ...this.state, events: events + 1, handled: handled + more };
    });
    return bus;
  }

  async *#send(kind: Kind): AsyncGenerator<Scene<State>> {
    const order = kind === "again" && this.#believed ? this.#believed : ++this.#order;
    const stranger = kind === "forged" || kind === "old";
    const sender = stranger ? "stranger" : "partner";
    const say = this.words.sends[kind](order);
    yield this.scene({ answer: undefined, sender }, say, "post");
    try {
      yield* this.#receive(this.#deliveryOf(kind, order));
    } catch (error) {
      const { status, message } = this.code.problemOf(error);
      const refused = this.state.refused + 1;
      const say = this.words.refuses(status, message);
      yield this.scene({ answer: status, refused }, say, "answer");
    }
  }

  async *#receive({ headers, body }: Sent): AsyncGenerator<Scene<State>> {
    const delivery = { headers: lowercase(headers), body: Buffer.from(body) };
    const { id, payload } = this.#provider.verify(delivery);
    yield this.scene({}, this.words.believed);
    const event = this.code.toEvent(id, this.code.readOrder(payload), now * 1_000);
    const isNews = await (await this.#store).add(event);
    const { orderId } = event.data;
    if (!isNews) {
      yield this.scene({ answer: 200 }, this.words.known(200), "answer");
      return;
    }
    this.#believed = orderId;
    const before = this.state;
    const stored = [...before.stored, String(orderId)];
    this.#bus.deliver(event);
    await (await this.#store).handled(event.id);
    const { events, handled } = this.state;
    this.state = before;
    const kept = this.words.stored(202);
    const answered = this.scene({ answer: 202, stored }, kept, "store", "answer");
    yield { ...answered, ahead: true };
    const say = this.words.delivered(event.name, orderId);
    yield this.scene({ events, handled }, say, "bus", "work");
  }

  #deliveryOf(kind: Kind, order: number): Sent {
    const news = { order_id: order, status: "created" };
    const json = JSON.stringify(kind === "nonsense" ? { hello: "world" } : news);
    const key = kind === "forged" ? "what a stranger made up" : secret;
    const time = kind === "old" ? now - 3_600 : now + (kind === "again" ? 20 : 0);
    const sent = this.code.sign.stripe(key, { id: "unused", time, json });
    if (kind !== "changed") return sent;
    return { ...sent, body: sent.body.replace("created", "paid") };
  }
}

function lowercase(headers: Record<string, string>): Record<string, string> {
  const entries = Object.entries(headers);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
}
