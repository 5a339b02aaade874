/** What the checks of this lesson share. */
import { createEvent } from "#bus/contract";
import { Network, type Trouble } from "#given/09-saga/further/network.ts";
import { Shop, type ShopOptions } from "#given/09-saga/further/shop.ts";
import { VirtualTime } from "#given/09-saga/further/virtual-time.ts";
import { type Journal, MemoryJournal } from "#given/09-saga/given/journal.ts";
import {
  commandOf,
  type Decision,
  type Order,
  orderProcess,
  type Process,
  type SagaEvent,
  type StepData,
  type Way,
} from "#given/09-saga/given/process.ts";
import { decide } from "#lesson/09-saga/decide.ts";
import { TodoError } from "#todo";

export const teapot: Order = { id: "order-15", item: "a teapot", cents: 2_500 };

export function orderNamed(id: string): Order {
  return { ...teapot, id };
}

type Kind = "done" | "refused" | "unanswered";
export const never: Kind[] = Array.from({ length: 9 }, () => "unanswered");
export const refusing: Kind[] = Array.from({ length: 9 }, () => "refused");

/** Which step and way a command belongs to. */
export function placeOf(process: Process, command: string): { step: number; way: Way } {
  const step = process.steps.findIndex(
    ({ action, compensation }) => action === command || compensation === command,
  );
  return { step, way: process.steps[step]?.action === command ? "forward" : "back" };
}

/**
 * A journal told in words: `reserve the money: unanswered` stands for the request and what came of
 * it; `again …` for one more answer to the first such request, `… : requested` for the request alone.
 */
export function journalOf(lines: string[], process = orderProcess): SagaEvent[] {
  const ids = { correlationId: teapot.id, causationId: null };
  const begun = { ...ids, kind: "started" as const, order: teapot };
  const events: SagaEvent[] = [createEvent("saga.started", begun, 0)];
  for (const line of lines) {
    const [, again, command = "", kind = ""] = /^(again )?(.*): (\w+)$/.exec(line) ?? [];
    const failures = events.filter(
      ({ data }) =>
        /refused|unanswered/.test(data.kind) &&
        "step" in data &&
        data.command === command,
    );
    const attempt = again ? 1 : failures.length + 1;
    const about = { ...ids, ...placeOf(process, command), command, attempt };
    const add = (kind: StepData["kind"]) =>
      events.push(createEvent(`step.${kind}`, { ...about, kind }, 0));
    if (!again) add("requested");
    if (kind !== "requested") add(kind as Kind);
  }
  return events;
}

export function inWords(decision: Decision, process = orderProcess): string {
  if (decision.type === "end") return decision.name;
  const { step, way, attempt } = decision;
  return `${commandOf(process, step, way)}, attempt ${attempt}`;
}

/** What comes after these lines. */
export function next(lines: string[], process = orderProcess): string {
  return inWords(decide(process, journalOf(lines, process)), process);
}

/** Plays a saga with `decide` alone: what it asks for, when these commands fail like this. */
export function playOut(
  failures: Record<string, Kind[]>,
  process = orderProcess,
): string[] {
  const lines: string[] = [];
  const asked: string[] = [];
  while (asked.length < 50) {
    const decision = decide(process, journalOf(lines, process));
    if (decision.type === "end") return [...asked, decision.name];
    const command = commandOf(process, decision.step, decision.way);
    asked.push(command);
    const times = asked.filter((each) => each === command).length;
    lines.push(`${command}: ${failures[command]?.[times - 1] ?? "done"}`);
  }
  return asked;
}

/** `… out of stock …` of a reason with these words in it, whatever else it says. */
export function mentioning(words: string, reason: string | undefined): string {
  return reason?.includes(words) ? `… ${words} …` : (reason ?? "no reason");
}

interface Setting {
  troubles?: Trouble[];
  shop?: ShopOptions;
}

/** A shop, its network and a journal, and the options of an orchestrator. Time is told. */
export function openShop({ troubles = [], shop: options = {} }: Setting = {}) {
  const shop = new Shop(options);
  const time = new VirtualTime();
  const { clock, timer } = time;
  const network = new Network((command) => shop.handle(command), timer, troubles);
  const journal = new MemoryJournal();
  const told: SagaEvent[] = [];
  const alarm = (event: SagaEvent): unknown => told.push(event);
  const { send } = network;
  const common = { process: orderProcess, journal, send, clock, timer, alarm };
  return { shop, time, network, journal, told, common };
}

/** The process of the shop, with something else in each of its steps. */
export function processWith(change: {
  attempts?: number;
  timeLimit?: number;
  pause?: number;
}) {
  return {
    ...orderProcess,
    steps: orderProcess.steps.map((step) => ({ ...step, ...change })),
  };
}

export function names(journal: Journal, saga = teapot.id): string[] {
  return journal.of(saga).map(({ name }) => name);
}

/** What a request asks for, or how another event is called. */
export function called({ name, data }: SagaEvent): string {
  return data.kind === "requested" ? `${data.command}, attempt ${data.attempt}` : name;
}

/** `money.reserved ← reserve the money, attempt 1` for every event of the saga. */
export function causes(journal: Journal): string[] {
  const events = journal.of(teapot.id);
  return events.map((event) => {
    const cause = events.find(({ id }) => id === event.data.causationId);
    return `${called(event)} ← ${cause ? called(cause) : event.data.causationId}`;
  });
}

export function reasonOf(event: SagaEvent | undefined): string | undefined {
  return event && "reason" in event.data ? event.data.reason : undefined;
}

/** Takes its time to write, and refuses some events, in a way that leads to no line. */
export function slowJournal(refuses: (event: SagaEvent) => boolean = () => false) {
  const stored = new MemoryJournal();
  const error = new Error("no space left on device");
  error.stack = `${error}`;
  const slow: Journal = {
    of: (saga) => stored.of(saga),
    sagas: () => stored.sagas(),
    append: async (event) => {
      for (let turns = 0; turns < 5; turns += 1) await null;
      if (refuses(event)) throw error;
      await stored.append(event);
    },
  };
  return { stored, slow };
}

/** How a promise settles, in words. */
export async function outcomeOf(
  work: Promise<unknown>,
  words = "no space left on device",
): Promise<string> {
  try {
    return `resolves with ${await work}`;
  } catch (error) {
    if (error instanceof TodoError) throw error;
    const { cause, errors = [] } = Object(error) as AggregateError;
    const reasons = [error, cause, ...errors].map(String).join(": ");
    return `rejects: ${mentioning(words, reasons)}`;
  }
}
