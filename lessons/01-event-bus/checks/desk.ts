/** What the checks of this lesson share. */
import assert from "node:assert/strict";
import type { BusEvent, BusOptions } from "#bus/contract";
import { EventBus } from "#lesson/01-event-bus/event-bus.ts";

export interface ShopEvents {
  "user.registered": { userId: number; email: string };
  "user.deleted": { userId: number };
  "order.created": { orderId: number };
  "order.item.added": { orderId: number; item: string };
}

export const ann = { userId: 7, email: "ann@example.com" };

export function shopBus(options?: BusOptions) {
  return new EventBus<ShopEvents>(options);
}

/** A listener that writes down the names of the events it hears. */
export function notebook() {
  const heard: string[] = [];
  const listener = (_data: unknown, event: BusEvent) => {
    heard.push(event.name);
  };
  return { heard, listener };
}

/** Lets promises that are already settled reach those who wait for them, now or a little later. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The message of the TypeError with which `action` was refused; undefined if it was not. */
export function refusalOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
  return undefined;
}

/** Holds a matcher against cases of pattern, name and the right answer; names those that differ. */
export function compare(
  matches: (pattern: string, name: string) => boolean,
  cases: [pattern: string, name: string, expected: boolean][],
): void {
  const named = (answer: (of: (typeof cases)[number]) => unknown) =>
    Object.fromEntries(
      cases
        .filter(([pattern, name, expected]) => matches(pattern, name) !== expected)
        .map((one) => [`"${one[0]}" matches "${one[1]}"`, answer(one)]),
    );
  assert.deepEqual(
    named(([pattern, name]) => matches(pattern, name)),
    named(([, , expected]) => expected),
  );
}
