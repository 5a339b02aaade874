import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import kleur from "kleur";
import { FileJournal } from "#given/09-saga/further/file-journal.ts";
import { Shop } from "#given/09-saga/further/shop.ts";
import { type Journal, MemoryJournal } from "#given/09-saga/given/journal.ts";
import type { OrchestratorOptions } from "#given/09-saga/given/options.ts";
import { type Order, orderProcess, type Send } from "#given/09-saga/given/process.ts";
import { Orchestrator as YourOrchestrator } from "#lesson/09-saga/orchestrator.ts";
import { isFinished, median, rounded, table } from "../../shared/bench/measure.ts";
import { Orchestrator } from "../../solutions/09-saga/orchestrator.ts";

const SMALL = 1_000;
const SMALL_ROUNDS = 5;
const LARGE = 100_000;
/** The number of sagas that are under way at once. */
const AT_ONCE = 1_000;
const STEPS = orderProcess.steps.length;

interface Store {
  name: string;
  open(path: string): Promise<Journal & { close?(): Promise<void> }>;
}

const stores: Store[] = [
  { name: "in memory", open: async () => new MemoryJournal() },
  {
    name: "journal in a file",
    open: (path) => FileJournal.open(path, { fsync: false }),
  },
  { name: "journal with fsync", open: (path) => FileJournal.open(path) },
];

const folder = mkdtempSync(join(tmpdir(), "saga-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
process.once("SIGINT", () => process.exit(130));
let files = 0;

function orderOf(number: number): Order {
  return { id: `order-${number}`, item: "a teapot", cents: 1 };
}

function newShop(count: number): { shop: Shop; send: Send } {
  const shop = new Shop({ cents: count, stock: count });
  return { shop, send: async (command) => shop.handle(command) };
}

/** The reference or the learner's own. */
type LeaderClass = new (options: OrchestratorOptions) => Pick<Orchestrator, "start">;

interface Took {
  /** In ms, on the clock on the wall. */
  wall: number;
  /** In ms of processor time: says the same on a busy machine. */
  processor: number;
}

/** Runs `work` for a number of orders, a thousand at a time. */
async function time(
  count: number,
  work: (order: Order) => Promise<unknown>,
): Promise<Took> {
  let next = 0;
  const lead = async (): Promise<void> => {
    while (next < count) await work(orderOf(next++));
  };
  const start = performance.now();
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: AT_ONCE }, lead));
  const { user, system } = process.cpuUsage(before);
  return { wall: performance.now() - start, processor: (user + system) / 1_000 };
}

/** The five calls alone: nothing is written down, nothing can be taken back. */
async function timeBare(count: number): Promise<Took> {
  const { send } = newShop(count);
  return time(count, async (order) => {
    for (const [step, { action, participant }] of orderProcess.steps.entries()) {
      await send({
        key: `${order.id}/${step}/forward`,
        correlationId: order.id,
        causationId: null,
        way: "forward",
        participant,
        name: action,
        order,
      });
    }
  });
}

async function timeSagas(
  store: Store,
  count: number,
  Leader: LeaderClass = Orchestrator,
): Promise<Took> {
  files += 1;
  const path = join(folder, `${files}.jsonl`);
  const journal = await store.open(path);
  const { shop, send } = newShop(count);
  const orchestrator = new Leader({ process: orderProcess, journal, send });
  const took = await time(count, (order) => orchestrator.start(order));
  await journal.close?.();
  rmSync(path, { force: true });
  if (shop.books.till !== count) throw new Error("Not every order was paid for.");
  return took;
}

type Contender = readonly [name: string, run: (count: number) => Promise<Took>];

/**
 * Small rounds, a large one, and small rounds again, in which the contenders take turns: so a busy
 * machine hits all of them alike, and none runs on code that another one has warmed up.
 */
async function measure(contenders: readonly Contender[]): Promise<string[][]> {
  const small = new Map<string, Took[]>(contenders.map(([name]) => [name, []]));
  const large = new Map<string, Took>();
  const smallRounds = async () => {
    for (let round = 0; round < SMALL_ROUNDS; round += 1) {
      for (const [name, run] of contenders) small.get(name)?.push(await run(SMALL));
    }
  };
  await smallRounds();
  for (const [name, run] of contenders) large.set(name, await run(LARGE));
  await smallRounds();
  return contenders.flatMap(([name]) => {
    const few = medianOf(small.get(name) ?? []);
    const many = large.get(name) ?? few;
    const unit = few.processor / SMALL;
    return [row(name, SMALL, few, unit), row(name, LARGE, many, unit)];
  });
}

function medianOf(rounds: readonly Took[]): Took {
  return {
    wall: median(rounds.map(({ wall }) => wall)),
    processor: median(rounds.map(({ processor }) => processor)),
  };
}

function row(name: string, count: number, took: Took, unit: number): string[] {
  const each = took.processor / count;
  return [
    `${name}, ${count.toLocaleString("en")}`,
    rounded((count * 1_000) / took.wall),
    rounded((each * 1_000) / STEPS),
    `${(each / unit).toFixed(2)} ×`,
  ];
}

const contenders: Contender[] = [
  ["the five calls alone", timeBare],
  ...stores.map((store): Contender => [store.name, (count) => timeSagas(store, count)]),
];
const trial = { process: orderProcess, journal: new MemoryJournal() };
const ready = await isFinished("Your orchestrator", () =>
  new YourOrchestrator({ ...trial, send: newShop(1).send }).start(orderOf(0)),
);
const [memory] = stores;
if (ready && memory) {
  contenders.push([
    "yours, in memory",
    (count) => timeSagas(memory, count, YourOrchestrator),
  ]);
}
const head = [kleur.bold("sagas"), "sagas/s", "CPU µs a step", "to 1,000"];
console.log(`\n${table(head, await measure(contenders))}`);
