/** What the checks of this lesson share. */
import assert from "node:assert/strict";
import { collectGarbage, quiet } from "#any-day";
import type { Bus } from "#bus/contract";

export const ann = { userId: 7, email: "ann@example.com" };

/** Lets everything come to an end that is under way: promises, and timers that are done at once. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) {
    await quiet();
    const isTimed = process.getActiveResourcesInfo().includes("Timeout");
    if (isTimed) await new Promise((resume) => setTimeout(resume, 1));
  }
}

/** Checks that of 1,000 events and listeners none is in memory after as many more, which `hear` hears. */
export async function letsGo(bus: Bus, hear: () => unknown, isWild = false) {
  let heard = 0;
  bus.subscribe("order.created", () => ++heard && hear());
  const old: WeakRef<object>[] = [];
  let leave = () => false;
  bus.subscribe("order.left", () => leave());
  refusalOf(() => bus.emit("", {}));
  for (let orderId = 0; orderId < 2_000; orderId++) {
    const order = { orderId };
    const ended = () => {
      if (orderId % 8 < 4) leave();
      return hear();
    };
    if (orderId < 1_000) old.push(new WeakRef(order), new WeakRef(ended));
    const name = orderId % 2 ? "order.created" : `order.${orderId}`;
    const pattern = isWild && orderId % 2 === 0 ? `*.${orderId}` : name;
    const end = bus.subscribe(pattern, ended);
    leave = orderId % 3 ? end : () => bus.unsubscribe(pattern, ended);
    if (orderId % 4 < 2) bus.emit(name, order);
    else bus.deliver({ id: `elsewhere-${orderId}`, name, data: order, timestamp: 5 });
    if (orderId % 8 === 4) bus.emit("order.left", {});
    leave();
    if (orderId % 8 === 0) bus.emit("order.lost", order);
  }
  await settled();
  collectGarbage();
  // The engine may be slow to let go of a few.
  const found = old.filter((one) => one.deref()).length < 100 ? "gone" : "in memory";
  const what = "old events, and listeners that have left";
  assert.deepEqual({ [what]: found }, { [what]: "gone" });
  // Asked after the count, so that nobody lets go of the bus before it.
  bus.emit("order.created", {});
  assert.deepEqual({ heard }, { heard: 1_001 });
}

/** The message of the TypeError with which `action` was refused; undefined if it was not. */
export function refusalOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // What the engine itself says of a wrong input does not count.
    return /^Cannot read |^\S+ is not (a function|iterable)/.test(error.message)
      ? ""
      : error.message;
  }
  return undefined;
}

const [soon, never] = [Promise.resolve(), new Promise(() => {})];
/** What a listener may return that has not failed. */
export const RESULTS = [false, new Error("tea"), never, {}, () => 0, true, soon, null, 0];

/** A name or a pattern, in quotes where its end is hard to see; of a long one the beginning. */
export function named(name: string): string {
  if (/^[\w*#]+(\.[\w*#]+)+$|^[*#]$/.test(name) && name.length < 40) return name;
  const text = JSON.stringify(String(name).slice(0, 30));
  return name.length > 30 ? `${text}… (${name.length} characters)` : text;
}
