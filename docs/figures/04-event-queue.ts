import { box, edge, port, rect, shelf } from "./drawing.ts";
import type { Figure, Scene } from "./figure.ts";
import { queue as queueWords } from "./words.ts";

type Code = Pick<typeof import("#lesson/04-event-queue/event-queue.ts"), "EventQueue"> &
  Pick<typeof import("#lesson/04-event-queue/worker.ts"), "Worker"> &
  Pick<typeof import("#given/04-event-queue/simulated-time.ts"), "SimulatedTime">;

interface State {
  queue: readonly string[];
  hand?: { job: string; attempt: number };
  waiting?: { job: string; delay: number };
  dead: readonly string[];
  sent: readonly string[];
}

const jobs = ["Ann", "Bob", "Cy"];
const failures: Record<string, number> = {
  never: 0,
  once: 1,
  twice: 2,
  always: Infinity,
};
/** How long the mail server takes, in simulated ms. */
const SENDING = 40;

const places = {
  wide: {
    queue: rect(8, 12, 178, 66),
    worker: rect(258, 12, 168, 66),
    sent: rect(494, 12, 178, 66),
    waiting: rect(258, 158, 168, 56),
    dead: rect(494, 153, 178, 66),
  },
  narrow: {
    queue: rect(4, 8, 312, 64),
    worker: rect(4, 120, 148, 60),
    dead: rect(184, 117, 132, 66),
    waiting: rect(4, 236, 148, 56),
    sent: rect(184, 231, 132, 66),
  },
};

export const figure: Figure<State, Code, (typeof queueWords)["en"]> = {
  lesson: "04-event-queue",
  code: {
    EventQueue: "#lesson/04-event-queue/event-queue.ts",
    Worker: "#lesson/04-event-queue/worker.ts",
    SimulatedTime: "#given/04-event-queue/simulated-time.ts",
  },
  words: queueWords,
  controls: [
    {
      kind: "choice",
      name: "fails",
      value: "twice",
      options: ["never", "once", "twice", "always"],
    },
  ],
  initial: { queue: jobs, dead: [], sent: [] },
  heights: { wide: 272, narrow: 306 },

  draw({ queue, hand, waiting, dead, sent }, layout, words) {
    const place = places[layout];
    const wide = layout === "wide";
    const edges = [
      wide
        ? edge("take", port(place.queue, "right"), port(place.worker, "left"))
        : edge("take", port(place.queue, "bottom", -82), port(place.worker, "top")),
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
            port(place.queue, "bottom"),
            "",
            [60, 200],
          )
        : edge("back", port(place.dead, "top"), port(place.queue, "bottom", 90)),
    ];
    const inHand = hand ? words.attempt(hand.job, hand.attempt) : words.idle;
    const pause = waiting ? words.pause(waiting.job, waiting.delay) : "–";
    return [
      ...edges,
      shelf(place.queue, words.queue, queue, "store", 34),
      box(place.worker, words.worker, [inHand], hand ? "strong" : "plain"),
      shelf(place.sent, words.sent, sent, sent.length > 0 ? "good" : "store", 34),
      box(place.waiting, words.waiting, [pause], waiting ? "lit" : "store"),
      shelf(place.dead, words.dead, dead, dead.length > 0 ? "bad" : "store", 34),
    ].join("");
  },

  open({ EventQueue, Worker, SimulatedTime }, words) {
    return {
      async *go({ fails }) {
        const time = new SimulatedTime();
        const queue = new EventQueue<string>();
        const scenes: Scene<State>[] = [];
        let state: State = { queue: jobs, dead: [], sent: [] };
        let left = failures[String(fails)] ?? 0;

        const tell = (change: State, say: string, ...flights: string[]) => {
          state = change;
          scenes.push({ state, say, flights });
        };
        const handle = async (job: string, { number }: { number: number }) => {
          const { hand: _, waiting, ...rest } = state;
          const again = waiting?.job === job;
          tell(
            {
              ...rest,
              ...(waiting && !again && { waiting }),
              queue: again ? rest.queue : rest.queue.filter((each) => each !== job),
              hand: { job, attempt: number },
            },
            words.takes(job, number),
            again ? "again" : "take",
          );
          await time.wait(SENDING);
          if (job === "Bob" && left-- > 0) throw new Error("The mail server is down.");
          const { hand: __, ...others } = state;
          tell({ ...others, sent: [...state.sent, job] }, words.sends(job), "send");
        };
        const worker = new Worker(queue, handle, {
          attempts: 3,
          timers: time,
          random: () => 0,
          onRetry: ({ job, delay }) => {
            const { hand: _, ...rest } = state;
            const say = words.retry(job, delay, time.now());
            tell({ ...rest, waiting: { job, delay } }, say, "fail");
          },
          onDead: ({ job, attempts }) => {
            const { hand: _, ...rest } = state;
            const say = words.gaveUp(job, attempts);
            tell({ ...rest, dead: [...rest.dead, job] }, say, "bury");
          },
        });

        tell(state, words.put(jobs.join(", ")));
        for (const job of jobs) await queue.put(job);
        worker.start();
        await time.passUntil(worker.idle());
        const [letter] = worker.deadLetters;
        if (letter) {
          left = 0;
          const { job } = letter;
          tell({ ...state, dead: [], queue: [job] }, words.repaired(job), "back");
          worker.putBack(letter);
          await time.passUntil(worker.idle());
        }
        tell(state, words.end(time.now()));
        yield* scenes;
      },
    };
  },
};
