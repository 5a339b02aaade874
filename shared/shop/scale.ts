// What `npm run shop scale` measures: how much more two and four workers do than one, and what it
// costs when one of them is killed, or the server is.
import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { PrivateNode } from "#broker/private-process";
import { createEvent } from "#bus/contract";
import type { EventStream } from "#bus/event-stream";
import { rounded, table } from "../bench/measure.ts";
import { counted } from "../course/account.ts";
import { say, wrap } from "../workbook/screens/terminal.ts";
import { Waiting } from "../workbook/screens/waiting.ts";
import { scaleRecord } from "../workbook/work/work-folder.ts";
import { type Engine, engines, findEngine, loadStream } from "./engines.ts";
import { keep, sayWhyNot } from "./measuring.ts";
import { until } from "./premises.ts";

/** Events for each worker: a second and a half of work. */
const EACH = 300;
/** Events for both workers, where one of them or the server is killed. */
const KILLED_AMONG = 2 * EACH;
/** Events before all that is measured. */
const WARM_UP = 40;
/** Events a second that one worker can handle, as each takes it 5 ms. */
const LIMIT = 200;
/** How long the events of a dead worker may stay away, in ms. */
const PATIENCE = 40_000;

interface Server {
  url: string;
  stop(): Promise<void>;
  /** Only a server of our own may be killed. */
  own?: PrivateNode;
}

/** Measures every engine that can be had here, prints two tables, and keeps what they say. */
export async function scale(): Promise<number> {
  say(
    wrap("Measures RabbitMQ, Redis and Kafka with 1, 2 and 4 workers: about 2 minutes."),
  );
  const speeds: string[][] = [];
  const kills: string[][] = [];
  for (const engine of ["rabbitmq", "redis", "kafka"] as const) {
    const { title } = engines[engine].server;
    const server = await startServer(engine).catch(sayWhyNot);
    if (!server) continue;
    const waiting = new Waiting(`Measuring ${title}`);
    const row: string[] = [];
    for (const workers of [1, 2, 4]) {
      waiting.now(`${title}: ${workers} of 4 workers`);
      const speed = await speedOf(engine, server, workers);
      row.push(rounded(speed));
      const name = `${title}, ${counted(workers, "worker")}`;
      speeds.push([name, rounded(speed), (speed / (LIMIT * workers)).toFixed(2)]);
    }
    waiting.now(`${title}: a worker is killed`);
    kills.push([`${title}, a worker`, ...(await costOf(engine, server, "worker"))]);
    if (server.own) {
      waiting.now(`${title}: the server is killed`);
      kills.push([`${title}, the server`, ...(await costOf(engine, server, "server"))]);
    }
    waiting.over();
    say(`  ${title}: ${row.join(", ")} events/s with 1, 2 and 4 workers`);
    await server.stop();
  }
  const tables = [
    { head: ["5 ms of work an event", "events/s", "of the limit"], rows: speeds },
    {
      head: [`killed among ${KILLED_AMONG} events`, "lost", "twice", "all done after, s"],
      rows: kills,
    },
  ];
  for (const { head, rows } of tables) say(`\n${table(head, rows)}`);
  keep(scaleRecord, { tables }, "charts");
  return 0;
}

async function startServer(engine: Engine): Promise<Server> {
  const startPrivate = engines[engine].server.findPrivate();
  if (!startPrivate) return findEngine(engine, { say });
  say(`Starting a private ${engines[engine].server.title} …`);
  const own = await startPrivate();
  return { url: own.url, own, stop: () => own.stop() };
}

/** Events a second that some workers handle. */
async function speedOf(engine: Engine, server: Server, count: number): Promise<number> {
  return withWorkers(engine, server, count, async ({ stream, handled }) => {
    const events = EACH * count;
    const start = performance.now();
    const sent = sendAll(stream, events);
    await until(() => distinct(handled) >= events, PATIENCE);
    const seconds = (performance.now() - start) / 1_000;
    await sent;
    return events / seconds;
  });
}

/** What it costs to kill one of two workers, or the server, in the midst of events. */
async function costOf(engine: Engine, server: Server, what: "worker" | "server") {
  return withWorkers(engine, server, 2, async ({ stream, workers, handled }) => {
    const sent = sendAll(stream, KILLED_AMONG);
    await until(() => distinct(handled) >= KILLED_AMONG / 3, PATIENCE);
    const killed = performance.now();
    if (what === "worker") workers[1]?.kill("SIGKILL");
    else {
      await server.own?.kill();
      await server.own?.start();
    }
    const ids = await sent;
    const isLost = (id: string) => !handled.some((each) => each.id === id);
    await until(() => !ids.some(isLost), PATIENCE);
    return [
      `${ids.filter(isLost).length}`,
      `${handled.length - distinct(handled)}`,
      rounded(((handled.at(-1)?.at ?? killed) - killed) / 1_000),
    ];
  });
}

/**
 * A worker of Kafka that has just given up a partition may still get what it asked for before. So
 * events are sent until they come to one worker each; none of them counts.
 */
async function settle(stream: EventStream, handled: Scene["handled"]): Promise<void> {
  do {
    handled.length = 0;
    const ids = await sendAll(stream, WARM_UP);
    await until(() => distinct(handled) >= ids.length, PATIENCE);
    await setTimeout(500);
  } while (handled.length > distinct(handled));
  handled.length = 0;
}

function distinct(handled: Scene["handled"]): number {
  return new Set(handled.map(({ id }) => id)).size;
}

/** Tries to send each event until the server has it; keys are spread over the partitions. */
async function sendAll(stream: EventStream, count: number): Promise<string[]> {
  const end = performance.now() + PATIENCE;
  const stored: string[] = [];
  await Promise.all(
    Array.from({ length: count }, async (_, orderId) => {
      const event = createEvent("order.paid", { orderId });
      while (performance.now() < end) {
        if (await isStored(stream.append(event, `${orderId}`))) {
          stored.push(event.id);
          return;
        }
        await setTimeout(100);
      }
    }),
  );
  return stored;
}

function isStored(stored: Promise<void>): Promise<boolean> {
  return stored.then(
    () => true,
    () => false,
  );
}

interface Scene {
  stream: EventStream;
  workers: ChildProcess[];
  /** What was handled, in the order in which it was heard of. */
  handled: { id: string; at: number }[];
}

async function withWorkers<Result>(
  engine: Engine,
  { url }: Server,
  count: number,
  use: (scene: Scene) => Promise<Result>,
): Promise<Result> {
  const { openStream, removeStream } = await loadStream(engine);
  const place = { url, name: `scale-${randomUUID()}` };
  const stream = await openStream(place);
  const handled: Scene["handled"] = [];
  const workers = Array.from({ length: count }, (_, number) => {
    const words = [engine, url, place.name, `${number}`];
    const file = join(import.meta.dirname, "scale-worker.ts");
    return fork(file, words).on("message", (id: string) => {
      if (id !== "ready") handled.push({ id, at: performance.now() });
    });
  });
  try {
    // The first word of each is that it is ready.
    await Promise.all(workers.map((worker) => once(worker, "message")));
    await settle(stream, handled);
    return await use({ stream, workers, handled });
  } finally {
    for (const worker of workers) worker.kill("SIGKILL");
    await stream.close().catch(() => {});
    await removeStream(place).catch(() => {});
  }
}
