/** What the checks of this lesson share. */
import assert from "node:assert/strict";
import crypto, { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type AppendFile, openAppendFile } from "#bus/append-file";
import { DeliveryStore } from "#lesson/07-webhook/delivery-store.ts";
import type { OrderEvent, Status } from "../given/order-events.ts";
import { Problem } from "../given/problem.ts";
import { type Provider, SignatureError } from "../given/provider.ts";

export const order = '{"order_id": 777, "status": "created"}';
export const secret = "whsec_tea and honey";

/** Made here, not by the code under test. */
export const hexOf = (...parts: (string | Buffer)[]) => {
  const sum = createHmac("sha256", secret);
  for (const part of parts) sum.update(part);
  return sum.digest("hex");
};

/** Headers as GitHub sends them. */
export function signedHeaders(
  body: string | Buffer,
  id = "delivery-1",
): Record<string, string> {
  return {
    "Content-Type": "application/json",
    "X-Hub-Signature-256": `sha256=${hexOf(body)}`,
    "X-GitHub-Delivery": id,
  };
}

/** "accepted", or the status of the problem that was thrown. Anything else is named. */
export function outcomeOf(action: () => unknown): string | number {
  try {
    action();
    return "accepted";
  } catch (error) {
    if ((error as Error)?.name === "TodoError") throw error;
    if (!(error instanceof Problem)) return String(error);
    const isNamed = error.status !== 401 || error instanceof SignatureError;
    return isNamed ? error.status : "401, and no SignatureError";
  }
}

/** What becomes of a delivery: "accepted", or the status with which it is refused. */
export function verdict(
  provider: Provider,
  headers: Record<string, string>,
  body: string | Buffer = order,
): string | number {
  return outcomeOf(() => provider.verify({ headers, body: Buffer.from(body) }));
}

/** Holds what becomes of each case against one and the same result; names those that differ. */
export function allAre<Case>(
  expected: unknown,
  cases: Record<string, Case>,
  judge: (each: Case) => unknown,
): void {
  const results = Object.entries(cases).map(([name, each]) => [name, judge(each)]);
  const others = results.filter(([, result]) => result !== expected);
  assert.deepEqual(
    Object.fromEntries(others),
    Object.fromEntries(others.map(([name]) => [name, expected])),
  );
}

/** A secret that makes no sense is refused before anybody sends anything. */
export function refusesSecrets(
  make: (secret: string) => Provider,
  more: Record<string, unknown> = {},
): void {
  const secrets = {
    empty: "",
    undefined: undefined,
    "with a line break at its end": `${secret}\n`,
    "with a line break of Windows at its end": `${secret}\r\n`,
    "with a tab at its end": `${secret}\t`,
    "with a space before it": ` ${secret}`,
    ...more,
  };
  make(secret);
  allAre("TypeError with a sentence", secrets, (each) => {
    try {
      make(each as string);
      return "accepted";
    } catch (error) {
      const { name, message } = error as Error;
      return `${name} ${message.includes(" ") ? "with" : "without"} a sentence`;
    }
  });
}

/** Whether `timingSafeEqual` is called by each of these: for what fits, and for what does not. */
export function compareSafely(t: TestContext, ...actions: (() => unknown)[]): boolean {
  const spy = t.mock.method(crypto, "timingSafeEqual");
  syncBuiltinESMExports();
  try {
    return actions.every((action) => {
      spy.mock.resetCalls();
      action();
      return spy.mock.callCount() > 0;
    });
  } finally {
    spy.mock.restore();
    syncBuiltinESMExports();
  }
}

const cleanUps = new WeakMap<TestContext, (() => unknown)[]>();

/** Has this done when the check is over, before what was asked for earlier. */
export function atEnd(t: TestContext, action: () => unknown): void {
  const known = cleanUps.get(t);
  if (known) {
    known.push(action);
    return;
  }
  const actions = [action];
  cleanUps.set(t, actions);
  t.after(async () => {
    for (const each of actions.reverse()) await each();
  });
}

/** A file in a folder of its own, which is gone when the check is over. */
export function fileFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "lesson-7-"));
  atEnd(t, () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return join(folder, "deliveries.jsonl");
}

/** Nothing here takes longer than this, in ms, unless it waits for something that never comes. */
let patience = 2_000;

/** Waits until the condition holds; gives up in the end, so that the assertion can tell why. */
export async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + patience;
  while (!condition()) {
    if (performance.now() > end) {
      // One wait of this length is enough: whoever forgot something will make us wait again.
      patience = 300;
      return;
    }
    await turn();
  }
}

/** Lets everything else have its turn. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Lets whatever need not wait for the disk come to its end. */
export async function manyTurns(): Promise<void> {
  for (let turns = 0; turns < 50; turns++) await turn();
}

/** A real file on a disk that can be slow, full or broken, and that waits for no fsync. */
export class Disk {
  full = false;
  /** What is written arrives, and then the fsync fails. */
  broken = false;
  syncs = 0;
  #held: (() => void)[] | undefined;

  /** For the option `open` of the store. */
  readonly open = async (path: string): Promise<AppendFile> => {
    const file = await openAppendFile(path);
    return {
      append: async (text) => {
        if (this.full)
          throw new Error(`ENOSPC: no space left on device, write '${path}'`);
        await file.append(text);
      },
      sync: async () => {
        this.syncs += 1;
        if (this.#held) await new Promise<void>((resolve) => this.#held?.push(resolve));
        if (this.broken) throw new Error(`EIO: i/o error, fdatasync '${path}'`);
      },
      close: () => file.close(),
    };
  };

  /** From now on no fsync comes back, until `release`. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const go of held) go();
  }
}

export function eventOf(id: string, status: Status = "created"): OrderEvent {
  const data = { orderId: 777, status };
  return Object.freeze({ id, name: `order.${status}`, data, timestamp: 1_000 });
}

export async function openStore(t: TestContext, path: string, disk?: Disk) {
  const store = await DeliveryStore.open(path, disk && { open: disk.open });
  atEnd(t, () => store.close().catch(() => {}));
  if (disk) atEnd(t, () => disk.release());
  return store;
}

export const idsOf = (events: readonly OrderEvent[]) => events.map(({ id }) => id);
