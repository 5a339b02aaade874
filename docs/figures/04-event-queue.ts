import { box, edge, type Look, port, rect, shelf } from "./drawing.ts";
import { choice, type Figure, type Scene } from "./figure.ts";
import { queue as queueWords } from "./words.ts";

type Code = Pick<typeof import("#lesson/04-event-queue/event-queue.ts"), "EventQueue"> &
  Pick<typeof import("#lesson/04-event-queue/worker.ts"), "Worker"> &
  Pick<typeof import("#given/04-event-queue/given/simulated-time.ts"), "SimulatedTime">;

interface State {
  queue: readonly string[];
  hand: { job: string; attempt: number } | undefined;
  waiting: { job: string; delay: number } | undefined;
  dead: readonly string[];
  sent: readonly string[];
}

const initial: State = {
  queue: [],
  hand: undefined,
  waiting: undefined,
  dead: [],
  sent: [],
};
const jobs = ["Ann", "Bob", "Cem", "Di"];
const failures: Record<string, number> = {
  never: 0,
  once: 1,
  twice: 2,
  always: Infinity,
};
/**
 * How long the mail server takes, in simulated ms. Longer than the first delay, so that a retry is
 * due while others are still in the queue.
 */
const SENDING = 120;

const places = {
  wide: {
    queue: rect(8, 12, 178, 66),
    worker: rect(258, 12, 168, 66),
    sent: rect(494, 12, 178, 66),
    shop: rect(8, 160, 92, 48),
    waiting: rect(258, 156, 168, 56),
    dead: rect(494, 151, 178, 66),
  },
  narrow: {
    shop: rect(4, 8, 74, 64),
    queue: rect(118, 8, 198, 64),
    worker: rect(4, 120, 130, 60),
    dead: rect(164, 117, 152, 66),
    waiting: rect(4, 236, 130, 56),
    sent: rect(164, 231, 152, 66),
  },
};
/** So wide is a name on a shelf. */
const NAME = 30;

export const figure: Figure<State, Code, typeof queueWords.en> = {
  lesson: "04-event-queue",
  code: {
    EventQueue: "#lesson/04-event-queue/event-queue.ts",
    Worker: "#lesson/04-event-queue/worker.ts",
    SimulatedTime: "#given/04-event-queue/given/simulated-time.ts",
  },
  words: queueWords,
  controls: [
    choice("fails", Object.keys(failures), "twice"),
    { kind: "switch", name: "putBack", value: true },
  ],
  initial,
  heights: { wide: 272, narrow: 306 },

  draw({ queue, hand, waiting, dead, sent }, layout, words) {
    const place = places[layout];
    const wide = layout === "wide";
    const edges = [
      wide
        ? edge("put", port(place.shop, "top"), port(place.queue, "bottom", -43))
        : edge("put", port(place.shop, "right"), port(place.queue, "left")),
      wide
        ? edge("take", port(place.queue, "right"), port(place.worker, "left"))
        : edge("take", port(place.queue, "bottom", -60), port(place.worker, "top")),
      edge("send", port(place.worker, "right", wide ? 0 : 14), port(place.sent, "left")),
      edge("fail", port(place.worker, "bottom", -22), port(place.waiting, "top", -22)),
      edge("again", port(place.waiting, "top", 22), port(place.worker, "bottom", 22)),
      edge(
        "bury",
        port(place.worker, "right", wide ? 16 : -10),
        port(place.dead, "left"),
      ),
      wide
        ? edge(
            "back",
            port(place.dead, "bottom"),
            port(place.queue, "bottom", 43),
            "",
            [60, 200],
          )
        : edge("back", port(place.dead, "top"), port(place.queue, "bottom", 50)),
    ];
    const inHand = hand ? words.attempt(hand.job, hand.attempt) : words.idle;
    const pause = waiting ? words.pause(waiting.job, waiting.delay) : words.empty;
    const row = (name: "queue" | "sent" | "dead", jobs: readonly string[], look: Look) =>
      shelf(place[name], words[name], jobs, jobs.length > 0 ? look : "store", {
        width: NAME,
        empty: words.empty,
      });
    return [
      ...edges,
      box(place.shop, words.shop),
      row("queue", queue, "store"),
      box(place.worker, words.worker, [inHand], hand ? "strong" : "plain"),
      row("sent", sent, "good"),
      box(place.waiting, words.waiting, [pause], waiting ? "lit" : "store"),
      row("dead", dead, "bad"),
    ].join("");
  },

  open({ EventQueue, Worker, SimulatedTime }, words) {
    return {
      async *go({ fails, putBack }) {
        const time = new SimulatedTime();
        const queue = new EventQueue<string>();
        const scenes: Scene<State>[] = [];
        let state = initial;
        let left = failures[String(fails)] ?? 0;

        const tell = (news: Partial<State>, say: string, ...flights: string[]) => {
          state = { ...state, ...news };
          scenes.push({ state, say: words.at(time.now(), say), flights });
        };
        const handle = async (job: string, { number: attempt }: { number: number }) => {
          const { queue, waiting } = state;
          const hand = { job, attempt };
          if (waiting?.job === job) {
            const say = words.triesAgain(job, attempt, queue.join(", "));
            tell({ hand, waiting: undefined }, say, "again");
          } else {
            const others = queue.filter((each) => each !== job);
            tell({ hand, queue: others }, words.takes(job), "take");
          }
          await time.wait(SENDING);
          if (job === "Bob" && left-- > 0) throw new Error("The mail server is down.");
          tell({ hand: undefined, sent: [...state.sent, job] }, words.sends(job), "send");
        };
        const worker = new Worker(queue, handle, {
          attempts: 3,
          timers: time,
          random: () => 0,
          onRetry: ({ job, delay }) =>
            tell(
              { hand: undefined, waiting: { job, delay } },
              words.retry(job, delay),
              "fail",
            ),
          onDead: ({ job, attempts }) =>
            tell(
              { hand: undefined, dead: [...state.dead, job] },
              words.gaveUp(job, attempts),
              "bury",
            ),
        });

        tell({ queue: jobs }, words.put(jobs.join(", ")), "put");
        for (const job of jobs) await queue.put(job);
        worker.start();
        await time.passUntil(worker.idle());
        const [letter] = worker.deadLetters;
        if (letter && putBack) {
          left = 0;
          const { job } = letter;
          tell({ dead: [], queue: [job] }, words.repaired(job), "back");
          worker.putBack(letter);
          await time.passUntil(worker.idle());
        }
        tell({}, words.end(state.dead.join(", ")));
        yield* scenes;
      },
    };
  },
};
