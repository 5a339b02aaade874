import { setTimeout } from "node:timers/promises";
import { queue as asyncQueue } from "async";
import fastq from "fastq";
import kleur from "kleur";
import PQueue from "p-queue";
import { collectGarbage } from "#any-day";
import { EventQueue } from "#bus/event-queue";
import { Worker } from "#bus/worker";
import { EventQueue as YourQueue } from "#lesson/04-event-queue/event-queue.ts";
import { Worker as YourWorker } from "#lesson/04-event-queue/worker.ts";
import { isFinished, median, rounded, table } from "../../shared/bench/measure.ts";

/** Puts a number of jobs into a queue, of which one at a time is handled; resolves when all are. */
type Contender = (count: number) => Promise<void>;

const SIZES = [10_000, 100_000, 1_000_000] as const;
const ROUNDS = 5;
/** A round repeats what is small until it has seen this number of jobs. */
const LEAST = 200_000;
/** So long, in ms, may all rounds of one contender at one size take. */
const PATIENCE = 3_000;

let handled = 0;
const work = () => {
  handled += 1;
};
const asyncWork = async () => {
  handled += 1;
};

interface Drained {
  queue: { put(job: number): unknown };
  worker: { start(): { idle(): Promise<void> } };
}

function reference(handler: () => unknown): Drained {
  const queue = new EventQueue<number>();
  return { queue, worker: new Worker(queue, handler) };
}

function yours(handler: () => unknown): Drained {
  const queue = new YourQueue<number>();
  return { queue, worker: new YourWorker(queue, handler) };
}

function draining(make: () => Drained): Contender {
  return async (count) => {
    const { queue, worker } = make();
    for (let job = 0; job < count; job++) queue.put(job);
    await worker.start().idle();
  };
}

/** fastq calls the next job inside the callback of the last: at once, it would fill the stack. */
const fastqWithCallbacks: Contender = (count) =>
  new Promise((resolve) => {
    const queue = fastq((_job: number, done: fastq.done) => {
      work();
      queueMicrotask(() => done(null));
    }, 1);
    queue.drain = resolve;
    for (let job = 0; job < count; job++) queue.push(job);
  });

const fastqWithPromises: Contender = async (count) => {
  const queue = fastq.promise(asyncWork, 1);
  for (let job = 0; job < count; job++) queue.push(job);
  await queue.drained();
};

const asyncWithCallbacks: Contender = async (count) => {
  const queue = asyncQueue<number>((_job, done) => {
    work();
    queueMicrotask(done);
  }, 1);
  for (let job = 0; job < count; job++) queue.push(job);
  await queue.drain();
};

const pQueue: Contender = async (count) => {
  const queue = new PQueue({ concurrency: 1 });
  for (let job = 0; job < count; job++) queue.add(asyncWork);
  await queue.onIdle();
};

const plain: Record<string, Contender> = {
  "the reference": draining(() => reference(work)),
  "your worker": draining(() => yours(work)),
  fastq: fastqWithCallbacks,
  "async.queue": asyncWithCallbacks,
};

const promises: Record<string, Contender> = {
  "the reference": draining(() => reference(asyncWork)),
  "your worker": draining(() => yours(asyncWork)),
  "fastq.promise": fastqWithPromises,
  "p-queue": pQueue,
};

/** Processor time in ms: nobody waits here, and other programs should not count. */
async function time(contender: Contender, count: number): Promise<number> {
  // So that nobody cleans up after somebody else.
  collectGarbage();
  // It goes on a little in threads of its own, whose time would count, and it throws away machine
  // code that was not used lately: a few runs bring it back.
  await setTimeout(20);
  for (let warmUp = 0; warmUp < 5; warmUp++) await contender(SIZES[0]);
  const repeats = Math.max(1, LEAST / count);
  const begin = process.cpuUsage();
  for (let repeat = 0; repeat < repeats; repeat++) await contender(count);
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1_000 / repeats;
}

/** ns a job, by size and contender: medians of rounds in which the contenders take turns. */
async function measure(contenders: Record<string, Contender>) {
  const results = new Map<number, Map<string, number>>();
  let present = Object.entries(contenders);
  for (const count of SIZES) {
    const times = new Map<string, number[]>(present.map(([name]) => [name, []]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, contender] of present) {
        const mine = times.get(name) ?? [];
        if (round === 0 || (round + 1) * median(mine) < PATIENCE)
          mine.push(await time(contender, count));
      }
    }
    const costs = [...times].map(([name, mine]) => [name, median(mine) / count] as const);
    results.set(count, new Map(costs.map(([name, cost]) => [name, 1e6 * cost])));
    // A contender that would need minutes for ten times as many jobs is not asked.
    const slow = costs.filter(([, cost]) => cost * 10 * count > PATIENCE);
    present = present.filter(([name]) => !slow.some(([slower]) => slower === name));
  }
  return results;
}

/** A table for each size, as one of all sizes would be too wide for a page. */
async function compare(title: string, contenders: Record<string, Contender>) {
  const results = await measure(contenders);
  const names = Object.keys(contenders);
  const costOf = (name: string, count: number) =>
    results.get(count)?.get(name) ?? Number.NaN;
  for (const count of SIZES) {
    const head = `${title}, ${inWords(count)} waiting`;
    const rows = names.map((name) => [
      name,
      figure(1_000 / costOf(name, count)),
      figure(costOf(name, count) / costOf("the reference", count), " ×"),
    ]);
    console.log(`\n${table([kleur.bold(head), "million jobs/s", "time each"], rows)}`);
  }
  const [few, , many] = SIZES;
  console.log(`\nWith ${inWords(many)} waiting in place of ${inWords(few)}, a job takes`);
  for (const name of names) {
    const growth = costOf(name, many) / costOf(name, few);
    const times = Number.isNaN(growth)
      ? "so long that it was not measured"
      : `${growth.toFixed(1)} times as long`;
    console.log(`  ${name.padEnd(15)}${times}`);
  }
}

function inWords(count: number): string {
  return count.toLocaleString("en");
}

function figure(value: number, unit = ""): string {
  return Number.isNaN(value) ? "–" : rounded(value) + unit;
}

const isReady = await isFinished("your worker", () => plain["your worker"]?.(1));
if (!isReady) {
  delete plain["your worker"];
  delete promises["your worker"];
}
console.log(`How many jobs are done in a second when that many are waiting, and the time of
one as a multiple of the reference's: 2 × is twice as long. The worker keeps its
time limits and retries ready all the while.`);
await compare("handler done at once", plain);
await compare("async handler", promises);
