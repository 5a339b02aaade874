/** What the checks of this lesson share. */
import { createEvent } from "#bus/contract";
import { VirtualTime } from "#given/09-saga/further/virtual-time.ts";
import { endOf, type Journal, MemoryJournal } from "#given/09-saga/given/journal.ts";
import {
  type Command,
  commandOf,
  type Order,
  orderProcess,
  type Process,
  type Reply,
  type SagaEvent,
  type StepData,
} from "#given/09-saga/given/process.ts";
import { decide } from "#lesson/09-saga/decide.ts";
import { TodoError } from "#todo";

export const teapot: Order = { id: "order-15", item: "a teapot", cents: 2_500 };

export function orderNamed(id: string): Order {
  return { ...teapot, id };
}

type Kind = "done" | "refused" | "unanswered";
export const never: Kind[] = Array.from({ length: 9 }, () => "unanswered");

/** Plays a saga with `decide` alone: what it asks for, when these commands fail like this. */
export function playOut(
  failures: Record<string, Kind[]>,
  process: Process = orderProcess,
  mixUp = (journal: SagaEvent[]) => journal,
): string[] {
  const ids = { correlationId: teapot.id, causationId: null };
  const begun = { ...ids, kind: "started" as const, order: teapot };
  const journal: SagaEvent[] = [createEvent("saga.started", begun, 0)];
  const asked: string[] = [];
  while (asked.length < 50) {
    const decision = decide(process, Object.freeze(mixUp([...journal])));
    if (decision.type === "end") {
      const reason = decision.name === "saga.stuck" ? `: ${decision.reason}` : "";
      return [...asked, `${decision.name}${reason}`];
    }
    const { step, way, attempt } = decision;
    const command = commandOf(process, step, way);
    const times = asked.filter((each) => each.startsWith(command)).length;
    asked.push(attempt === 1 ? command : `${command}, attempt ${attempt}`);
    const about = { ...ids, step, way, command, attempt };
    const add = (kind: StepData["kind"]) =>
      journal.push(createEvent(`step.${kind}`, { ...about, kind }, 0));
    add("requested");
    add(failures[command]?.[times] ?? "done");
  }
  return asked;
}

/** A few turns of the event loop's microtasks. */
export async function someTurns(): Promise<void> {
  for (let turns = 0; turns < 5; turns += 1) await null;
}

export const fullDisk = new Error("no space left on device");
fullDisk.stack = `${fullDisk}`;

/** The options of an orchestrator whose journal takes its time, and whose participants say yes. Time is told. */
export function openShop(refuses: (event: SagaEvent) => boolean = () => false) {
  const time = new VirtualTime();
  const stored = new MemoryJournal();
  const sent: Command[] = [];
  const journal: Journal = {
    of: (saga) => [...stored.of(saga)],
    sagas: () => stored.sagas(),
    append: async (event) => {
      await someTurns();
      if (refuses(event)) throw fullDisk;
      await stored.append(event);
    },
  };
  const send = async (command: Command): Promise<Reply> => {
    sent.push(command);
    return { name: `done: ${command.name}`, outcome: "done" };
  };
  const { clock, timer } = time;
  const common = { process: orderProcess, journal, send, clock, timer };
  return { time, stored, sent, common };
}

/** What a request asks for, or how another event is called. */
export function called({ name, data }: SagaEvent): string {
  return data.kind === "requested" ? `${data.command}, attempt ${data.attempt}` : name;
}

/** How each saga has ended. */
export function ends(journal: Journal): Record<string, string> {
  return Object.fromEntries(
    journal.sagas().map((saga) => [saga, endOf(journal, saga) ?? "not ended"]),
  );
}

/** What a promise resolves with, or undefined if it rejects. */
export function orNone<Value>(work: Promise<Value>): Promise<Value | undefined> {
  return work.catch((error) => {
    if (error instanceof TodoError) throw error;
    return undefined;
  });
}
