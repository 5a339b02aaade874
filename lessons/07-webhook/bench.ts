/** Requests a second and how long the slowest of a hundred takes, beside servers that do much less. */
import { type ChildProcess, fork } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import kleur from "kleur";
import { median, rounded, table } from "../../shared/bench/measure.ts";
import { practiceSecret } from "./further/settings.ts";

/** Many and short, so that whatever else the machine does hits all of them alike. */
const ROUNDS = 15;
/** How long a round lasts, in ms. */
const ROUND = 400;
/** Enough for many to share each fsync. */
const CONNECTIONS = 256;

const folder = mkdtempSync(join(tmpdir(), "webhook-bench-"));
const children: ChildProcess[] = [];
process.once("exit", () => {
  for (const child of children) child.kill();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

interface Contender {
  name: string;
  port: number;
  server: ChildProcess;
}

interface Round {
  /** Requests a second. */
  speed: number;
  /** What the slowest of a hundred took, in ms. */
  p99: number;
  /** Processor time of the server for one request, in microseconds: others do not count. */
  work: number;
}

/** Starts a contender in a process of its own; undefined if its code is still to be written. */
async function start(
  name: string,
  kind: string,
  condition?: string,
): Promise<Contender | undefined> {
  const child = fork(
    join(import.meta.dirname, "bench-server.ts"),
    [kind, join(folder, `${name}.jsonl`)],
    {
      execArgv: [
        ...(condition ? [`--conditions=${condition}`] : []),
        ...["--import", import.meta.resolve("tsx")],
      ],
    },
  );
  children.push(child);
  const [{ port, failure }] = await once(child, "message");
  if (failure === undefined) return { name, port, server: child };
  console.log(`${name} does not take part yet: ${failure}.`);
  return undefined;
}

const body = '{"order_id": 777, "status": "created"}';
const broken = '{"order_id": 777';
let sent = 0;

function signatureOf(text: string): string {
  return `sha256=${createHmac("sha256", practiceSecret).update(text).digest("hex")}`;
}

const good = signatureOf(body);
const signedBroken = signatureOf(broken);

/** Of ten requests, one has a wrong signature and one is not JSON. */
function nextRequest(): string {
  sent += 1;
  const isBroken = sent % 10 === 5;
  const text = isBroken ? broken : body;
  const signature = isBroken ? signedBroken : sent % 10 === 0 ? `${good}0` : good;
  return [
    "POST /webhook/order HTTP/1.1",
    "Host: localhost",
    "Content-Type: application/json",
    `X-Hub-Signature-256: ${signature}`,
    `X-GitHub-Delivery: ${process.pid}-${sent}`,
    `Content-Length: ${text.length}`,
    "",
    text,
  ].join("\r\n");
}

/** Sends one request after the other over one connection until `end`; returns how long each took. */
function client(port: number, end: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const times: number[] = [];
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let heard = "";
    let begin = 0;
    const next = () => {
      begin = performance.now();
      if (begin < end) socket.write(nextRequest());
      else socket.end(() => resolve(times));
    };
    socket.setEncoding("latin1").on("data", (text) => {
      heard += text;
      const head = heard.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(heard)?.[1] ?? 0);
      if (heard.length < head + 4 + length) return;
      heard = "";
      times.push(performance.now() - begin);
      next();
    });
    socket.once("connect", next).once("error", reject);
  });
}

async function usedBy(server: ChildProcess): Promise<number> {
  server.send("how much?");
  const [{ used }] = await once(server, "message");
  return used;
}

async function round({ port, server }: Contender): Promise<Round> {
  const usedBefore = await usedBy(server);
  const begin = performance.now();
  const clients = Array.from({ length: CONNECTIONS }, () => client(port, begin + ROUND));
  const times = (await Promise.all(clients)).flat().sort((one, other) => one - other);
  const seconds = (performance.now() - begin) / 1_000;
  return {
    speed: times.length / seconds,
    p99: times[Math.floor(times.length * 0.99)] ?? Number.NaN,
    work: ((await usedBy(server)) - usedBefore) / times.length,
  };
}

const all = [
  await start("bare Express", "express"),
  await start("bare node:http", "node:http"),
  await start("the reference", "lesson", "solution"),
  await start("notes in batches", "batched", "solution"),
  await start("your listener", "lesson"),
];
const contenders = all.filter((each) => each !== undefined);
const results = new Map(contenders.map(({ name }) => [name, [] as Round[]]));
// The first rounds only warm the code up.
for (let number = 0; number <= ROUNDS + 1; number++) {
  for (const contender of contenders) {
    const result = await round(contender);
    if (number > 1) results.get(contender.name)?.push(result);
  }
}
const rows = contenders.map(({ name }) => {
  const mine = results.get(name) ?? [];
  const speed = median(mine.map((each) => each.speed));
  const first = median((results.get("bare Express") ?? []).map((each) => each.speed));
  return [
    name,
    rounded(speed),
    `${(speed / first).toFixed(2)} ×`,
    rounded(median(mine.map(({ p99 }) => p99))),
    rounded(median(mine.map(({ work }) => work))),
  ];
});
console.log(
  `${CONNECTIONS} connections; of ten requests one is forged and one is not JSON. The listener verifies,\nstores with fsync, and hands on; the bare ones parse JSON and say 202.\n`,
);
console.log(
  table(
    [kleur.bold("POST /webhook/order"), "a second", "ratio", "p99, ms", "CPU, µs"],
    rows,
  ),
);
process.exit();
