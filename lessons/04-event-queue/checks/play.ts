/** Plays a day on two queues and two workers, and writes down what can be seen. */
import { catchEscaped, type Observation, quiet } from "#any-day";
import { type Attempt, type DeadLetter, TimeLimitExceeded } from "#bus/queue-contract";
import { SimulatedTime } from "../given/simulated-time.ts";
import { Book, observe, tellLetter } from "./book.ts";
import type { AnyQueue, AnyWorker, Makers } from "./model.ts";
import {
  type Command,
  type Day,
  ERRORS,
  ITEMS,
  RULES,
  tell,
  told,
  WAITS,
  WORKS,
} from "./story.ts";

export function play(day: Day, make: Makers): Promise<Observation[]> {
  return catchEscaped(async (escaped) => {
    const time = new SimulatedTime();
    const book = new Book();
    const over: { command: Command; which: number; before: number | undefined }[] = [];
    const accepted: unknown[] = [];
    const gone: unknown[] = [];
    const inHand = [0, 0];
    const starts = [0, 0];
    const set = new Set<unknown>();
    const calls = [0, 0];
    const chances = [0, 0];
    const reasons: unknown[] = [];
    const putBacks = [0, 0];
    /** How many jobs of each worker have failed and wait to be tried again. */
    const retrying = [0, 0];
    let isOrdered = !day.shared;
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
    book.see("timers", "timers that are still set", set.size);
    const same = workers
      .flatMap(({ deadLetters }) => deadLetters)
      .filter(({ error }) => error instanceof TimeLimitExceeded)
      .every(({ error }) => reasons.includes(error));
    book.see("signal", "the signal aborts with the error of the failure", same);
    book.see("onDeadFails", "failures that nobody handles", escaped.failures.length);
    takeStock();
    // Where the order is open, what holds is that nothing is lost or done twice.
    const rules: string[] = [RULES.account, RULES.hands, RULES.onDeadFails, RULES.timers];
    return isOrdered ? book.seen : book.seen.filter(({ rule }) => rules.includes(rule));

    function perform(command: Command, by = 0): void {
      const { does, which, nth } = command;
      const item = ITEMS[nth % ITEMS.length];
      const at = day.shared ? 0 : which;
      const queue = queues[at] as AnyQueue;
      const worker = workers[which] as AnyWorker;
      if (does === "put")
        book.follow(
          hasWorkers ? "handles" : "full",
          tell(command),
          queue.put(item),
          by,
          () => accepted.push(item),
        );
      if (does === "tryPut")
        book.see("tryPut", `${tell(command)} returns`, queue.tryPut(item));
      if (does === "putBack") queue.putBack(item);
      if (does === "tryTake")
        book.see("order", `${tell(command)} returns`, told(queue.tryTake()));
      if (does === "take") book.follow("take", tell(command), queue.take(), by);
      if (does === "ready") book.follow("ready", tell(command), queue.ready(), by);
      if (does === "close") queue.close();
      if (does === "letterBack") letterBack(which, worker.deadLetters[nth % 2]);
      if (does === "idle" && day.onDead !== "puts the letter back")
        book.follow(
          day.attempts > 1 ? "idleRetry" : "idle",
          tell(command),
          worker.idle(),
          by,
        );
      if (does === "start") {
        starts[which] = (starts[which] ?? 0) + 1;
        if (worker.start() !== worker)
          book.see("handles", "start does not return the worker");
      }
      if (does === "stop") {
        // In which order it puts several of them back, the text leaves open.
        if ((retrying[which] ?? 0) > 1) isOrdered = false;
        retrying[which] = 0;
        const before = starts[which];
        // If the worker has begun anew, the text does not say how long an earlier stop waits.
        worker.stop().then(() => over.push({ command, which, before }));
      }
      // A handler may be called at once or a little later.
      if (!hasWorkers) book.see("size", `the size, after: ${tell(command)}`, queue.size);
    }

    async function look(): Promise<void> {
      await quiet();
      book.tellSettled();
      for (const { command, which, before } of over.splice(0))
        if (starts[which] === before)
          book.note("waits", which, `${tell(command)}: that is over`);
      book.tellNews();
      for (const [at, queue] of queues.entries())
        book.see(
          workers.length > 0 ? "handles" : "size",
          `the size of queue ${at + 1}`,
          queue.size,
        );
      for (const { deadLetters } of workers)
        book.see("dead", "dead letters", deadLetters.map(tellLetter).join("; "));
    }

    function makeWorker(which: number): AnyWorker {
      const { concurrency, timeLimit, attempts, firstDelay, maxDelay } = day;
      const queue = queues[day.shared ? 0 : which] as AnyQueue;
      const worker: AnyWorker = make.worker(
        queue,
        (job, attempt) => handle(which, job, attempt),
        {
          ...{ concurrency, timeLimit, attempts, firstDelay, maxDelay },
          random: () => {
            const chance = chances[which] ?? 0;
            chances[which] = (chance + 3) % 8;
            return chance / 8;
          },
          timers: {
            setTimeout: (action, delay) => {
              const timer = time.setTimeout(() => {
                set.delete(timer);
                action();
              }, delay);
              if (delay < Infinity) set.add(timer);
              else if (day.knowsLimits)
                book.see("noLimit", "a timer is set for Infinity ms");
              return timer;
            },
            clearTimeout: (timer) => {
              set.delete(timer);
              time.clearTimeout(timer);
            },
          },
          onRetry: ({ job, error, attempts, delay }) => {
            const line = `${told(job)}, ${told(error)}, attempts ${attempts}, delay ${delay}`;
            retrying[which] = (retrying[which] ?? 0) + 1;
            book.note("onRetry", which, `onRetry at ${time.now()} ms: ${line}`);
            return observe(day.onRetry);
          },
          onDead: (letter) => {
            const isKept = worker.deadLetters.includes(letter);
            book.note("onDead", which, `onDead: ${tellLetter(letter)}, kept: ${isKept}`);
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
      const before = worker.deadLetters;
      const answers = [worker.putBack(letter), worker.putBack(letter)].join(", then ");
      const list = before.includes(letter)
        ? ""
        : "; a list that was read before is shorter";
      book.note(
        "letterBack",
        which,
        `putBack of ${tellLetter(letter)}, twice: ${answers}${list}`,
      );
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
      book.note(
        day.attempts > 1 ? "retries" : "handles",
        which,
        `at ${time.now()} ms begins ${of}`,
      );
      inHand[which] = (inHand[which] ?? 0) + 1;
      if (number > 1) retrying[which] = (retrying[which] ?? 0) - 1;
      if (inHand[which] > day.concurrency)
        book.see("hands", "jobs in hand", inHand[which]);
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
      // To its own worker and queue, as nobody says which of two workers is first.
      if (first && isFirst) perform({ ...first, which }, 1 + which);
      if (ends === "done") return end(true);
      if (ends === "throws") fail();
      const asks = day.timeLimit < Infinity ? signal : undefined;
      asks?.addEventListener("abort", () => {
        end(false);
        reasons.push(signal.reason);
        const why = told(signal.reason);
        book.note(
          "signal",
          which,
          `at ${time.now()} ms the signal of ${of} aborts: ${why}`,
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
      if (!hasWorkers) return;
      const there = [
        ...gone,
        ...workers.flatMap(({ deadLetters }) => deadLetters.map(({ job }) => job)),
      ];
      // Whoever still waits to put something in has not been accepted.
      for (const queue of queues) {
        queue.close();
        while (queue.size > 0) there.push(queue.tryTake());
      }
      const stuck = inHand.reduce((all, one) => all + one, 0);
      const missing = accepted.length - there.length - stuck;
      book.see("account", "jobs lost", Math.max(0, missing));
      book.see("account", "jobs too many", Math.max(0, -missing));
    }
  });
}
