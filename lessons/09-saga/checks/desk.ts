/** What the checks of this lesson share. */
import { VirtualTime } from "#given/09-saga/further/virtual-time.ts";
import { MemoryJournal } from "#given/09-saga/given/journal.ts";
import {
  type Command,
  type Order,
  orderProcess,
  type Reply,
  type SagaEvent,
} from "#given/09-saga/given/process.ts";
import { TodoError } from "#todo";

export const teapot: Order = { id: "order-15", item: "a teapot", cents: 2_500 };

export function orderNamed(id: string, cents = teapot.cents): Order {
  return { ...teapot, id, cents };
}

/** A few turns of the event loop's microtasks. */
export async function someTurns(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await null;
}

/** The options of an orchestrator whose journal takes its time, and whose participants say yes. Time is told. */
export function openShop(refuses = (_event: SagaEvent) => false, lineTakes = 0) {
  const time = new VirtualTime();
  class SlowJournal extends MemoryJournal {
    override async append(event: SagaEvent): Promise<void> {
      const passes = () => (lineTakes > 0 ? time.pass(lineTakes) : someTurns());
      await passes();
      if (refuses(event)) throw new Error("no space left on device");
      this.remember(event);
      // Others may read a line before its writer hears that it is stored.
      await passes();
    }
  }
  const stored = new SlowJournal();
  const send = async (command: Command): Promise<Reply> => ({
    name: `done: ${command.name}`,
    outcome: "done",
  });
  const { clock, timer } = time;
  const common = { process: orderProcess, journal: stored, send, clock, timer };
  return { time, stored, common, pass: time.pass };
}

/** What a promise resolves with, or undefined if it rejects. */
export function orNone<Value>(work: Promise<Value>): Promise<Value | undefined> {
  return work.catch((error) => {
    if (error instanceof TodoError) throw error;
    return undefined;
  });
}
