// Days made up by chance at the door of the shop, against a list of what must have been heard.
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { budget, catchEscaped, type Observation, playDays, quiet } from "#any-day";
import { EventBus } from "#bus/event-bus";
import { DeliveryStore } from "#lesson/07-webhook/delivery-store.ts";
import { stripe } from "#lesson/07-webhook/signatures.ts";
import type { OrderEvent, OrderEvents } from "../given/order-events.ts";
import {
  BODIES,
  type Command,
  MEANINGS,
  NOW,
  RULES,
  requestOf,
  ruleOf,
  tell,
} from "./day.ts";
import { Disk, secret } from "./desk.ts";
import { bytesOf, Line, startServer } from "./wire.ts";

/** What is to be seen of a shop: the model below has it, too. */
interface Shop {
  send(command: Command): Promise<string>;
  restart(): Promise<void>;
  heard(): Promise<string[]>;
  /** How often `onError` was called. */
  failures(): number;
  set(does: Command["does"]): void;
}

async function play(day: Command[], shop: Shop): Promise<Observation[]> {
  const seen: Observation[] = [];
  for (const command of day) {
    const { does } = command;
    if (does === "restart") await shop.restart();
    else if (does === "send" || does === "send twice") {
      const count = does === "send" ? 1 : 2;
      const all = Array.from({ length: count }, () => shop.send(command));
      const value = (await Promise.all(all)).sort().join(", ");
      seen.push({
        rule: ruleOf(command, value),
        what: `${tell(command)} and gets`,
        value,
      });
      seen.push({ rule: RULES.full, what: "calls of onError", value: shop.failures() });
    } else shop.set(does);
    const rule = does === "restart" ? RULES.start : RULES.heard;
    const value = (await shop.heard()).join(", ") || "nothing";
    seen.push({ rule, what: `after "${does}" the bus has heard`, value });
  }
  return seen;
}

async function atTheDoor(day: Command[], step: number): Promise<Observation[]> {
  const folder = mkdtempSync(join(tmpdir(), "lesson-7-day-"));
  const path = join(folder, "deliveries.jsonl");
  const disk = new Disk();
  let isIdle = false;
  const heard: string[] = [];
  const notes: Promise<void>[] = [];
  let failures = 0;
  const onError = () => {
    failures += 1;
  };
  const open = async () => {
    const store = await DeliveryStore.open(path, { open: disk.open });
    const bus = new EventBus<OrderEvents>();
    bus.subscribe("order.*", (data, event: OrderEvent) => {
      heard.push(`${event.name} ${data.orderId}`);
      if (!isIdle) notes.push(store.handled(event.id).catch(() => {}));
    });
    const provider = stripe(secret, { clock: () => NOW * 1_000 });
    const server = await startServer({ provider, store, bus, onError });
    return { store, server, lines: [new Line(server.port), new Line(server.port)] };
  };
  let shop = await open();
  const close = async () => {
    for (const line of shop.lines) line.end();
    await shop.server.close();
    await shop.store.close().catch(() => {});
  };
  let turn = 0;
  try {
    return await play(day, {
      async send(command) {
        const { request, right } = requestOf(command);
        turn += 1;
        const line = shop.lines[turn % 2] as Line;
        line.say(bytesOf(request));
        const { code, status, headers, body } = await line.answer();
        if (code >= 500 && !disk.full) return String(status);
        if (code < 300 || step < 7) return code < 300 ? String(code) : "a refusal";
        const type = headers["content-type"] ?? "none";
        if (!type.startsWith("application/problem+json"))
          return `${code}, is not a problem, but ${type}`;
        const secrets = [right, secret, folder, "    at ", "node_modules", "ENOSPC"];
        const told = secrets.find((one) => body.includes(one));
        return told === undefined ? String(code) : `${code}, which tells "${told}"`;
      },
      async restart() {
        await close();
        appendFileSync(path, '{"id":"half","name":"order.cre');
        shop = await open();
      },
      async heard() {
        for (let turns = 0; turns < 5; turns++) await quiet();
        // Notes are written before the next thing happens.
        await Promise.all(notes.splice(0));
        return [...heard];
      },
      failures: () => (step < 7 ? 0 : failures),
      set(does) {
        isIdle = does === "idles" || (isIdle && does !== "works");
        disk.full = does === "fills" || (disk.full && does !== "heals");
      },
    });
  } finally {
    await close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The model: what is known, what has been handled, and what must have been heard. */
function onTheModel(day: Command[], step: number): Promise<Observation[]> {
  const known: { body: number; handled: boolean; noted: boolean }[] = [];
  const heard: string[] = [];
  let isIdle = false;
  let isFull = false;
  let failures = 0;
  const hear = (one: (typeof known)[number]) => {
    heard.push(String(MEANINGS[one.body]));
    if (isIdle) return;
    one.handled = true;
    one.noted = !isFull;
  };
  const statusOf = ({ body, how }: Command): number => {
    if (how === "as plain text") return 415;
    if (how === "packed") return 415;
    if (how !== "genuine") return 401;
    const meaning = MEANINGS[body];
    if (typeof meaning === "number") return meaning;
    if (known.some((one) => one.body === body)) return 200;
    if (isFull) return 503;
    const one = { body, handled: false, noted: false };
    known.push(one);
    hear(one);
    return 202;
  };
  return play(day, {
    async send(command) {
      const status = statusOf(command);
      if (status === 503) failures += 1;
      return status < 300 || step >= 7 ? String(status) : "a refusal";
    },
    async restart() {
      for (const one of known) one.handled = one.noted;
      for (const one of known.filter(({ handled }) => !handled)) hear(one);
    },
    heard: async () => [...heard],
    failures: () => failures,
    set(does) {
      isIdle = does === "idles" || (isIdle && does !== "works");
      isFull = does === "fills" || (isFull && does !== "heals");
    },
  });
}

/** Registers the check of any day in a step: refusals count from step 7 on. */
export function anyDay(step: number): void {
  const command = fc.record<Command>({
    does: fc.constantFrom(
      ...(["send", "send", "send", "send", "send twice", "restart", "idles"] as const),
      ...(["works", ...(step < 7 ? [] : (["fills", "heals"] as const))] as const),
    ),
    body: fc.oneof(fc.nat(2), fc.nat(step < 7 ? 2 : BODIES.length - 1)),
    how: fc.oneof(
      { weight: 3, arbitrary: fc.constant("genuine" as const) },
      {
        weight: 1,
        arbitrary: fc.constantFrom<Command["how"][]>(
          ...(["forged", "late", "changed"] as const),
          ...(step < 7 ? [] : (["as plain text", "packed"] as const)),
        ),
      },
    ),
    at: fc.constantFrom(0, 10, -20),
  });
  // Each day waits for sockets and disks.
  const asked = budget();
  test(`step ${step} · on any day, all of this holds`, () =>
    playDays<Command[]>(
      {
        day: fc.noBias(fc.array(command, { minLength: 1, maxLength: 10, size: "max" })),
        // Express prints errors that nobody answers: that says nothing here.
        play: (day) => catchEscaped(() => atTheDoor(day, step)),
        model: (day) => onTheModel(day, step),
        story: (day) => day.map(tell),
        rule: (day, seen) =>
          seen ??
          (day.some(({ does }) => does === "restart") ? RULES.start : RULES.heard),
        waits: 3_000,
      },
      { ...asked, days: Math.ceil(asked.days / 2), time: asked.time * 2 },
    ));
}
