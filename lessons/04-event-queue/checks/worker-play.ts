/** Plays a day on two queues and two workers, and writes down what can be seen. */
import { catchEscaped, type Observation, quiet } from "#any-day";
import {
  type Attempt,
  type DeadLetter,
  type Queue,
  type QueueClass,
  type QueueWorker,
  TimeLimitExceeded,
  type WorkerClass,
} from "#bus/queue-contract";
import { SimulatedTime } from "../given/simulated-time.ts";
import {
  Book,
  ERRORS,
  ITEMS,
  observed,
  queueAt,
  type Rule,
  tellLetters,
  titlesOf,
  told,
} from "./book.ts";
import { carryOut, fail } from "./fate.ts";
import {
  type Command,
  type Day,
  type Limits,
  type Observer,
  tell,
  waitOf,
} from "./worker-day.ts";

export function play(
  day: Day,
  QueueOf: QueueClass,
  WorkerOf: WorkerClass,
): Promise<Observation[]> {
  return catchEscaped(async (escaped) => {
    const time = new SimulatedTime();
    const book = new Book(() => `, at ${time.now()} ms`);
    const queues = day.capacities.map((capacity) => new QueueOf<unknown>({ capacity }));
    const accepted: unknown[] = [];
    /** Taken by somebody else, or finished. */
    const gone: unknown[] = [];
    const reasons: unknown[] = [];
    let [isOrdered, handlersTimers] = [!day.shared, 0];
    /** The rule that the latest event is about. */
    let about: Rule = "handles";
    type Hand = ReturnType<typeof hire>;
    const crew = [hire(0), hire(1)] as const;

    for (const command of day.commands) {
      perform(command);
      if (!command.hurry) await look();
      if (command.does === "wait") await time.pass(waitOf(command));
    }
    await time.pass(1e15);
    await look();
    if (day.step > 4) book.see("noLimit", "timers that never go off", time.pending);
    if (day.shared) for (const { worker } of crew) worker.stop();
    await look();
    book.readAgain();
    const letters = crew.flatMap(({ worker }) => worker.deadLetters);
    const late = letters.filter(({ error }) => error instanceof TimeLimitExceeded);
    const strange = late.filter(({ error }) => !reasons.includes(error)).length;
    book.see("signal", "failures with another error than the signal", strange);
    gone.push(...letters.map(({ job }) => job));
    for (const { inHand } of crew) gone.push(...inHand.values());
    // This lets those in who still wait with `put`.
    for (const queue of queues) while (queue.size > 0) gone.push(queue.tryTake());
    await quiet();
    // What was accepted must be somewhere, once: taken, finished, dead, waiting or in hand for ever.
    const [all, found] = [accepted, gone].map((jobs) => jobs.map(told).sort().join());
    const account = all === found ? "all that were accepted" : `${found}, not ${all}`;
    book.see("account", "jobs that are there in the end", account);
    const rule = isOrdered ? observed(day) : "account";
    book.see(rule, "rejections that nobody handles", escaped.failures.length);
    // Where the order is open, what holds is that nothing is lost or done twice.
    const always = titlesOf(["account", "hands", "observers", "timers"]);
    return isOrdered ? book.seen : book.seen.filter(({ rule }) => always.includes(rule));

    function perform(command: Command, by = 0): void {
      const { does, which, nth } = command;
      const own = crew[which] as Hand;
      const { queue, worker } = own;
      const what = tell(command);
      if (does === "put") {
        const item = ITEMS[nth];
        const put = queue.put(item).then(() => accepted.push(item));
        book.follow(about, what, put, undefined, by);
      }
      // A stopped worker need not notice that somebody else has emptied its queue.
      if (does === "tryTake" && queue.size > 0 && crew.every(({ isOn }) => isOn))
        gone.push(queue.tryTake());
      if (does === "close") queue.close();
      if (does === "letterBack") letterBack(own, worker.deadLetters[nth % 2]);
      if (does === "idle" && day.onDead !== "puts the letter back") {
        const result = () => `resolves, ${worker.deadLetters.length} dead letters`;
        book.follow("idle", what, worker.idle(), result, by);
      }
      if (does === "start") {
        own.isOn = true;
        own.starts += 1;
        if (worker.start() !== worker) book.see(about, "start returns no worker");
      }
      if (does === "stop") {
        const { starts } = own;
        stop(own).then(() => {
          // If the worker has begun anew, the text does not say how long an earlier stop waits.
          if (own.starts === starts)
            book.note(`waits ${which}`, "waits", what, "the promise resolves");
        });
      }
    }

    function stop(own: Hand): Promise<void> {
      // In which order it puts several of them back, the text leaves open.
      if (own.retrying > 1) isOrdered = false;
      own.retrying = 0;
      own.isOn = false;
      about = "stops";
      return own.worker.stop();
    }

    async function look(): Promise<void> {
      await book.tellNews();
      const unused = time.pending - handlersTimers;
      const isOver = crew.every(({ inHand, retrying }) => inHand.size + retrying === 0);
      if (isOver && unused > 0)
        book.see("timers", "timers that no attempt or retry needs", unused);
      for (const [at, { size }] of queues.entries())
        book.see(about, `the size of ${queueAt(at)}`, size);
      for (const { queue, worker, limits, inHand, isOn } of crew) {
        if (isOn && queue.size > 0 && inHand.size < limits.concurrency)
          book.see("hands", "a job waits, and a hand is free", queue.size);
        const list = worker.deadLetters;
        const letters = book.keep("dead", () => tellLetters(...list));
        book.see("dead", "dead letters", letters);
      }
    }

    /** A worker, with what became of its jobs so far. */
    function hire(at: number) {
      const own = {
        ...{ at, who: at > 0 ? " of the other worker" : "" },
        limits: day.limits[at] as Limits,
        queue: queues[day.shared ? 0 : at] as Queue<unknown>,
        worker: {} as QueueWorker<unknown>,
        /** The calls of the handler that are not over, with their jobs. */
        inHand: new Map<number, unknown>(),
        /** Of these jobs, how many wait for their delay. */
        ...{ retrying: 0, isOn: false, starts: 0, calls: 0, letters: 0 },
      };
      const observe = (name: "onRetry" | "onDead", line: string) => {
        const rule = own.isOn ? name : "failsNow";
        book.note(`${name} ${at}`, rule, name + own.who, line);
        if (day[name] === "stops the worker") stop(own);
        return fail(day[name]);
      };
      const handler = (job: unknown, attempt: Attempt) => handle(own, job, attempt);
      own.worker = new WorkerOf<unknown>(own.queue, handler, {
        ...{ ...own.limits, timers: time },
        random: () => ((3 * own.calls) % 8) / 8,
        onRetry: (retry) => {
          const line = () => `${tellLetters(retry)}, delay ${retry.delay}`;
          if (own.isOn) about = "sleeps";
          return observe("onRetry", book.keep("onRetry", line));
        },
        onDead: (letter) => {
          const isKept = own.worker.deadLetters.includes(letter);
          if (day.onDead === "puts the letter back" && own.letters++ < 2)
            letterBack(own, letter);
          return observe("onDead", `${tellLetters(letter)}, kept by then: ${isKept}`);
        },
      });
      return own;
    }

    function letterBack({ at, worker }: Hand, letter: DeadLetter | undefined): void {
      if (!letter) return;
      about = "letterBack";
      const byOther = crew[1 - at]?.worker.putBack(letter);
      const answers = [{ ...letter }, letter, letter].map((one) => worker.putBack(one));
      const line = `putBack of the letter of ${told(letter.job)} by the other worker, of a copy, of the letter, twice`;
      book.note(`0 back ${at}`, "letterBack", line, [byOther, ...answers].join(", "));
    }

    function handle(own: Hand, job: unknown, attempt: Attempt): unknown {
      const { at, inHand, limits } = own;
      const { number } = attempt;
      const call = own.calls++;
      const fate = day.fates[call % day.fates.length] as Day["fates"][number];
      // So that a day ends on which a job is tried for ever.
      const does = call < 120 ? fate.does : "is done at once";
      const who = `handler call ${call + 1}${own.who}`;
      const nth = book.keep("retries", () => `attempt ${attempt.number}`);
      const rule = number > 1 ? "retries" : about;
      book.note(`begin ${at}`, rule, who, `${told(job)}, ${nth}`);
      inHand.set(call, job);
      if (number > 1) own.retrying -= 1;
      // A moment later, as an answer may begin the next job just before it aborts the last one.
      queueMicrotask(() => {
        if (inHand.size > limits.concurrency)
          book.see("hands", "jobs in hand", inHand.size);
      });
      const fails = (rule: Rule) => {
        about = own.isOn ? rule : "failsNow";
        if (inHand.delete(call) && own.isOn && number < limits.attempts)
          own.retrying += 1;
      };
      const over = () => {
        if (!inHand.has(call)) about = "tooLate";
        else if (!does.includes("done")) fails("goesOn");
        else if (inHand.delete(call)) gone.push(job);
      };
      if (day.step > 4) {
        const { signal } = attempt;
        signal.addEventListener("abort", () => {
          fails(does.endsWith("aborted") ? "tooLate" : "limit");
          reasons.push(signal.reason);
          const what = `the signal of ${who} aborts`;
          book.note(`abort ${at}`, "signal", what, told(signal.reason));
        });
      }
      // To its own worker and queue, as nobody says which of two workers is first.
      if (fate.first && call < day.fates.length)
        perform({ ...fate.first, which: at }, 1 + at);
      // No two handlers end at the same moment, as nobody says who of them is first.
      const setTimeout = (action: () => void, delay: number) => {
        handlersTimers += 1;
        time.wait(delay + call / 10).then(() => {
          handlersTimers -= 1;
          action();
        });
      };
      const value = ERRORS[call % ERRORS.length];
      return carryOut(does, { attempt, value, over, setTimeout, book });
    }
  });
}
