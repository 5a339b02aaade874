import type { BusEvent } from "#bus/contract";
import { box, edge, port, rect, shelf, sides } from "./drawing.ts";
import { type Figure, type Scene, type Settings, Story, switches } from "./figure.ts";
import { SimulatedBroker } from "./simulated-broker.ts";
import { rabbit as rabbitWords } from "./words.ts";

type Words = typeof rabbitWords.en;
type Code = Pick<typeof import("#bus/wildcards"), "matches"> &
  Pick<typeof import("#bus/contract"), "createEvent"> &
  Pick<typeof import("#lesson/06-rabbitmq/rabbit-publisher.ts"), "RabbitPublisher"> &
  Pick<typeof import("#lesson/06-rabbitmq/rabbit-consumer.ts"), "RabbitConsumer">;

type Name = "worker1" | "worker2" | "analytics";

interface State {
  confirmed: number;
  /** What the queues have ready to hand out. */
  emails: readonly string[];
  analytics: readonly string[];
  /** What each worker has in hand: its queue keeps it until the worker acknowledges. */
  inHand: Readonly<Partial<Record<Name, string>>>;
  done: Readonly<Record<Name, number>>;
  killed: readonly Name[];
}

/** A worker's process: its connection, and the event that it has in hand, if any. */
interface Worker {
  connection: ReturnType<SimulatedBroker["connect"]>;
  hand?: { who: string; redelivered: boolean; finish: () => void };
}

const exchange = "shop.events";
const queues = {
  emails: { queue: "email-worker", patterns: ["user.registered"] },
  analytics: { queue: "analytics-worker", patterns: ["user.*"] },
};
const workers: Record<Name, keyof typeof queues> = {
  worker1: "emails",
  worker2: "emails",
  analytics: "analytics",
};
const names: readonly Name[] = ["worker1", "worker2", "analytics"];
const day = [
  ["user.registered", "Ann"],
  ["user.registered", "Bob"],
  ["user.deleted", "Zoe"],
  ["user.registered", "Cy"],
] as const;

const initial: State = {
  confirmed: 0,
  emails: [],
  analytics: [],
  inHand: {},
  done: { worker1: 0, worker2: 0, analytics: 0 },
  killed: [],
};

const places = {
  wide: {
    producer: rect(8, 96, 112, 56),
    exchange: rect(164, 96, 126, 56),
    emails: rect(342, 14, 160, 84),
    analytics: rect(342, 150, 160, 84),
    workers: [6, 66, 174].map((y) => rect(560, y, 112, 50)),
  },
  narrow: {
    producer: rect(4, 6, 134, 54),
    exchange: rect(182, 6, 134, 54),
    emails: rect(4, 104, 152, 84),
    analytics: rect(164, 104, 152, 84),
    workers: [4, 111, 218].map((x) => rect(x, 234, 98, 52)),
  },
};

export const figure: Figure<State, Code, Words> = {
  lesson: "06-rabbitmq",
  code: {
    matches: "#bus/wildcards",
    createEvent: "#bus/contract",
    RabbitPublisher: "#lesson/06-rabbitmq/rabbit-publisher.ts",
    RabbitConsumer: "#lesson/06-rabbitmq/rabbit-consumer.ts",
  },
  words: rabbitWords,
  controls: switches("alive", ["worker1", "worker2"]),
  initial,
  heights: { wide: 240, narrow: 292 },

  draw(state, layout, words) {
    const place = places[layout];
    const [out, into] = sides[layout];
    const ends = place.workers.map((seat, at) => {
      const name = names[at] ?? "analytics";
      const { [name]: who } = state.inHand;
      const dead = state.killed.includes(name);
      const line = who ? words.inHand(who) : words.done(state.done[name]);
      const look = dead ? "off" : who ? "lit" : "plain";
      const title = words.workers[name] ?? name;
      const from = port(place[workers[name]], out);
      const arrow = dead ? "" : edge(name, from, port(seat, into), who ? "lit" : "");
      return `${arrow}${box(seat, title, [dead ? words.dead : line], look)}`;
    });
    const queue = (name: "emails" | "analytics") => {
      const held = names.flatMap((each) => {
        const { [each]: who } = state.inHand;
        return workers[each] === name && who !== undefined ? [who] : [];
      });
      const note = words.holds(state[name].length, held.length);
      const messages = [...held, ...state[name]];
      const options = { width: 32, note, lit: held.length };
      return shelf(place[name], words[name], messages, "store", options);
    };
    return [
      edge("publish", port(place.producer, "right"), port(place.exchange, "left")),
      edge("emails", port(place.exchange, out), port(place.emails, into)),
      edge("analytics", port(place.exchange, out), port(place.analytics, into)),
      ...ends,
      box(place.producer, words.producer, [words.confirmed(state.confirmed)]),
      box(place.exchange, words.exchange, [words.topic], "strong"),
      queue("emails"),
      queue("analytics"),
    ].join("");
  },

  open: (code, words) => new Office(code, words, initial),
};

/** A producer and three workers, each a process of its own as far as the broker can tell. */
class Office extends Story<State, Code, Words> {
  readonly #broker = new SimulatedBroker(this.code.matches);
  readonly #publisher = this.code.RabbitPublisher.open(this.#broker.connect(), {
    exchange,
  });
  readonly #workers = new Map(names.map((name) => [name, this.#start(name)]));
  /** How many events of the day are published. */
  #published = 0;

  async *go(): AsyncGenerator<Scene<State>> {
    await settled();
    const isOver = this.#published === day.length;
    if (isOver && !names.some((name) => this.#hasWork(name))) this.#published = 0;
    while (this.#published < day.length) yield* this.#publishNext();
    while (names.some((name) => this.#hasWork(name))) {
      for (const queue of ["emails", "analytics"] as const) yield* this.#deliver(queue);
      for (const name of names) yield* this.#finish(name);
    }
    const left = this.state.emails.length;
    yield this.scene({}, left > 0 ? this.words.keeps(left) : this.words.idle);
  }

  override async *change(
    changed: string,
    settings: Settings,
  ): AsyncGenerator<Scene<State>> {
    await settled();
    const name = names.find((each) => each === changed);
    if (!name) return;
    const title = this.words.controls[name as "worker1"];
    const killed = this.state.killed.filter((each) => each !== name);
    if (settings[name]) {
      this.#workers.set(name, this.#start(name));
      yield this.scene({ killed }, this.words.back(title));
      return;
    }
    const { connection, hand } = this.#workers.get(name) ?? {};
    this.#workers.delete(name);
    await connection?.close();
    const say = this.words.killed(title, hand?.who);
    yield this.scene({ killed: [...killed, name] }, say, ...(hand ? [`-${name}`] : []));
  }

  #start(name: Name): Worker {
    const worker: Worker = { connection: this.#broker.connect() };
    const options = { exchange, ...queues[workers[name]], prefetch: 1 };
    this.code.RabbitConsumer.open(worker.connection, options, (event, { fields }) => {
      const { redelivered } = fields;
      return new Promise<void>((finish) => {
        worker.hand = { who: whoIs(event), redelivered, finish };
      });
    });
    return worker;
  }

  #hasWork(name: Name): boolean {
    const worker = this.#workers.get(name);
    if (!worker) return false;
    const { queue } = queues[workers[name]];
    return worker.hand !== undefined || this.#broker.queue(queue).waiting.length > 0;
  }

  async *#publishNext(): AsyncGenerator<Scene<State>> {
    const [name, who] = day[this.#published++] ?? day[0];
    const before = this.state;
    const publisher = await this.#publisher;
    await publisher.publish(this.code.createEvent(name, { who }));
    const say = this.words.publishes(name, who);
    yield { state: before, say, flights: ["publish"], ahead: true };

    const now = this.#look();
    const reached = (["emails", "analytics"] as const).filter(
      (queue) => now[queue].length > before[queue].length,
    );
    const titles = reached.map((queue) => queues[queue].queue).join(", ");
    const confirmed = before.confirmed + 1;
    yield this.scene({ confirmed }, this.words.routes(titles), ...reached, "-publish");
  }

  async *#deliver(queue: keyof typeof queues): AsyncGenerator<Scene<State>> {
    const busy = new Set(names.filter((name) => this.#workers.get(name)?.hand));
    while (this.#broker.deliver(queues[queue].queue)) {
      await settled();
      const name = names.find((each) => this.#workers.get(each)?.hand && !busy.has(each));
      const hand = name && this.#workers.get(name)?.hand;
      if (!name || !hand) return;
      busy.add(name);
      const { who, redelivered } = hand;
      const title = this.words.workers[name] ?? name;
      const say = this.words[redelivered ? "takesAgain" : "takes"](title, who);
      yield this.scene({}, say, name);
    }
  }

  async *#finish(name: Name): AsyncGenerator<Scene<State>> {
    const worker = this.#workers.get(name);
    const hand = worker?.hand;
    if (!worker || !hand) return;
    delete worker.hand;
    hand.finish();
    await settled();
    const done = { ...this.state.done, [name]: this.state.done[name] + 1 };
    const say = this.words.acknowledges(this.words.workers[name] ?? name, hand.who);
    yield this.scene({ done }, say, `-${name}`);
  }

  override scene(news: Partial<State>, say: string, ...flights: string[]): Scene<State> {
    return super.scene({ ...news, ...this.#look() }, say, ...flights);
  }

  /** What the queues and the workers hold now. */
  #look() {
    const waiting = (queue: keyof typeof queues) =>
      this.#broker
        .queue(queues[queue].queue)
        .waiting.map(({ content }) => whoIs(JSON.parse(content.toString())));
    const inHand = names.flatMap((name) => {
      const who = this.#workers.get(name)?.hand?.who;
      return who === undefined ? [] : [[name, who]];
    });
    return {
      emails: waiting("emails"),
      analytics: waiting("analytics"),
      inHand: Object.fromEntries(inHand),
    };
  }
}

function whoIs({ data }: BusEvent): string {
  return (data as { who: string }).who;
}

/** Lets everything happen that needs no more than promises. */
function settled(): Promise<void> {
  return new Promise((resume) => setTimeout(resume));
}
