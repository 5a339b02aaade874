import kleur from "kleur";
import { EventBus } from "#bus/event-bus";
import {
  connectServices,
  type OrderEvents,
  requestOrder,
} from "#given/09-saga/further/choreography.ts";
import { drawTimeline } from "#given/09-saga/further/draw-timeline.ts";
import { Network, type Trouble } from "#given/09-saga/further/network.ts";
import { Shop, type ShopOptions } from "#given/09-saga/further/shop.ts";
import { VirtualTime } from "#given/09-saga/further/virtual-time.ts";
import { MemoryJournal } from "#given/09-saga/given/journal.ts";
import {
  type Order,
  orderProcess,
  type SagaEvent,
  type Send,
} from "#given/09-saga/given/process.ts";
import { Orchestrator } from "#lesson/09-saga/orchestrator.ts";
import { timeline } from "#lesson/09-saga/timeline.ts";
import { TodoError } from "#todo";

const teapot: Order = { id: "order-15", item: "a teapot", cents: 2_500 };

function chapter(title: string): void {
  console.log(`\n${kleur.bold(title)}`);
}

function sayBooks({ books }: Shop): void {
  const reserved = [...books.reserved.values()].reduce((sum, cents) => sum + cents, 0);
  const euros = (cents: number) => (cents / 100).toFixed(2);
  const parcels = `${books.delivered.size} delivered`;
  console.log(
    kleur.dim(
      `     customer ${euros(books.customer)}, reserved ${euros(reserved)}, shop ${euros(books.till)}; ${parcels}`,
    ),
  );
}

/** A shop, its network and a journal. Time is told, not waited for; an answer takes 12 ms. */
function openShop(troubles: Trouble[] = [], options: ShopOptions = {}) {
  const shop = new Shop(options);
  const time = new VirtualTime();
  const network = new Network((command) => shop.handle(command), time.timer, troubles);
  const send: Send = async (command) => {
    await new Promise<void>((resume) => void time.timer(12, resume));
    return network.send(command);
  };
  return { shop, time, send, journal: new MemoryJournal() };
}

function newOrchestrator({ time, send, journal }: ReturnType<typeof openShop>) {
  // #region orchestrator
  const callSupport = ({ data }: SagaEvent) => {
    const reason = data.kind === "ended" ? data.reason : "";
    console.log(
      `     ${kleur.red("support is called:")} ${data.correlationId}, ${reason}`,
    );
  };
  return new Orchestrator({
    process: orderProcess,
    journal,
    send,
    alarm: callSupport,
    timer: time.timer,
    clock: time.clock,
  });
  // #endregion
}

/** The timeline from a line on; until there is one, what the journal holds. */
function draw(events: readonly SagaEvent[], fromLine: number): string {
  try {
    return drawTimeline(timeline(events, teapot.id).slice(fromLine - 1));
  } catch (error) {
    if (!(error instanceof TodoError)) throw error;
    const names = events.map(({ name, data }) =>
      data.kind === "requested" ? data.command : name,
    );
    const hint = kleur.dim("     (step 8 makes a timeline of this)");
    return [...names.slice(fromLine - 1).map((name) => `     ${name}`), hint].join("\n");
  }
}

async function tell(
  troubles: Trouble[],
  options: ShopOptions = {},
  fromLine = 1,
): Promise<void> {
  const parts = openShop(troubles, options);
  await parts.time.until(newOrchestrator(parts).start(teapot));
  await parts.time.untilQuiet();
  console.log(draw(parts.journal.of(teapot.id), fromLine));
  sayBooks(parts.shop);
}

chapter("All goes well");
await tell([]);

chapter("Out of stock: everything is taken back, in reverse");
await tell([], { stock: 0 });

chapter("Payment reserves the money, but its answers come too late");
await tell([{ command: "reserve the money", fault: "answer too late" }]);

chapter("The process dies before delivery; another one goes on from the journal");
const { shop, time, send, journal } = openShop();
await time.until(
  new Promise<void>((died) => {
    const sendAndDie: Send = (command) => {
      if (command.name !== "deliver the order") return send(command);
      died();
      return new Promise(() => {});
    };
    void newOrchestrator({ shop, time, send: sendAndDie, journal }).start(teapot);
  }),
);
// The second process has nothing but what the first has written down.
const found = new MemoryJournal(journal.of(teapot.id));
await time.until(newOrchestrator({ shop, time, send, journal: found }).resume());
console.log(draw(found.of(teapot.id), 7));
sayBooks(shop);

chapter("Nobody delivers, and there is no way back");
await tell([{ command: "deliver the order", fault: "command lost" }], {}, 7);

chapter("The same without anybody in charge: services that hear one another");
const bus = new EventBus<OrderEvents>({ clock: () => 0 });
connectServices(bus, new Shop({ stock: 0 }));
requestOrder(bus, teapot);
for (const { name, data } of bus.history) {
  const cause = bus.history.find(({ id }) => id === data.causationId);
  const because = cause ? kleur.gray(`← ${cause.name}`) : "";
  console.log(`     ${name.padEnd(18)} ${because}`.trimEnd());
}
