/**
 * Proof by exhaustion: every step × every way to fail × a crash at every point of the journal, and
 * pairs of crashes. Given.
 */
import { TodoError } from "#todo";
import { endOf, type Journal, MemoryJournal } from "../given/journal.ts";
import type { OrchestratorOptions } from "../given/options.ts";
import {
  type EndName,
  type Order,
  orderProcess,
  type SagaEvent,
  type Send,
  type Timer,
} from "../given/process.ts";
import { type Fault, faults, Network, type Trouble } from "./network.ts";
import { Shop, type ShopOptions } from "./shop.ts";
import { VirtualTime } from "./virtual-time.ts";

/** What the sweep needs to know of an orchestrator. */
export interface Candidate {
  start(order: Order): Promise<EndName>;
  resume(): Promise<void>;
}

export type MakeCandidate = (options: Required<OrchestratorOptions>) => Candidate;

export interface Scenario {
  readonly name: string;
  readonly troubles: readonly Trouble[];
  /** How the saga may end. */
  readonly ends: readonly EndName[];
}

/** The process dies at the n-th append, counted from 1: just before it is stored, or just after. */
export interface Crash {
  readonly append: number;
  readonly stored: boolean;
}

export interface Outcome {
  /** What is wrong, as sentences; empty if nothing is. */
  readonly wrong: string[];
  /** How many of the crashes took place. */
  readonly crashes: number;
  /** The appends of the last life before which a crash is the same as after the append before. */
  readonly sameCrash: ReadonlySet<number>;
}

export interface SweepResult {
  runs: number;
  scenarios: number;
  /** The first few failures: scenario, crashes, and what was wrong. */
  failures: string[];
}

const order: Order = { id: "order-15", item: "a teapot", cents: 2_500 };
const money = 10_000;
const stock = 10;
const { steps, pivot } = orderProcess;

/**
 * Every scenario: no trouble; trouble with one action; once turned back, with one compensation;
 * and silences at two places that are too short to give up at either.
 */
export function everyScenario(): Scenario[] {
  return [
    { name: "no trouble", troubles: [], ends: ["saga.completed"] },
    ...steps.flatMap((_, step) => everyFault(step)),
    ...steps.slice(0, pivot + 1).flatMap((_, step) => everyTurn(step)),
    ...everyTwoSilences(),
  ];
}

/** One action fails in one way: once, or always. */
function everyFault(step: number): Scenario[] {
  const command = steps[step]?.action ?? "";
  return faults.flatMap((fault) => [
    scenario([{ command, fault, times: 1 }], endsOfAction(step, fault, true)),
    scenario([{ command, fault }], endsOfAction(step, fault, false)),
  ]);
}

/** The saga turns back at one step, for one reason; then one compensation fails in one way. */
function everyTurn(step: number): Scenario[] {
  const reasons: Fault[] = [
    "refused",
    "command lost",
    "answer lost",
    "answer too late",
    "command very late",
  ];
  const undone = steps.slice(0, step + 1).map(({ compensation = "" }) => compensation);
  return reasons.flatMap((fault) =>
    undone.flatMap((command, place) => {
      // Whoever refused has nothing to take back, so nothing can go wrong with that.
      if (fault === "refused" && place === step) return [];
      const turn: Trouble = { command: steps[step]?.action ?? "", fault };
      return faults.flatMap((compensationFault) => [
        scenario(
          [turn, { command, fault: compensationFault, times: 1 }],
          ["saga.cancelled"],
        ),
        scenario(
          [turn, { command, fault: compensationFault }],
          endsOfRetried(compensationFault, "saga.cancelled"),
        ),
      ]);
    }),
  );
}

function everyTwoSilences(): Scenario[] {
  const silent = (command: string): Trouble => ({
    command,
    fault: "command lost",
    times: 2,
  });
  const actions = steps.map(({ action }) => action);
  const forward = pairsOf(actions).map((pair) =>
    scenario(pair.map(silent), ["saga.completed"]),
  );
  const turn: Trouble = { command: actions[pivot] ?? "", fault: "command lost" };
  const undone = steps.flatMap(({ compensation }) => compensation ?? []);
  const back = pairsOf(undone).map((pair) =>
    scenario([turn, ...pair.map(silent)], ["saga.cancelled"]),
  );
  return [...forward, ...back];
}

function pairsOf(all: string[]): string[][] {
  return all.flatMap((one, place) => all.slice(place + 1).map((other) => [one, other]));
}

function scenario(troubles: Trouble[], ends: EndName[]): Scenario {
  const name = troubles
    .map(({ command, fault, times }) => `${command}: ${fault} ${times ?? "every time"}`)
    .join("; ");
  return { name, troubles, ends };
}

function endsOfAction(step: number, fault: Fault, once: boolean): EndName[] {
  if (step > pivot)
    return once ? ["saga.completed"] : endsOfRetried(fault, "saga.completed");
  // A crash may swallow the refusal, and the second time nobody refuses.
  if (fault === "refused")
    return once ? ["saga.cancelled", "saga.completed"] : ["saga.cancelled"];
  if (once) return ["saga.completed"];
  return isAnswered(fault)
    ? ["saga.completed"]
    : isUncertain(fault)
      ? ["saga.completed", "saga.cancelled"]
      : ["saga.cancelled"];
}

function endsOfRetried(fault: Fault, good: EndName): EndName[] {
  if (isAnswered(fault)) return [good];
  return isUncertain(fault) ? [good, "saga.stuck"] : ["saga.stuck"];
}

function isAnswered(fault: Fault): boolean {
  return fault === "command twice" || fault === "command twice, once very late";
}

/** Whether the answer comes in time for a later attempt. */
function isUncertain(fault: Fault): boolean {
  return fault === "answer late" || fault === "command late";
}

/** One saga from its start to its end, through as many lives of the process as there are crashes. */
export async function play(
  make: MakeCandidate,
  { troubles, ends }: Scenario,
  crashes: readonly Crash[] = [],
  options: ShopOptions = {},
): Promise<Outcome> {
  const time = new VirtualTime();
  const shop = new Shop({ ...options, cents: money, stock });
  const watch = new Watch(shop);
  const network = new Network((command) => watch.handle(command), time.timer, troubles);
  const stored = new MemoryJournal();
  const told: string[] = [];
  let crashed = 0;
  let sameCrash: ReadonlySet<number> = new Set();
  try {
    for (;;) {
      const life = new Life(stored, network.send, time, crashes[crashed]);
      const { journal, send, timer } = life;
      const candidate = make({
        process: orderProcess,
        journal,
        send,
        alarm: ({ data }) => void (life.acts() && told.push(data.correlationId)),
        clock: time.clock,
        timer,
      });
      // The customer clicks twice, also while what was begun goes on, as customers do.
      const work = Promise.all([
        candidate.resume(),
        candidate.start(order),
        candidate.start(order),
      ]);
      await time.until(Promise.race([work, life.died]));
      sameCrash = life.sameCrash;
      if (!life.dead) break;
      crashed += 1;
    }
    // What is still on its way arrives now, when the saga has long ended. Then a last restart.
    await time.untilQuiet();
    const { sent } = network;
    const sentBefore = sent.length;
    const { journal, send, timer } = new Life(stored, network.send, time);
    const { clock } = time;
    const alarm = () => void told.push("again");
    const last = make({ process: orderProcess, journal, send, alarm, clock, timer });
    await time.until(last.resume());
    const end = await time.until(last.start(order));
    if (sent.length > sentBefore || end !== endOf(stored, order.id))
      watch.wrong.push("goes on after its end");
  } catch (error) {
    if (error instanceof TodoError) throw error;
    watch.wrong.push(error instanceof Error ? error.message : String(error));
  }
  const journal = stored.of(order.id);
  const end = endOf(stored, order.id);
  const wrong = [
    ...watch.wrong,
    ...wrongEnd(end, ends),
    ...wrongBooks(shop, end),
    ...wrongOrder(shop, journal),
    ...wrongAlarm(end, told),
    ...wrongIds(journal),
    ...wrongAttempts(network, crashed),
  ];
  return { wrong, crashes: crashed, sameCrash };
}

/** One life of the process, up to a crash. When it has crashed, nothing it does has an effect any more. */
export class Life {
  dead = false;
  readonly died: Promise<void>;
  readonly journal: Journal;
  readonly send: Send;
  readonly timer: Timer;
  readonly sameCrash = new Set<number>();
  /** Nothing has left the process since its newest line was stored. */
  #calm = false;

  constructor(stored: MemoryJournal, send: Send, time: VirtualTime, crash?: Crash) {
    let die = () => {};
    this.died = new Promise((resolve) => {
      die = resolve;
    });
    const never = () => new Promise<never>(() => {});
    let [appends, writing] = [0, 0];
    this.journal = {
      of: (saga) => [...stored.of(saga)],
      sagas: () => stored.sagas(),
      append: async (event) => {
        if (this.dead) return never();
        appends += 1;
        const now = appends === crash?.append;
        if (this.#calm) this.sameCrash.add(appends);
        this.#calm = false;
        writing += 1;
        // Writing takes a moment. Whoever does not wait for it goes on with nothing stored.
        for (let turns = 0; turns < 5; turns += 1) await null;
        if (!now || crash.stored) await stored.append(event);
        writing -= 1;
        this.#calm = writing === 0;
        if (!now) return;
        this.dead = true;
        die();
        return never();
      },
    };
    this.send = (command) => {
      if (!this.acts()) return never();
      const asked = stored
        .of(command.correlationId)
        .some(({ id, data }) => id === command.causationId && data.kind === "requested");
      if (!asked) return Promise.reject(new Error(`${command.name}: not written down`));
      return send(command);
    };
    this.timer = (ms, ring) => {
      this.acts();
      return time.timer(ms, () => void (this.acts() && ring()));
    };
  }

  /** Does something that others see, or that a crash would make undone; false if it is dead. */
  acts(): boolean {
    this.#calm = false;
    return !this.dead;
  }
}

/** Looks at the books after every effect. */
class Watch {
  readonly wrong: string[] = [];
  readonly #shop: Shop;

  constructor(shop: Shop) {
    this.#shop = shop;
  }

  handle(command: Parameters<Shop["handle"]>[0]): ReturnType<Shop["handle"]> {
    const reply = this.#shop.handle(command);
    const { books } = this.#shop;
    if (total(this.#shop) !== money) this.wrong.push("money was made or lost");
    if (books.till > 0 && !books.delivered.has(order.id))
      this.wrong.push("charged for what is not delivered");
    return reply;
  }
}

function total({ books }: Shop): number {
  const reserved = [...books.reserved.values()].reduce((sum, cents) => sum + cents, 0);
  return books.customer + reserved + books.till;
}

function wrongEnd(end: EndName | undefined, ends: readonly EndName[]): string[] {
  return end && ends.includes(end)
    ? []
    : [`the end is ${end ?? "missing"}, not ${ends.join(" or ")}`];
}

function wrongBooks({ books }: Shop, end: EndName | undefined): string[] {
  if (end === undefined || end === "saga.stuck") return [];
  const done = end === "saga.completed";
  const found = {
    customer: books.customer,
    reserved: books.reserved.size,
    till: books.till,
    stock: books.stock,
    setAside: books.setAside.size,
    delivered: books.delivered.size,
    placed: books.orders.get(order.id) === "placed",
  };
  const expected = {
    customer: done ? money - order.cents : money,
    reserved: 0,
    till: done ? order.cents : 0,
    stock: done ? stock - 1 : stock,
    setAside: 0,
    delivered: done ? 1 : 0,
    placed: done,
  };
  const [is, should] = [JSON.stringify(found), JSON.stringify(expected)];
  return is === should ? [] : [`${end}, but the books say ${is}`];
}

const takenBackBy: Record<string, string> = {
  "order.placed": "order.cancelled",
  "money.reserved": "money.released",
  "order.confirmed": "confirmation.withdrawn",
};

/** Effects happen once, in the order of the process, and are taken back exactly in reverse. */
function wrongOrder({ effects }: Shop, journal: readonly SagaEvent[]): string[] {
  const names = effects.map((effect) => effect.split(" ")[0] ?? "");
  const undo = Object.values(takenBackBy);
  const done = names.filter((name) => !undo.includes(name));
  const undone = names.filter((name) => undo.includes(name));
  const reverse = done.map((name) => takenBackBy[name] ?? "nothing").reverse();
  const wrong: string[] = [];
  if (new Set(names).size < names.length) wrong.push(`done twice: ${names.join(", ")}`);
  if (undone.length > 0 && !reverse.join().startsWith(undone.join()))
    wrong.push(`taken back out of order: ${names.join(", ")}`);
  const asked = journal.flatMap(({ data }) =>
    data.kind === "requested" ? [`${data.way} ${data.step}`] : [],
  );
  const [forward, back] = (["forward", "back"] as const).map((way) => [
    ...new Set(asked.filter((each) => each.startsWith(way))),
  ]);
  if (forward?.some((each, index) => each !== `forward ${index}`))
    wrong.push(`asked in the wrong order: ${forward.join(", ")}`);
  const last = Number(back?.[0]?.split(" ")[1] ?? 0);
  if (back?.some((each, index) => each !== `back ${last - index}`))
    wrong.push(`compensated in the wrong order: ${back.join(", ")}`);
  const turned = asked.findIndex((each) => each.startsWith("back"));
  if (turned >= 0 && asked.slice(turned).some((each) => each.startsWith("forward")))
    wrong.push("went forward again after it had turned back");
  return wrong;
}

function wrongAlarm(end: EndName | undefined, told: readonly string[]): string[] {
  const stuck = end === "saga.stuck";
  if (stuck && told.length === 0) return ["stuck, and nobody was told"];
  return !stuck && told.length > 0 ? ["the alarm rang for a saga that is not stuck"] : [];
}

/** Every event but the first names one that stands before it. */
function wrongIds(journal: readonly SagaEvent[]): string[] {
  const seen = new Set<string | null>([null]);
  const wrong = journal.filter(({ id, data }) => {
    const known = seen.has(data.causationId) && data.correlationId === order.id;
    seen.add(id);
    return !known;
  });
  const roots = journal.filter(({ data }) => data.causationId === null).length;
  if (journal.filter(({ data }) => data.kind === "started").length > 1)
    return ["started twice"];
  if (roots > 1) return ["several events say that nothing led to them"];
  return wrong.length > 0 ? [`${wrong[0]?.name} names no event before it`] : [];
}

/** Each crash may cost one attempt more. */
function wrongAttempts({ sent }: Network, crashed: number): string[] {
  return steps.flatMap(({ action, compensation, attempts }) =>
    [action, compensation].flatMap((command) => {
      const times = sent.filter(({ name }) => name === command).length;
      return times > attempts + crashed ? [`${command}: asked ${times} times`] : [];
    }),
  );
}

export interface SweepOptions {
  scenarios?: readonly Scenario[];
  /** How many crashes in one run at most. Default: 1. */
  crashes?: 0 | 1 | 2;
  /** Give up after this number of failures. Default: 5. */
  limit?: number;
  /** Participants with a flaw, to see what it leads to. */
  shop?: ShopOptions;
}

/** Plays every scenario without a crash, with a crash at every point that differs, and with every pair. */
export async function sweep(
  make: MakeCandidate,
  options: SweepOptions = {},
): Promise<SweepResult> {
  const { scenarios = everyScenario(), crashes = 1, limit = 5, shop } = options;
  const result: SweepResult = { runs: 0, scenarios: scenarios.length, failures: [] };

  /** Plays the scenario with these crashes, then with one more at every point after them. */
  const explore = async (
    scenario: Scenario,
    earlier: readonly Crash[],
  ): Promise<boolean> => {
    const played = await play(make, scenario, earlier, shop);
    const { wrong, crashes: took, sameCrash } = played;
    if (took < earlier.length) return false;
    result.runs += 1;
    if (wrong.length > 0) {
      const at = earlier.map(
        ({ append, stored }) => `${stored ? "after" : "before"} append ${append}`,
      );
      const where = [scenario.name, ...at.map((each) => `crash ${each}`)].join(", ");
      result.failures.push(`${where}: ${wrong.join("; ")}`);
    }
    if (earlier.length === crashes) return true;
    for (let append = 1; result.failures.length < limit; append += 1) {
      const isThere =
        sameCrash.has(append) ||
        (await explore(scenario, [...earlier, { append, stored: false }]));
      if (!isThere) break;
      await explore(scenario, [...earlier, { append, stored: true }]);
    }
    return true;
  };

  for (const scenario of scenarios) {
    if (result.failures.length >= limit) break;
    await explore(scenario, []);
  }
  return result;
}
