// Days made up by chance at the door of the shop, against a list of what must have been heard.
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { catchEscaped, type Observation, playDays, quiet } from "#any-day";
import { EventBus } from "#bus/event-bus";
import { DeliveryStore } from "#lesson/07-webhook/delivery-store.ts";
import { stripe } from "#lesson/07-webhook/signatures.ts";
import type { OrderEvent, OrderEvents } from "../given/order-events.ts";
import { Disk, hexOf, secret } from "./desk.ts";
import { bytesOf, Line, startServer } from "./wire.ts";

const RULES = {
  heard: "a signed delivery gets 202, and the bus one event of its status and its id",
  known: "a known delivery gets 200 and no event, also at once and after a restart",
  start: "at the start, the bus gets what is stored and not handled, whatever its status",
  unsigned: "a delivery that is not signed gets 401, whatever its body holds",
  body: "a signed body gets 400 if it is not JSON, and 422 if it is not an order",
  type: "another content type, none, or a compressed body gets 415, signed or not",
  full: "a delivery that cannot be stored gets 503 with `Retry-After`, and 202 when it comes again",
  tells:
    "every refusal is a problem as in RFC 9457, and tells no signature, path or stack",
} as const;

const BODIES = [
  '{"order_id": 1, "status": "created"}',
  '{"order_id": 1, "status": "paid"}',
  '{ "status" : "shipped", "order_id": 2, "note": "чай" }',
  '{"order_id": 9007199254740993, "status": "paid"}',
  '{"order_id": 777',
  '["чай"]',
];
/** What each of them says, or the status with which it is refused. */
const MEANINGS = ["order.created 1", "order.paid 1", "order.shipped 2", 422, 400, 422];

interface Command {
  does: "send" | "send twice" | "restart" | "works" | "idles" | "fills" | "heals";
  body: number;
  how: "genuine" | "forged" | "late" | "changed" | "as text" | "packed";
  /** In seconds: when it was signed, each attempt at another time. */
  at: number;
}

const NOW = 1_795_381_200;

function requestOf({ body, how, at }: Command) {
  const text = BODIES[body] ?? "";
  const time = NOW + at - (how === "late" ? 900 : 0);
  const right = hexOf(`${time}.`, text);
  const signature = how === "forged" ? right.replace(/./g, "a") : right;
  const headers: Record<string, string> = {
    "Content-Type": how === "as text" ? "text/plain" : "application/json",
    "Stripe-Signature": `t=${time},v1=${signature}`,
  };
  if (how === "packed") headers["Content-Encoding"] = "gzip";
  const sent = how === "changed" ? text.replace("1", "3") : text;
  return { request: { headers, body: how === "changed" ? `${sent} ` : sent }, right };
}

/** What is to be seen of a shop: the model below has it, too. */
interface Shop {
  send(command: Command): Promise<string>;
  restart(): Promise<void>;
  heard(): Promise<string[]>;
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
    } else shop.set(does);
    const rule = does === "restart" ? RULES.start : RULES.heard;
    const value = (await shop.heard()).join(", ") || "nothing";
    seen.push({ rule, what: `after "${does}" the bus has heard`, value });
  }
  return seen;
}

function ruleOf({ body, how }: Command, value: string): string {
  if (/tells|is not a problem/.test(value)) return RULES.tells;
  if (how === "as text" || how === "packed") return RULES.type;
  if (how !== "genuine") return RULES.unsigned;
  if (typeof MEANINGS[body] === "number") return RULES.body;
  if (value.includes("503")) return RULES.full;
  return value.includes("200") ? RULES.known : RULES.heard;
}

async function atTheDoor(day: Command[], step: number): Promise<Observation[]> {
  const folder = mkdtempSync(join(tmpdir(), "lesson-7-day-"));
  const path = join(folder, "deliveries.jsonl");
  const disk = new Disk();
  let isIdle = false;
  const heard: string[] = [];
  const notes: Promise<void>[] = [];
  const open = async () => {
    const store = await DeliveryStore.open(path, { open: disk.open });
    const bus = new EventBus<OrderEvents>();
    bus.subscribe("order.*", (data, event: OrderEvent) => {
      heard.push(`${event.name} ${data.orderId}`);
      if (!isIdle) notes.push(store.handled(event.id).catch(() => {}));
    });
    const provider = stripe(secret, { clock: () => NOW * 1_000 });
    const server = await startServer({ provider, store, bus, onError: () => {} });
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
        const { status, headers, body } = await line.answer();
        if (status < 300 || step < 7) return status < 300 ? String(status) : "a refusal";
        const type = headers["content-type"] ?? "none";
        if (!type.startsWith("application/problem+json"))
          return `${status}, is not a problem, but ${type}`;
        const secrets = [right, secret, folder, "    at ", "node_modules", "ENOSPC"];
        const told = secrets.find((one) => body.includes(one));
        return told === undefined ? String(status) : `${status}, which tells "${told}"`;
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
  const hear = (one: (typeof known)[number]) => {
    heard.push(String(MEANINGS[one.body]));
    if (isIdle) return;
    one.handled = true;
    one.noted = !isFull;
  };
  const statusOf = ({ body, how }: Command): number => {
    if (how === "as text") return 415;
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
      return status < 300 || step >= 7 ? String(status) : "a refusal";
    },
    async restart() {
      for (const one of known) one.handled = one.noted;
      for (const one of known.filter(({ handled }) => !handled)) hear(one);
    },
    heard: async () => [...heard],
    set(does) {
      isIdle = does === "idles" || (isIdle && does !== "works");
      isFull = does === "fills" || (isFull && does !== "heals");
    },
  });
}

function tell({ does, body, how, at }: Command): string {
  const forms: Record<Command["how"], string> = {
    genuine: `signed ${at} s from now`,
    forged: "forged",
    late: "signed long ago",
    changed: "changed on the way",
    "as text": "as text/plain",
    packed: "said to be compressed",
  };
  const lines: Record<Command["does"], string> = {
    send: `the partner sends ${BODIES[body]}, ${forms[how]}`,
    "send twice": `the partner sends ${BODIES[body]} twice at once, ${forms[how]}`,
    restart: "the shop is killed in the middle of a line, and opened again",
    works: "the worker works",
    idles: "the worker has a break: it hears events, and handles none",
    fills: "the disk is full",
    heals: "the disk has room",
  };
  return lines[does];
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
          ...(step < 7 ? [] : (["as text", "packed"] as const)),
        ),
      },
    ),
    at: fc.constantFrom(0, 10, -20),
  });
  test(`step ${step} · on any day, all of this holds`, () =>
    playDays<Command[]>({
      day: fc.noBias(fc.array(command, { minLength: 1, maxLength: 10, size: "max" })),
      // Express prints errors that nobody answers: that is no news here.
      play: (day) => catchEscaped(() => atTheDoor(day, step)),
      model: (day) => onTheModel(day, step),
      story: (day) => day.map(tell),
      rule: (day, seen) =>
        seen ?? (day.some(({ does }) => does === "restart") ? RULES.start : RULES.heard),
      waits: 3_000,
    }));
}
