// Days made up by chance in the life of a store, against a list that loses nothing.
import { appendFileSync } from "node:fs";
import fc from "fast-check";
import { checkDays, type Observation } from "#any-day";
import type { DeliveryStore } from "#lesson/07-webhook/delivery-store.ts";
import { type OrderEvent, statuses } from "../given/order-events.ts";
import * as desk from "./desk.ts";

const RULES = {
  add: "`add` returns true once for each id, and false for an id that is stored",
  full: "when the disk is full, `add` rejects, and the id counts as unknown again",
  handled:
    "`handled` resolves when the disk has the note; the event waits no more, its id stays known",
  waiting:
    "`waiting` lists what is stored and not handled, first stored first; nobody else can change it",
  restart:
    "a store that is opened again knows its ids, and what waits, frozen and unchanged",
} as const;

const COMMANDS = {
  add: "is added",
  "add three times": "is added three times at once",
  "add with luck": "is added three times at once; a refusal makes room again",
  "add, and again": "is written, but not kept by the disk, and comes again",
  handle: "is handled twice at once, if it waits",
  "handle, and again": "is handled while the disk is full, and again when it is fine",
  restart: "the store is killed in the middle of a line, and opened again",
  fills: "the disk is full",
  heals: "the disk is fine again",
};
type Command = { does: keyof typeof COMMANDS; event: OrderEvent };

const LONG = "tea ".repeat(500);
const IDS = [
  ...["d1", "D1", " d1", "10", "9", "__proto__", "й", "и\u0306", `${LONG}1`, `${LONG}2`],
];
/** Of each id two: whoever sends it again may say something else. */
const EVENTS = [...IDS, ...IDS].map((id, at) =>
  desk.eventOf(id, statuses[at % 4], Number.MAX_SAFE_INTEGER - at),
);

const D1 = EVENTS.filter(({ id }) => id === "d1");

/** What is to be seen of a store: the slow one below has it, too. */
type Store = Pick<DeliveryStore, "add" | "handled" | "waiting" | "close">;

async function play(day: Command[], disk: desk.Disk, open: () => Promise<Store>) {
  const seen: Observation[] = [];
  /** Whether these wait is left open: the note about them was refused. */
  const doubtful = new Set<string>();
  /** In the order in which they were stored. */
  const all: string[] = [];
  let store = await open();
  let since: keyof typeof RULES = "add";
  for (const { does, event } of day) {
    const { id } = event;
    let rule: keyof typeof RULES = since === "restart" ? since : "waiting";
    if (does.startsWith("add")) {
      const value = await added(store, { does, event }, disk);
      seen.push({ rule: RULES[since], what: `${does} ${id} gets`, value });
    } else if (does.startsWith("handle")) {
      if (!doubtful.has(id) && !desk.idsOf(store.waiting).includes(id)) continue;
      rule = "handled";
      if (does !== "handle") {
        disk.failure = "ENOSPC";
        await store.handled(id).catch(() => {});
        disk.failure = "";
      }
      const calls = [1, 2].map(() => store.handled(id));
      const value = (await Promise.allSettled(calls)).map(({ status }) => status).join();
      if (value.includes("rejected")) doubtful.add(id);
      else doubtful.delete(id);
      seen.push({ rule: RULES.handled, what: `handled ${id} is`, value });
    } else if (does === "restart") {
      await store.close().catch(() => {});
      store = await open();
      rule = since = "restart";
    } else {
      disk.failure = does === "fills" ? "ENOSPC" : "";
      since = "full";
    }
    const what = `after "${does}" waits`;
    seen.push({ rule: RULES[rule], what, value: waitingIn(store, doubtful, all) });
  }
  return seen;
}

/** What `add` says to all who bring the same at once: which of them is the first is open. */
async function added(store: Store, { does, event }: Command, disk: desk.Disk) {
  if (does === "add, and again") {
    const { failure } = disk;
    disk.failure ||= "no fsync";
    const [first] = await toldBy([store.add(event)]);
    disk.failure = failure;
    return `${first}, ${await toldBy([store.add(event)])}`;
  }
  const all = (does === "add" ? [1] : [1, 2, 3]).map(() => store.add(event));
  all[0]?.catch(() => {
    if (does === "add with luck") disk.failure = "";
  });
  const told = await toldBy(all);
  if (does !== "add with luck") return told.sort().join();
  // There was room before the others knew: they may fail as well, or try again.
  const isFalse = told.includes("false") && !told.includes("true");
  const last = await toldBy([store.add(event)]);
  const times = [...told, ...last].filter((one) => one === "true").length;
  const lie = isFalse && times > 0 ? ", and is told that it is known before it is" : "";
  return `${told[0] === "refused" ? "a refusal, " : ""}true ${times} times${lie}`;
}

async function toldBy(adding: Promise<boolean>[]): Promise<string[]> {
  const results = await Promise.allSettled(adding);
  return results.map((result) => {
    if (result.status === "fulfilled") return String(result.value);
    if (result.reason?.name === "TodoError") throw result.reason;
    return "refused";
  });
}

function waitingIn(store: Store, doubtful: Set<string>, all: string[]): string {
  // Whoever hands out a frozen list is right, too.
  Reflect.set(store.waiting, "length", 0);
  const ids = desk.idsOf(store.waiting);
  all.push(...ids.filter((id) => !all.includes(id)));
  const isInOrder = all.filter((id) => ids.includes(id)).join() === ids.join();
  const told = store.waiting.map((event) => {
    const { id, name, data, timestamp, replayed } = event;
    if (doubtful.has(id)) return "";
    const form = Object.isFrozen(event) && !replayed ? "" : ", not frozen, or replayed";
    return `${id} ${name} ${data.orderId} ${data.status} ${timestamp}${form}, `;
  });
  return told.join("") + (isInOrder ? "" : "not in the order of storing");
}

async function onTheStore(day: Command[]): Promise<Observation[]> {
  const t = desk.stage();
  const path = desk.fileFor(t);
  const disk = new desk.Disk();
  // Whenever somebody looks at the clock, another ten days are over.
  let time = 0;
  desk.machine.now = () => (time += 1e9);
  desk.atEnd(t, () => (desk.machine.now = undefined));
  const open = () => {
    appendFileSync(path, '{"id":"d9","name":"order.cre');
    return desk.openStore(t, path, disk);
  };
  return play(day, disk, open).finally(() => t.end());
}

/** The model: a list of events, and the ids of those that are handled. */
function onTheModel(day: Command[]): Promise<Observation[]> {
  const disk = new desk.Disk();
  const all: OrderEvent[] = [];
  const handled = new Set<string>();
  const write = () => {
    if (disk.failure) throw new Error("the disk is full");
  };
  const store: Store = {
    async add(event) {
      if (desk.idsOf(all).includes(event.id)) return false;
      write();
      return all.push(event) > 0;
    },
    async handled(id) {
      write();
      handled.add(id);
    },
    get waiting() {
      return all.filter(({ id }) => !handled.has(id));
    },
    async close() {},
  };
  return play(day, disk, async () => store);
}

/** Registers the checks that the days make in step 5. */
export function anyStore(): void {
  const does = Object.keys(COMMANDS) as Command["does"][];
  const command = fc.record<Command>({
    does: fc.constantFrom(...does, "add", "add", "handle", "restart"),
    event: fc.oneof(...[D1, EVENTS].map((some) => fc.constantFrom(...some))),
  });
  checkDays<Command[]>(5, Object.values(RULES), {
    day: fc.noBias(fc.array(command, { minLength: 1, maxLength: 14, size: "max" })),
    play: onTheStore,
    model: onTheModel,
    story: (day) =>
      day.map(({ does, event: { id } }) =>
        /^is/.test(COMMANDS[does]) ? `${id} ${COMMANDS[does]}` : COMMANDS[does],
      ),
    rule: (_day, seen) => seen ?? RULES.add,
    waits: 2_000,
  });
}
