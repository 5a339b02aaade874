/** What the checks of this lesson share. */
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { inspect } from "node:util";
import fc from "fast-check";
import { quiet } from "#any-day";
import { type AppendFile, openAppendFile } from "#bus/append-file";
import { DeliveryStore } from "#lesson/07-webhook/delivery-store.ts";
import type { OrderEvent, OrderNews, Status } from "../given/order-events.ts";
import { Problem } from "../given/problem.ts";
import { hmac, type Provider, SignatureError } from "../given/provider.ts";

export const order = '{"order_id": 777, "status": "created"}';
export const secret = "whsec_tea and much honey";

/** From 0 to `most`, small ones as often as large ones, and 0 half the time. */
export const logarithmic = (most: number) =>
  fc.nat(2_000).map((part) => Math.floor(most ** (part / 1_000 - 1)));

export const macOf = (...[key, ...parts]: Parameters<typeof hmac>) =>
  hmac(key, ...parts).toString("hex");

/** Headers as GitHub sends them. */
export function signedHeaders(body: string | Buffer, id = "delivery-1") {
  return {
    "Content-Type": "application/json",
    Date: "Thu, 01 Jan 1970 00:00:01 GMT",
    "X-Hub-Signature-256": `sha256=${macOf(secret, body)}`,
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

/** Holds what becomes of each case against one and the same result; names those that differ. */
export function allAre<Case>(
  expected: unknown,
  cases: Case[],
  judge: (each: Case) => unknown,
  nameOf: (each: Case) => string = inspect,
): void {
  const results = cases.map((each) => [nameOf(each), judge(each)]);
  const others = results.filter(([, result]) => result !== expected);
  assert.deepEqual(
    Object.fromEntries(others),
    Object.fromEntries(others.map(([name]) => [name, expected])),
  );
}

/** How often `timingSafeEqual` has been called. */
export const comparisons = { count: 0 };
const { timingSafeEqual } = crypto;
crypto.timingSafeEqual = (one, other) => {
  comparisons.count += 1;
  return timingSafeEqual(one, other);
};
syncBuiltinESMExports();

/** What `Date.now` says, for a while. It stands here since this file is loaded before the answer. */
export const machine: { now: (() => number) | undefined } = { now: undefined };
const { now } = Date;
Date.now = () => machine.now?.() ?? now();

/** Whether a string tells an end of a key, or a piece of a signature, in hex or in base64. */
export function tells(text: string, key: string, signature: string): boolean {
  const base64 = Buffer.from(signature, "hex").toString("base64");
  const pieces = [signature, base64].flatMap((one) => one.match(/.{6}/g) ?? []);
  // Bytes are shown with spaces in between.
  const lower = (text + text.replaceAll(" ", "")).toLowerCase();
  const ends = [key.replace("whsec_", "").slice(0, 4), key.slice(-4)];
  return [...ends, ...pieces].some((piece) => lower.includes(piece.toLowerCase()));
}

/** A secret that makes no sense is refused before anybody sends anything. */
export function refusesSecrets(
  make: (secret: string) => Provider,
  more: string[] = [],
): void {
  const outcome = (each: unknown) => String(outcomeOf(() => make(each as string)));
  allAre("accepted", [secret, "whsec_with a\nline break"], outcome);
  const white = ["\n", "\r", "\t", " ", "\u00a0", "\u2028", "\ufeff"];
  const ends = white.flatMap((end) => [secret + end, end + secret]);
  const others = ["", " ", undefined, null, 12_345, Buffer.from(secret)];
  const refused = "a TypeError with a sentence";
  allAre<unknown>(refused, [...ends, ...others, ...more], (each) =>
    outcome(each).replace(/^TypeError: .* .*/s, refused),
  );
}

/** Whatever does something when it is over: a check, or a part of a day. */
export type Ends = { after(run: () => Promise<void>): unknown };
const cleanUps = new WeakMap<Ends, (() => unknown)[]>();

/** Has this done when it is over, before what was asked for earlier. */
export function atEnd(t: Ends, action: () => unknown): void {
  const actions = cleanUps.get(t) ?? [];
  actions.unshift(action);
  if (cleanUps.has(t)) return;
  cleanUps.set(t, actions);
  t.after(async () => {
    for (const each of actions) await each();
  });
}

/** What is over when somebody says so. */
export const stage = () => ({
  end: async () => {},
  after(run: () => Promise<void>) {
    this.end = run;
  },
});

/** A file in a folder of its own, which is gone when it is over. */
export function fileFor(t: Ends): string {
  const folder = mkdtempSync(join(tmpdir(), "lesson-7-"));
  atEnd(t, () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return join(folder, "deliveries.jsonl");
}

/** Nothing here takes longer than this, in ms, unless it waits for something that never comes. */
let patience = 2_000;

/** Waits until the condition holds; gives up in the end, so that the assertion can tell why. */
export async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + patience;
  for (let turns = 0; !condition() && performance.now() < end; turns++) {
    // A wait that burns the processor would count as a loop for ever.
    await (turns < 200 ? quiet() : setTimeout(5));
  }
  // One wait of this length is enough: whoever forgot something will make us wait again.
  if (!condition()) patience = 300;
}

/** Lets whatever need not wait for the disk come to its end. */
export async function manyTurns(): Promise<void> {
  for (let turns = 0; turns < 50; turns++) await quiet();
}

/** A real file on a disk that can be slow or full, and that waits for no fsync. */
export class Disk {
  /** How it fails: to write, or only to keep what is written. */
  failure: "" | "ENOSPC" | "EIO" | "no fsync" = "";
  syncs = 0;
  #held: (() => void)[] | undefined;

  /** For the option `open` of the store. */
  readonly open = async (path: string): Promise<AppendFile> => {
    const file = await openAppendFile(path);
    return {
      append: async (text) => {
        const code = this.failure;
        if (code.startsWith("E")) throw new Error(`${code}: write '${path}'`);
        await file.append(text);
      },
      sync: async () => {
        this.syncs += 1;
        if (this.failure === "no fsync") throw new Error(`EIO: fsync '${path}'`);
        if (this.#held) await new Promise<void>((resolve) => this.#held?.push(resolve));
      },
      close: () => file.close(),
    };
  };

  /** From now on no fsync comes back, until `release`. */
  hold(): void {
    this.#held = [];
  }

  /** Resolves when an fsync waits, and nothing else happens; or when it was not waited for. */
  async busyWith(work: Promise<unknown>): Promise<void> {
    await Promise.race([work, until(() => this.#held?.length !== 0)]);
    await manyTurns();
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const go of held) go();
  }
}

export function eventOf(id: string, status: Status = "created", orderId = 777) {
  const data: OrderNews = { orderId, status };
  const timestamp = (orderId % 999) * 1e9;
  const event: OrderEvent = { id, name: `order.${status}`, data, timestamp };
  return Object.freeze(event);
}

export async function openStore(t: Ends, path: string, disk?: Disk) {
  const store = await DeliveryStore.open(path, disk && { open: disk.open });
  atEnd(t, () => store.close().catch(() => {}));
  if (disk) atEnd(t, () => disk.release());
  return store;
}

export const idsOf = (events: readonly OrderEvent[]) => events.map(({ id }) => id);
