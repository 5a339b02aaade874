// Days made up by chance in the life of a store, against a map that loses nothing.
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { checkDays, type Observation } from "#any-day";
import { DeliveryStore } from "#lesson/07-webhook/delivery-store.ts";
import { type Status, statuses } from "../given/order-events.ts";
import { Disk, eventOf } from "./desk.ts";

const IDS = ["d1", "D1", "10", "9", "__proto__", "чай"];
export const RULES = {
  add: "`add` returns true once for each id, and false for an id that is stored",
  full: "when the disk is full, `add` rejects, and the id counts as unknown again",
  handled:
    "`handled` takes an event out of `waiting`, once the disk has the note; its id stays known",
  waiting:
    "`waiting` lists what is stored and not handled, oldest first, and cannot be changed from outside",
  restart:
    "a store that is opened again knows its ids, and what waits, frozen and unchanged",
} as const;

interface Command {
  does:
    | "add"
    | "add twice"
    | "handle"
    | "restart"
    | "kill"
    | "fills"
    | "breaks"
    | "heals";
  id: number;
}

const statusOf = (id: string): Status => statuses[IDS.indexOf(id) % 3] ?? "created";

/** What is to be seen of a store: the slow one below has it, too. */
interface Store {
  add(id: string): Promise<boolean>;
  handled(id: string): Promise<void>;
  waiting(): string[];
  disk(state: "fills" | "breaks" | "heals"): void;
  restart(killed: boolean): Promise<void>;
}

async function play(day: Command[], store: Store): Promise<Observation[]> {
  const seen: Observation[] = [];
  const stored = new Set<string>();
  /** Whether these wait is left open: the note about them was refused. */
  const doubtful = new Set<string>();
  let isBroken = false;
  let isInOrder = true;
  let since: keyof typeof RULES = "add";
  for (const { does, id: at } of day) {
    const id = IDS[at] ?? "";
    if (does === "add" || does === "add twice") {
      const count = does === "add" ? 1 : 2;
      const all = Array.from({ length: count }, () => store.add(id));
      const results = (await Promise.allSettled(all)).map(told);
      if (results.includes("true")) stored.add(id);
      // The line may be there twice, and either of them may count.
      else if (isBroken) isInOrder = false;
      seen.push({
        rule: RULES[since],
        what: `${does} ${id} gets`,
        value: results.join(),
      });
    } else if (does === "handle") {
      // Nobody handles what was never stored.
      if (!stored.has(id)) continue;
      const [{ status: value }] = await Promise.allSettled([store.handled(id)]);
      doubtful.delete(id);
      if (value === "rejected") doubtful.add(id);
      seen.push({ rule: RULES.handled, what: `handled ${id} is`, value });
    } else if (does === "restart" || does === "kill") {
      await store.restart(does === "kill");
      since = "restart";
    } else {
      store.disk(does);
      isBroken = does === "breaks";
      since = "full";
    }
    const rule = since === "restart" ? RULES.restart : RULES.waiting;
    const waiting = store
      .waiting()
      .filter((text) => !doubtful.has(text.split(" ")[0] ?? ""));
    const value = (isInOrder ? waiting : waiting.sort()).join();
    seen.push({ rule, what: `after "${does}" waits`, value });
  }
  return seen;
}

function told(result: PromiseSettledResult<boolean>): string {
  if (result.status === "fulfilled") return String(result.value);
  if (result.reason?.name === "TodoError") throw result.reason;
  return "refused";
}

async function onTheStore(day: Command[]): Promise<Observation[]> {
  const folder = mkdtempSync(join(tmpdir(), "lesson-7-day-"));
  const path = join(folder, "deliveries.jsonl");
  const disk = new Disk();
  const open = () => DeliveryStore.open(path, { open: disk.open });
  let store = await open();
  try {
    return await play(day, {
      add: (id) => store.add(eventOf(id, statusOf(id))),
      handled: (id) => store.handled(id),
      waiting() {
        // Whoever hands out a frozen list is right, too.
        Reflect.set(store.waiting, "length", 0);
        return store.waiting.map((event) => {
          const { id, name, data, timestamp } = event;
          const isAsStored =
            Object.isFrozen(event) && !event.replayed && timestamp === 1_000;
          return `${id} ${name} ${data.status}${isAsStored ? "" : ", changed"}`;
        });
      },
      disk: (state) => {
        disk.full = state === "fills";
        disk.broken = state === "breaks";
      },
      async restart(killed) {
        await store.close().catch(() => {});
        if (killed) appendFileSync(path, '{"id":"d9","name":"order.cre');
        store = await open();
      },
    });
  } finally {
    await store.close().catch(() => {});
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The model: a list of deliveries, and what the file has of each. */
function onTheModel(day: Command[]): Promise<Observation[]> {
  interface Entry {
    id: string;
    name: string;
    /** A broken disk has the line, although nobody was told so: only a restart brings it to light. */
    known: boolean;
    handled: boolean;
    noted: boolean;
  }
  let all: Entry[] = [];
  let state = "heals";
  const add = (id: string) => {
    if (all.some((one) => one.id === id && one.known)) return "false";
    if (state === "fills") return "refused";
    const name = `order.${statusOf(id)} ${statusOf(id)}`;
    all.push({ id, name, known: state === "heals", handled: false, noted: false });
    return state === "heals" ? "true" : "refused";
  };
  return play(day, {
    async add(id) {
      const result = add(id);
      if (result === "refused") throw new Error(result);
      return result === "true";
    },
    async handled(id) {
      for (const one of all.filter((each) => each.id === id)) {
        one.handled = true;
        one.noted ||= state !== "fills";
      }
      if (state !== "heals") throw new Error("no note");
    },
    waiting: () =>
      all
        .filter((one) => one.known && !one.handled)
        .map(({ id, name }) => `${id} ${name}`),
    disk: (now) => {
      state = now;
    },
    async restart() {
      // Of several lines with one id, the first one counts.
      all = all
        .filter((one, at) => all.findIndex(({ id }) => id === one.id) === at)
        .map((one) => ({
          ...one,
          known: true,
          noted: all.some((each) => each.id === one.id && each.noted),
        }))
        .map((one) => ({ ...one, handled: one.noted }));
    },
  });
}

function tell({ does, id }: Command): string {
  const who = IDS[id];
  const lines: Record<Command["does"], string> = {
    add: `${who} is added`,
    "add twice": `${who} is added twice at once`,
    handle: `${IDS[id]} is handled, if it was stored`,
    restart: "the store is closed and opened again",
    kill: "the store is killed in the middle of a line, and opened again",
    fills: "the disk is full",
    breaks: "the disk takes lines, and every fsync fails",
    heals: "the disk is fine again",
  };
  return lines[does];
}

/** Registers the check of any day in step 5. */
export function anyStore(): void {
  const command = fc.record<Command>({
    does: fc.constantFrom(
      ...(["add", "add", "add", "add twice", "handle", "handle", "restart"] as const),
      ...(["restart", "kill", "fills", "breaks", "heals", "heals"] as const),
    ),
    id: fc.oneof(fc.nat(1), fc.nat(IDS.length - 1)),
  });
  checkDays<Command[]>(5, [RULES.waiting, RULES.restart], {
    day: fc.noBias(fc.array(command, { minLength: 1, maxLength: 14, size: "max" })),
    play: onTheStore,
    model: onTheModel,
    story: (day) => day.map(tell),
    rule: (day, seen) =>
      seen ?? (day.some(({ does }) => does === "restart") ? RULES.restart : RULES.add),
    waits: 2_000,
  });
}
