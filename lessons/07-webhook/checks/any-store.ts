// Days made up by chance in the life of a store, against a map that loses nothing.
import { appendFileSync } from "node:fs";
import fc from "fast-check";
import { checkDays, type Observation } from "#any-day";
import { DeliveryStore } from "#lesson/07-webhook/delivery-store.ts";
import { statuses } from "../given/order-events.ts";
import { Disk, eventOf, fileFor } from "./desk.ts";

const IDS = ["d1", "D1", "10", "9", "__proto__", "чай"];
export const RULES = {
  add: "`add` returns true once for each id, and false for an id that is stored",
  full: "when the disk is full, `add` rejects, and the id counts as unknown again",
  handled:
    "`handled` resolves when the disk has the note; the event waits no more, its id stays known",
  waiting:
    "`waiting` lists what is stored and not handled, oldest first, and cannot be changed from outside",
  restart:
    "a store that is opened again knows its ids, and what waits, frozen and unchanged",
} as const;

const COMMANDS = {
  add: "is added",
  "add three times": "is added three times at once",
  handle: "is handled, if it was stored",
  restart: "the store is killed in the middle of a line, and opened again",
  fills: "the disk is full",
  heals: "the disk is fine again",
};
interface Command {
  does: keyof typeof COMMANDS;
  id: number;
}

const told = ({ id, name, data, timestamp }: ReturnType<typeof deliveryOf>) =>
  `${id} ${name} ${data.orderId} ${data.status} ${timestamp}`;

function deliveryOf(id: string) {
  const at = IDS.indexOf(id);
  return eventOf(id, statuses[at % statuses.length], Number.MAX_SAFE_INTEGER - at);
}

/** What is to be seen of a store: the slow one below has it, too. */
interface Store {
  add(id: string): Promise<boolean>;
  handled(id: string): Promise<void>;
  waiting(): string[];
  fill(isFull: boolean): void;
  restart(): Promise<void>;
}

async function play(day: Command[], store: Store): Promise<Observation[]> {
  const seen: Observation[] = [];
  const stored = new Set<string>();
  /** Whether these wait is left open: the note about them was refused. */
  const doubtful = new Set<string>();
  /** To note them once more is left open: the disk has a note. */
  const noted = new Set<string>();
  let since: keyof typeof RULES = "add";
  for (const { does, id: at } of day) {
    const id = IDS[at] ?? "";
    if (does === "add" || does === "add three times") {
      const all = Array.from({ length: does === "add" ? 1 : 3 }, () => store.add(id));
      const results = (await Promise.allSettled(all)).map((result) => {
        if (result.status === "fulfilled") return String(result.value);
        if (result.reason?.name === "TodoError") throw result.reason;
        return "refused";
      });
      if (results.includes("true")) stored.add(id);
      const what = `${does} ${id} gets`;
      // Which of them is the first is open.
      seen.push({ rule: RULES[since], what, value: results.sort().join() });
    } else if (does === "handle") {
      // Nobody handles what was never stored.
      if (!stored.has(id) || noted.has(id)) continue;
      const [{ status: value }] = await Promise.allSettled([store.handled(id)]);
      doubtful.delete(id);
      (value === "rejected" ? doubtful : noted).add(id);
      seen.push({ rule: RULES.handled, what: `handled ${id} is`, value });
    } else if (does === "restart") {
      await store.restart();
      since = "restart";
    } else {
      store.fill(does === "fills");
      since = "full";
    }
    const rule =
      does === "handle" ? "handled" : since === "restart" ? "restart" : "waiting";
    const waiting = store
      .waiting()
      .filter((text) => !doubtful.has(text.split(" ")[0] ?? ""));
    seen.push({
      rule: RULES[rule],
      what: `after "${does}" waits`,
      value: waiting.join(),
    });
  }
  return seen;
}

async function onTheStore(day: Command[]): Promise<Observation[]> {
  let remove = async () => {};
  const path = fileFor({ after: (run) => (remove = run) });
  const disk = new Disk();
  const open = () => DeliveryStore.open(path, { open: disk.open });
  let store = await open();
  try {
    return await play(day, {
      add: (id) => store.add(deliveryOf(id)),
      handled: (id) => store.handled(id),
      waiting() {
        // Whoever hands out a frozen list is right, too.
        Reflect.set(store.waiting, "length", 0);
        return store.waiting.map((event) => {
          const isNews = Object.isFrozen(event) && !event.replayed;
          return `${told(event)}${isNews ? "" : ", not frozen, or replayed"}`;
        });
      },
      fill: (isFull) => {
        disk.full = isFull;
      },
      async restart() {
        await store.close().catch(() => {});
        appendFileSync(path, '{"id":"d9","name":"order.cre');
        store = await open();
      },
    });
  } finally {
    await store.close().catch(() => {});
    await remove();
  }
}

/** The model: a list of deliveries, and what the file has of each. */
function onTheModel(day: Command[]): Promise<Observation[]> {
  const all: { id: string; handled: boolean; noted: boolean }[] = [];
  let isFull = false;
  return play(day, {
    async add(id) {
      if (all.some((one) => one.id === id)) return false;
      if (isFull) throw new Error("refused");
      all.push({ id, handled: false, noted: false });
      return true;
    },
    async handled(id) {
      for (const one of all.filter((each) => each.id === id)) {
        one.handled = true;
        one.noted ||= !isFull;
      }
      if (isFull) throw new Error("no note");
    },
    waiting: () =>
      all.filter(({ handled }) => !handled).map(({ id }) => told(deliveryOf(id))),
    fill: (now) => {
      isFull = now;
    },
    async restart() {
      for (const one of all) one.handled = one.noted;
    },
  });
}

/** Registers the checks that the days make in step 5. */
export function anyStore(): void {
  const command = fc.record<Command>({
    does: fc.constantFrom(
      ...(Object.keys(COMMANDS) as Command["does"][]),
      ...(["add", "add", "handle", "restart"] as const),
    ),
    id: fc.oneof(fc.nat(1), fc.nat(IDS.length - 1)),
  });
  const { full: _, ...rules } = RULES;
  checkDays<Command[]>(5, Object.values(rules), {
    day: fc.noBias(fc.array(command, { minLength: 1, maxLength: 14, size: "max" })),
    play: onTheStore,
    model: onTheModel,
    story: (day) =>
      day.map(({ does, id }) =>
        /is (added|handled)/.test(COMMANDS[does])
          ? `${IDS[id]} ${COMMANDS[does]}`
          : COMMANDS[does],
      ),
    rule: (day, seen) =>
      seen ?? (day.some(({ does }) => does === "restart") ? RULES.restart : RULES.add),
    waits: 2_000,
  });
}
