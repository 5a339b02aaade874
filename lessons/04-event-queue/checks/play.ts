/** Plays a day on two queues and two workers, and writes down what can be seen. */
import { catchEscaped, type Observation, quiet } from "#any-day";
import { type Attempt, type DeadLetter, TimeLimitExceeded } from "#bus/queue-contract";
import { SimulatedTime } from "../given/simulated-time.ts";
import {
  Book,
  Counts,
  endAs,
  observe,
  tellLetter,
  tellLetters,
  watched,
} from "./book.ts";
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
    const accepted: unknown[] = [];
    const gone: unknown[] = [];
    const counts = [new Counts(), new Counts()] as const;
    const reasons: unknown[] = [];
    /** Lists of dead letters, and how they were told when they were read. */
    const lists: { list: readonly DeadLetter[]; was: string }[] = [];
    let isOrdered = !day.shared;
    const hasWorkers = day.commands.some(({ does }) => WORKS.includes(does));

    const queues = day.capacities.map((capacity) => make.queue({ capacity }));
    const workers = hasWorkers ? counts.map((_, which) => makeWorker(which)) : [];
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
    book.see("timers", "timers that are still set", time.pending);
    const changed = lists.filter(({ list, was }) => tellLetters(list) !== was).length;
    book.see("dead", "lists of dead letters that changed after they were read", changed);
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
      const own = counts[which] as Counts;
      if (does === "put")
        book.follow(
          hasWorkers ? "handles" : "full",
          tell(command),
          queue.put(item),
          by,
          () => {
            accepted.push(item);
            return "resolves";
          },
        );
      if (does === "tryPut")
        book.see("tryPut", `${tell(command)} returns`, queue.tryPut(item));
      if (does === "putBack") queue.putBack(item);
      if (does === "tryTake")
        book.see("order", `${tell(command)} returns`, told(queue.tryTake()));
      if (does === "take") book.follow("take", tell(command), queue.take(), by, told);
      if (does === "ready") book.follow("ready", tell(command), queue.ready(), by);
      if (does === "close") queue.close();
      if (does === "letterBack") letterBack(which, worker.deadLetters[nth % 2]);
      if (does === "idle" && day.onDead !== "puts the letter back")
        book.follow(
          day.attempts > 1 ? "idleRetry" : "idle",
          tell(command),
          worker.idle(),
          by,
          () => `resolves, and there are ${worker.deadLetters.length} dead letters`,
        );
      if (does === "start") {
        own.starts += 1;
        if (worker.start() !== worker)
          book.see("handles", "start does not return the worker");
      }
      if (does === "stop") {
        const before = own.starts;
        // If the worker has begun anew, the text does not say how long an earlier stop waits.
        const held = [...own.inHand];
        stop(worker, own).then(() => {
          if (held.some((call) => own.inHand.has(call)))
            book.see("waits", "a stop is over with a job still in hand");
          const left = `${queue.size} waiting, ${worker.deadLetters.length} dead`;
          if (own.starts === before)
            book.note("waits", which, `${tell(command)}: that is over, ${left}`);
        });
      }
      // A handler may be called at once or a little later.
      if (!hasWorkers) book.see("size", `the size, after: ${tell(command)}`, queue.size);
    }

    function stop(worker: AnyWorker, own: Counts): Promise<void> {
      // In which order it puts several of them back, the text leaves open.
      if (own.retrying > 1) isOrdered = false;
      own.retrying = 0;
      return worker.stop();
    }

    async function look(): Promise<void> {
      await quiet();
      book.tellSettled();
      book.tellNews();
      for (const [at, queue] of queues.entries())
        book.see(
          workers.length > 0 ? "handles" : "size",
          `the size of queue ${at + 1}`,
          queue.size,
        );
      for (const { deadLetters: list } of workers) {
        lists.push({ list, was: tellLetters(list) });
        book.see("dead", "dead letters", tellLetters(list));
      }
    }

    function makeWorker(which: number): AnyWorker {
      const { concurrency, timeLimit, attempts, firstDelay, maxDelay } = day;
      const queue = queues[day.shared ? 0 : which] as AnyQueue;
      const own = counts[which] as Counts;
      const worker: AnyWorker = make.worker(
        queue,
        (job, attempt) => handle(which, job, attempt),
        {
          ...{ concurrency, timeLimit, attempts, firstDelay, maxDelay },
          random: () => ((3 * own.chances++) % 8) / 8,
          timers: watched(time, () => {
            if (day.knowsLimits) book.see("noLimit", "a timer is set for Infinity ms");
          }),
          onRetry: ({ job, error, attempts, delay }) => {
            const line = `${told(job)}, ${told(error)}, attempts ${attempts}, delay ${delay}`;
            own.retrying += 1;
            book.note("onRetry", which, `onRetry at ${time.now()} ms: ${line}`);
            if (day.onRetry === "stops the worker") stop(worker, own);
            return observe(day.onRetry);
          },
          onDead: (letter) => {
            const isKept = worker.deadLetters.includes(letter);
            book.note("onDead", which, `onDead: ${tellLetter(letter)}, kept: ${isKept}`);
            if (day.onDead === "stops the worker") stop(worker, own);
            if (day.onDead === "puts the letter back" && own.putBacks++ < 2)
              letterBack(which, letter);
            return observe(day.onDead);
          },
        },
      );
      return worker;
    }

    function letterBack(which: number, letter: DeadLetter | undefined): void {
      const worker = workers[which];
      if (!letter || !worker) return;
      const answers = [worker.putBack(letter), worker.putBack(letter)].join(", then ");
      const line = `putBack of ${tellLetter(letter)}, twice: ${answers}`;
      book.note("letterBack", which, line);
    }

    function handle(which: number, job: unknown, { number, signal }: Attempt): unknown {
      const own = counts[which] as Counts;
      const call = own.calls++;
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
      own.inHand.add(call);
      if (number > 1) own.retrying -= 1;
      const { size } = own.inHand;
      if (size > day.concurrency) book.see("hands", "jobs in hand", size);
      const end = (finished: boolean) => {
        if (own.inHand.delete(call) && finished) gone.push(job);
      };
      const fail = () => {
        end(false);
        throw error;
      };
      if (day.timeLimit < Infinity)
        signal.addEventListener("abort", () => {
          end(false);
          reasons.push(signal.reason);
          const line = `at ${time.now()} ms the signal of ${of} aborts`;
          book.note("signal", which, `${line}: ${told(signal.reason)}`);
        });
      // To its own worker and queue, as nobody says which of two workers is first.
      if (first && isFirst) perform({ ...first, which }, 1 + which);
      return endAs(ends, { after, done: () => end(true), fail, signal });
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
      const stuck = counts.reduce((all, { inHand }) => all + inHand.size, 0);
      const missing = accepted.length - there.length - stuck;
      book.see("account", "jobs lost", Math.max(0, missing));
      book.see("account", "jobs too many", Math.max(0, -missing));
    }
  });
}
