// Days made up by chance, on the queue and the worker and on slow, simple ones.
import { test } from "node:test";
import { type AnyDay, catchEscaped, type Observation, playDays, quiet } from "#any-day";
import { type Attempt, type DeadLetter, TimeLimitExceeded } from "#bus/queue-contract";
import { EventQueue } from "#lesson/04-event-queue/event-queue.ts";
import { Worker } from "#lesson/04-event-queue/worker.ts";
import { SimulatedTime } from "../given/simulated-time.ts";
import { daysOf } from "./day.ts";
import {
  type AnyQueue,
  type AnyWorker,
  type Options,
  SlowQueue,
  SlowWorker,
} from "./model.ts";
import {
  type Command,
  type Day,
  ERRORS,
  ITEMS,
  type Observer,
  RULES,
  type Rule,
  ruleOf,
  storyOf,
  tell,
  told,
  WAITS,
  WORKS,
} from "./story.ts";

interface Makers {
  queue: (options: { capacity: number }) => AnyQueue;
  worker: (...args: ConstructorParameters<typeof SlowWorker>) => AnyWorker;
}

/** Plays a day, and writes down what can be seen whenever things are quiet. */
function play(day: Day, make: Makers): Promise<Observation[]> {
  return catchEscaped(async (escaped) => {
    const time = new SimulatedTime();
    const seen: Observation[] = [];
    const see = (rule: Rule, what: string, value?: unknown) =>
      seen.push({ rule: RULES[rule], what, value });
    /** What has happened since things were quiet. What has no order among itself is told in order. */
    const news = new Map<string, { rule: Rule; lines: string[] }>();
    const note = (rule: Rule, which: number, line: string) => {
      const key = `${rule} ${which}`;
      news.set(key, { rule, lines: [...(news.get(key)?.lines ?? []), line] });
    };
    const settled: { number: number; rule: Rule; line: string }[] = [];
    const over: { command: Command; which: number; before: number | undefined }[] = [];
    const accepted: unknown[] = [];
    const gone: unknown[] = [];
    const inHand = [0, 0];
    const starts = [0, 0];
    const set = new Set<unknown>();
    const calls = [0, 0];
    let promises = 0;
    const putBacks = [0, 0];
    const hasWorkers = day.commands.some(({ does }) => WORKS.includes(does));

    const queues = day.capacities.map((capacity) => make.queue({ capacity }));
    const workers = hasWorkers ? [makeWorker(0), makeWorker(1)] : [];
    for (const command of day.commands) {
      perform(command);
      if (!command.hurry || WORKS.includes(command.does)) await look();
      if (command.does === "wait")
        await time.pass(WAITS[command.nth % WAITS.length] ?? 0);
    }
    await time.pass(5e10);
    await look();
    if (day.shared) for (const worker of workers) worker.stop();
    await time.pass(5e10);
    await look();
    see("timers", "timers that are still set", set.size);
    see("onDeadFails", "failures that nobody handles", escaped.failures.length);
    takeStock();
    // Who of two gets a job is for them to say: what holds is that nothing is lost or done twice.
    const rules: string[] = [RULES.account, RULES.hands, RULES.onDeadFails, RULES.timers];
    return day.shared ? seen.filter(({ rule }) => rules.includes(rule)) : seen;

    function perform(command: Command): void {
      const { does, which, nth } = command;
      const item = ITEMS[nth % ITEMS.length];
      const at = day.shared ? 0 : which;
      const queue = queues[at] as AnyQueue;
      const worker = workers[which] as AnyWorker;
      if (does === "put")
        follow("full", tell(command), queue.put(item), () => accepted.push(item));
      if (does === "tryPut") {
        const answer = queue.tryPut(item);
        if (answer) accepted.push(item);
        see("tryPut", `${tell(command)} returns`, answer);
      }
      if (does === "putBack") {
        accepted.push(item);
        queue.putBack(item);
      }
      if (does === "tryTake") {
        if (queue.size > 0) gone.push(item);
        see("order", `${tell(command)} returns`, told(queue.tryTake()));
      }
      if (does === "take") follow("take", tell(command), queue.take());
      if (does === "ready") follow("ready", tell(command), queue.ready());
      if (does === "close") queue.close();
      if (does === "letterBack") letterBack(which, worker.deadLetters[nth % 2]);
      if (does === "idle" && day.onDead !== "puts the letter back")
        follow(day.attempts > 1 ? "idleRetry" : "idle", tell(command), worker.idle());
      if (does === "start") {
        starts[which] = (starts[which] ?? 0) + 1;
        if (worker.start() !== worker) see("handles", "start does not return the worker");
      }
      if (does === "stop") {
        const before = starts[which];
        // If the worker has begun anew, the text does not say how long an earlier stop waits.
        worker.stop().then(() => over.push({ command, which, before }));
      }
      // A handler may be called at once or a little later.
      if (!hasWorkers) see("size", `the size, after: ${tell(command)}`, queue.size);
    }

    function follow(
      rule: Rule,
      what: string,
      promise: Promise<unknown>,
      then: () => unknown = () => {},
    ): void {
      const number = promises++;
      const add = (line: string) =>
        settled.push({ number, rule, line: `${what}: ${line}` });
      promise.then(
        (value) => {
          then();
          add(rule === "take" ? told(value) : "resolves");
        },
        (error) => add(`rejects with ${(error as Error | undefined)?.name}`),
      );
    }

    async function look(): Promise<void> {
      await quiet();
      settled.sort((one, other) => one.number - other.number);
      for (const { rule, line } of settled.splice(0)) see(rule, line);
      for (const { command, which, before } of over.splice(0))
        if (starts[which] === before)
          note("waits", which, `${tell(command)}: that is over`);
      for (const key of [...news.keys()].sort()) {
        const { rule, lines } = news.get(key) ?? { rule: "order", lines: [] };
        for (const line of lines) see(rule, line);
      }
      news.clear();
      for (const [at, queue] of queues.entries())
        see(
          workers.length > 0 ? "handles" : "size",
          `the size of queue ${at + 1}`,
          queue.size,
        );
      for (const { deadLetters } of workers)
        see("dead", "dead letters", deadLetters.map(tellLetter).join("; "));
    }

    function makeWorker(which: number): AnyWorker {
      const { concurrency, timeLimit, attempts, firstDelay, maxDelay } = day;
      const queue = queues[day.shared ? 0 : which] as AnyQueue;
      const worker: AnyWorker = make.worker(
        queue,
        (job, attempt) => handle(which, job, attempt),
        {
          ...{
            concurrency,
            timeLimit,
            attempts,
            firstDelay,
            maxDelay,
            random: () => 0.5,
          },
          timers: {
            setTimeout: (action, delay) => {
              const timer = time.setTimeout(() => {
                set.delete(timer);
                action();
              }, delay);
              set.add(timer);
              return timer;
            },
            clearTimeout: (timer) => {
              set.delete(timer);
              time.clearTimeout(timer);
            },
          },
          onRetry: ({ job, error, attempts, delay }) => {
            const line = `${told(job)}, ${told(error)}, attempts ${attempts}, delay ${delay}`;
            note("onRetry", which, `onRetry at ${time.now()} ms: ${line}`);
            return observe(day.onRetry);
          },
          onDead: (letter) => {
            const isKept = worker.deadLetters.includes(letter);
            note("onDead", which, `onDead: ${tellLetter(letter)}, kept: ${isKept}`);
            if (day.onDead !== "puts the letter back") return observe(day.onDead);
            putBacks[which] = (putBacks[which] ?? 0) + 1;
          if ((putBacks[which] ?? 0) < 3) letterBack(which, letter);
          },
        },
      );
      return worker;
    }

    function letterBack(which: number, letter: DeadLetter | undefined): void {
      const worker = workers[which];
      if (!letter || !worker) return;
      const answers = [worker.putBack(letter), worker.putBack(letter)].join(", then ");
      note("letterBack", which, `putBack of ${tellLetter(letter)}, twice: ${answers}`);
    }

    function handle(which: number, job: unknown, { number, signal }: Attempt): unknown {
      const call = calls[which] ?? 0;
      calls[which] = call + 1;
      const { ends, first } = day.fates[call % day.fates.length] ?? { ends: "done" };
      const isFirst = call < day.fates.length;
      // No two handlers end at the same moment, as nobody says who of them is first.
      const after = (text: string) => time.wait(Number.parseInt(text, 10) + call / 10);
      const error = ERRORS[call % ERRORS.length];
      const of = `${told(job)}, attempt ${number}${which > 0 ? ", other worker" : ""}`;
      note(
        day.attempts > 1 ? "retries" : "handles",
        which,
        `at ${time.now()} ms begins ${of}`,
      );
      inHand[which] = (inHand[which] ?? 0) + 1;
      if (inHand[which] > day.concurrency) see("hands", "jobs in hand", inHand[which]);
      let isOver = false;
      const end = (finished: boolean) => {
        if (!isOver) inHand[which] = (inHand[which] ?? 0) - 1;
        if (!isOver && finished) gone.push(job);
        isOver = true;
      };
      const fail = () => {
        end(false);
        throw error;
      };
      if (first && isFirst) perform(first);
      if (ends === "done") return end(true);
      if (ends === "throws") fail();
      const asks = day.timeLimit < Infinity ? signal : undefined;
      asks?.addEventListener("abort", () => {
        end(false);
        const isRight = signal.reason instanceof TimeLimitExceeded;
        note(
          "signal",
          which,
          `at ${time.now()} ms the signal of ${of} aborts: ${isRight}`,
        );
      });
      if (ends === "rejects") return new Promise((resolve) => resolve(fail()));
      if (ends.startsWith("fails after")) return after(ends.slice(12)).then(fail);
      if (ends.startsWith("is done after"))
        return after(ends.slice(14)).then(() => end(true));
      if (ends === "never ends") return new Promise(() => {});
      if (ends === "returns a thenable")
        return {
          // biome-ignore lint/suspicious/noThenProperty: a handler may return one
          then: (resolve: (value: unknown) => void) =>
            after("50").then(() => resolve(end(true))),
        };
      return new Promise<void>((resolve, reject) => {
        const answer = ends === "is done when aborted" ? resolve : reject;
        signal.addEventListener("abort", () => answer());
      });
    }

    /** What was accepted must be somewhere, once: taken, finished, dead, waiting or in hand for ever. */
    function takeStock(): void {
      if (!day.shared) return;
      const [queue] = queues as [AnyQueue];
      const there = [
        ...gone,
        ...workers.flatMap(({ deadLetters }) => deadLetters.map(({ job }) => job)),
      ];
      while (queue.size > 0) there.push(queue.tryTake());
      const stuck = inHand.reduce((all, one) => all + one, 0);
      const missing = accepted.length - there.length - stuck;
      see("account", "jobs lost", Math.max(0, missing));
      see("account", "jobs too many", Math.max(0, -missing));
    }
  });
}

function observe(does: Observer): unknown {
  if (does === "throws") throw new Error("the pager is broken");
  return does === "rejects"
    ? Promise.reject(new Error("the pager is broken"))
    : undefined;
}

function tellLetter({ job, error, attempts }: DeadLetter): string {
  const why = error instanceof TimeLimitExceeded ? "TimeLimitExceeded" : told(error);
  return `${told(job)}, ${why}, attempts ${attempts}`;
}

/** The lesson's days up to a step, as `#any-day` plays them. */
function lessonDays(step: number): AnyDay<Day> {
  return {
    day: daysOf(step),
    play: (day) =>
      play(day, {
        queue: (options) => new EventQueue(options),
        worker: (queue, handle, options: Options) => new Worker(queue, handle, options),
      }),
    model: (day) =>
      play(day, {
        queue: (options) => new SlowQueue(options),
        worker: (...args) => new SlowWorker(...args),
      }),
    story: storyOf,
    rule: ruleOf,
  };
}

/** Registers the check that nothing goes wrong on any day of the steps up to this one. */
export function anyDay(step: number): void {
  test(`step ${step} · on any day, all of this holds`, () => playDays(lessonDays(step)));
}
