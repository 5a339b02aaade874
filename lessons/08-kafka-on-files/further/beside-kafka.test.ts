/** Where the lesson's log and Kafka should agree, they do. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { problemWithClient } from "#broker/client-package";
import { findKafka, kafka } from "#broker/find-kafka";
import { NoBrokerError, waysToGet } from "#broker/find-server";
import { type Log, logOnFiles, type Member, type Order } from "./beside-kafka.ts";

const clientFolder = "lessons/08-kafka-on-files/further/kafka";
const client = { title: "Kafka", folder: clientFolder };
const start = Date.UTC(2026, 0, 31, 9, 0);
const orders: Order[] = Array.from({ length: 20 }, (_, at) => ({
  ...{ key: `customer-${at % 8}`, id: at + 1 },
  time: start + at * 60_000,
}));
const ids = orders.map(({ id }) => id);

let missing = problemWithClient(client);
const broker = missing ? undefined : await findKafka().catch(sayWhyNot);
const folder = mkdtempSync(join(tmpdir(), "beside-kafka-"));
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await broker?.stop();
});

function sayWhyNot(error: unknown): undefined {
  if (!(error instanceof NoBrokerError)) throw error;
  missing = `no Kafka answers: ${waysToGet(kafka).join("; or ")}`;
}

/** Runs on the lesson's log and on Kafka, on a topic of 4 partitions with 20 orders. */
function onBoth(
  title: string,
  run: (log: Log, topic: string) => Promise<void>,
  { count = orders.length } = {},
): void {
  for (const side of ["files", "Kafka"]) {
    test(`${side} · ${title}`, async (t) => {
      if (side === "Kafka" && missing) return t.skip(missing);
      const log = side === "files" ? logOnFiles(folder) : await onKafka();
      const topic = `orders-${randomUUID()}`;
      await log.createTopic(topic, 4);
      for (const order of orders.slice(0, count)) await log.send(topic, order);
      await run(log, topic).finally(() => log.close());
    });
  }
}

async function onKafka(): Promise<Log> {
  // Not everybody has installed what this imports.
  const file = new URL("./kafka/log-on-kafka.ts", import.meta.url);
  return (await import(file.href)).logOnKafka(broker?.url);
}

/** What members read until each of these ids has come. */
async function read(ids: number[], ...members: Member[]) {
  const records: Awaited<ReturnType<Member["poll"]>>[] = members.map(() => []);
  const missing = new Set(ids);
  // A group may wait until it takes a member that has left for dead.
  const end = performance.now() + 60_000;
  while (missing.size > 0 && performance.now() < end) {
    for (const [at, member] of members.entries()) {
      const news = await member.poll();
      for (const { id } of news) missing.delete(id);
      records[at]?.push(...news);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return records;
}

function idsOf(records: { id: number }[]): number[] {
  return records.map(({ id }) => id).sort((one, other) => one - other);
}

onBoth("a group goes on after a restart, from its last commit", async (log, topic) => {
  const billing = await log.join(topic, `billing-${topic}`, "1");
  await read(ids, billing);
  await billing.commit();
  await billing.close();
  await log.send(topic, { key: "ann", id: 21, time: start });
  const again = await log.join(topic, `billing-${topic}`, "1");
  assert.deepEqual(idsOf((await read([21], again)).flat()), [21]);
  await again.close();
  const third = await log.join(topic, `billing-${topic}`, "1");
  assert.deepEqual(idsOf((await read([21], third)).flat()), [21], "21 was not committed");
  await third.close();
});

onBoth("records of one key keep together, in their order", async (log, topic) => {
  const billing = await log.join(topic, `billing-${topic}`, "1");
  const records = (await read(ids, billing)).flat();
  for (const key of new Set(orders.map((order) => order.key))) {
    const own = records.filter((record) => record.key === key);
    assert.equal(new Set(own.map(({ partition }) => partition)).size, 1);
    assert.deepEqual(
      own.map(({ id }) => id),
      orders.filter((order) => order.key === key).map(({ id }) => id),
    );
  }
  await billing.close();
});

onBoth("another group hears all of it", async (log, topic) => {
  for (const group of ["billing", "shipping"]) {
    const member = await log.join(topic, `${group}-${topic}`, "1");
    assert.deepEqual(idsOf((await read(ids, member)).flat()), ids);
    await member.commit();
    await member.close();
  }
});

onBoth(
  "the members of a group share, and each record comes to one of them",
  async (log, topic) => {
    const one = await log.join(topic, `billing-${topic}`, "1");
    const other = await log.join(topic, `billing-${topic}`, "2");
    const round = async (first: number) => {
      const sent = orders.map((order) => ({ ...order, id: first + order.id }));
      for (const order of sent) await log.send(topic, order);
      const records = await read(idsOf(sent), one, other);
      return records.map((some) => some.filter(({ id }) => id > first));
    };
    const isShared = (records: { id: number }[][]) =>
      records.every(({ length }) => length > 0) &&
      records.flat().length === orders.length;
    // While the group changes, one member may read everything, and a record come to both or to none.
    let last: Awaited<ReturnType<typeof round>> = [];
    let inARow = 0;
    let first = -100;
    while (inARow < 2 && first < 1000) {
      first += 100;
      last = await round(first);
      inARow = isShared(last) ? inARow + 1 : 0;
    }
    const [ones = [], others = []] = last;
    assert.deepEqual(
      idsOf([...ones, ...others]),
      ids.map((id) => first + id),
    );
    const partitions = new Set(ones.map(({ partition }) => partition));
    assert.ok(ones.length > 0 && others.length > 0, "one member has read everything");
    assert.ok(others.every(({ partition }) => !partitions.has(partition)));
    await one.close();
    await other.close();
  },
  { count: 0 },
);

onBoth("seeking a time finds the first record that is not older", async (log, topic) => {
  const billing = await log.join(topic, `billing-${topic}`, "1");
  await billing.seekToTime(start + 12 * 60_000);
  assert.deepEqual(idsOf((await read(ids.slice(12), billing)).flat()), ids.slice(12));
  await billing.close();
});
