/** What the checks of this lesson share. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { TestContext } from "node:test";
import { inspect } from "node:util";
import { quiet } from "#any-day";
import type { AppendFile } from "#bus/append-file";
import type { BusEvent, BusOptions } from "#bus/contract";
import { EventBus } from "#bus/event-bus";
import { LogError, type LogOptions } from "#bus/log-contract";
import { RecordedBus } from "#lesson/05-event-replay/recorded-bus.ts";

export interface ShopEvents {
  "order.created": { orderId: number; total: number };
  "order.paid": { orderId: number };
}

export const noon = Date.UTC(2026, 0, 31, 12);

/** Gone when the process ends. */
const folder = mkdtempSync(join(tmpdir(), "event-replay-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

/** A path to `events.log` in a folder of its own. */
export const logPath = () => join(mkdtempSync(join(folder, "log-")), "events.log");

/** An order with the id `order-1` and so on: one a second, from noon on. */
export function order(number: number, data: unknown = { orderId: number, total: 450 }) {
  const timestamp = noon + (number - 1) * 1000;
  return { id: `order-${number}`, name: "order.created", data, timestamp };
}

export function orders(count: number): BusEvent[] {
  return Array.from({ length: count }, (_, at) => order(at + 1));
}

export function linesOf(events: readonly BusEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}

/** The ids of the events in a file, read without any code of the lesson. */
export function idsIn(path: string): string[] {
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [""];
  assert.equal(lines.pop(), "", "nothing stands behind the last line break");
  return idsOf(lines.map((line) => JSON.parse(line)));
}

export const idsOf = (events: readonly BusEvent[]) => events.map(({ id }) => id);

/** What is promised of an event: an answer may give it more fields, or a class. */
export function fieldsOf({ id, name, data, timestamp, replayed }: BusEvent) {
  return { id, name, data, timestamp, replayed };
}

/** The number of the line that a sentence on this log names; if it names none, the sentence. */
export function lineIn(sentence: string, path: string): string {
  return /^\d+/.exec(sentence.split(`${path}:`)[1] ?? "")?.[0] ?? sentence;
}

/** How something fails, as `LogError about order-1, ENOSPC`: its kind, and which words it names. */
export function told(error: unknown, ...words: string[]): string {
  if (!(error instanceof Error)) return `${inspect(error)} is thrown`;
  if (error.name === "TodoError") throw error;
  const named = words.filter((word) => new RegExp(`${word}(?!\\d)`).test(error.message));
  const missing = words.filter((word) => !named.includes(word));
  const about = named.length > 0 ? ` about ${named.join(", ")}` : "";
  // An answer may throw errors of classes that extend these.
  const kinds = [LogError, TypeError, SyntaxError, RangeError];
  const { name } = kinds.find((kind) => error instanceof kind) ?? error;
  return `${name}${about}${missing.length > 0 ? `, but it says: ${error.message}` : ""}`;
}

/** Runs what may fail, and tells how it does. */
export async function outcomeOf(action: () => unknown, ...words: string[]) {
  try {
    await action();
    return "nothing failed";
  } catch (error) {
    return told(error, ...words);
  }
}

/** Lets promises that are already settled reach those who wait for them, now or a little later. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await quiet();
}

/** A file in memory. What it is asked to do ends when a check says so, well or with an error. */
export class Disk implements AppendFile {
  /** How often it was asked, and for what: `open`, `append`, `sync`, `close`. */
  readonly calls: string[] = [];
  /** What stands in the file, and how much of it is safe. */
  readonly texts: string[] = [];
  #safe = 0;
  #pending: ((...thrown: unknown[]) => void)[] = [];
  /** Whether each call waits for `answer`; else it ends at once. */
  slow = true;
  /** How many writes it has room for. */
  room = Infinity;
  missing = false;

  readonly open = async (path: string): Promise<AppendFile> => {
    this.calls.push("open");
    if (this.missing || basename(path) !== "events.log")
      throw new Error(`ENOENT: no such file or directory, open '${path}'`);
    return this;
  };

  async append(text: string): Promise<void> {
    await this.#asked("append");
    this.texts.push(text);
  }

  /** Whoever has nothing to make safe may ask, and need not wait. */
  async sync(): Promise<void> {
    if (this.#safe < this.texts.length) await this.#asked("sync");
    this.#safe = this.texts.length;
  }

  async close(): Promise<void> {
    await this.#asked("close");
    await quiet();
    this.calls.push("closed");
  }

  /** Lets the call under way end, or fail with what is given; returns whether there was one. */
  async answer(...thrown: unknown[]): Promise<boolean> {
    await settled();
    const end = this.#pending.shift();
    end?.(...thrown);
    await settled();
    return end !== undefined;
  }

  get events(): BusEvent[] {
    const lines = this.texts.join("").split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line));
  }

  #asked(call: string): Promise<void> {
    this.calls.push(call);
    if (call === "append" && this.room-- <= 0) return Promise.reject(noSpace());
    if (!this.slow) return Promise.resolve();
    return new Promise((done, fail) => {
      // What becomes of a file that cannot be closed, the text leaves open.
      this.#pending.push((...thrown) =>
        thrown.length > 0 && call !== "close" ? fail(thrown[0]) : done(),
      );
    });
  }
}

export const noSpace = () => new Error("ENOSPC: no space left on device, write");
/** What may be thrown. */
export const THROWN = [noSpace(), null, undefined, "ENOSPC", Object.create(null)];

/** A disk that has room for that many writes. */
export function fullDisk(room = 0): Disk {
  return Object.assign(new Disk(), { slow: false, room });
}

/** A promise, and what has become of it so far. */
export function watch(promise: Promise<unknown>, tell: (error: unknown) => string) {
  const seen = { is: "pending" };
  const see = (is: string) => Object.assign(seen, { is });
  promise.then(
    () => see("done"),
    (error: unknown) => see(tell(error)),
  );
  return seen;
}

/** A recorded bus of the shop, closed at the end of the check. */
export function shopBus(
  t: TestContext,
  path: string,
  options: { bus?: BusOptions; log?: LogOptions } = {},
) {
  const inner = new EventBus<ShopEvents>({ clock: () => noon, ...options.bus });
  const bus = new RecordedBus<ShopEvents>(inner, path, options.log);
  t.after(() => bus.close().catch(() => {}));
  return bus;
}

/** A bus that records elsewhere, and a file that holds the text. */
export function replayOf(t: TestContext, text: string) {
  const path = logPath();
  writeFileSync(path, text);
  const bus = shopBus(t, `${path}.new`);
  const heard: BusEvent[] = [];
  bus.subscribe("#", (_data, event) => heard.push(event));
  return { bus, heard, path };
}
