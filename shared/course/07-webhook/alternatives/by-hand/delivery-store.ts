// No log of lesson 5: a list of lines, and one writer who takes all of them at a time.
import { readFile, stat } from "node:fs/promises";
import { type AppendFile, openAppendFile } from "#bus/append-file";
import type { StoreOptions } from "#given/07-webhook/given/delivery-file.ts";
import type { OrderEvent } from "#given/07-webhook/given/order-events.ts";

interface Line {
  text: string;
  resolve(): void;
  reject(reason: unknown): void;
}

type Entry = { stored: OrderEvent } | { handled: string };

export class DeliveryStore {
  readonly #states = new Map<string, "waiting" | "handled">();
  readonly #events = new Map<string, OrderEvent>();
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #path: string;
  readonly #open: (path: string) => Promise<AppendFile>;
  #file: AppendFile;
  /** Which file it is, and how long: `stat` must say the same after every write. */
  #is = "";
  #lines: Line[] = [];
  #writing: Promise<void> | undefined;

  private constructor(path: string, file: AppendFile, open: typeof openAppendFile) {
    this.#path = path;
    this.#file = file;
    this.#open = open;
  }

  static async open(path: string, { open = openAppendFile }: StoreOptions = {}) {
    const store = new DeliveryStore(path, await open(path), open);
    const text = await readFile(path, "utf8");
    for (const line of text.split("\n").slice(0, -1)) store.#apply(JSON.parse(line));
    store.#is = await fileAt(path);
    return store;
  }

  async add(event: OrderEvent): Promise<boolean> {
    if (this.#states.has(event.id)) return false;
    const other = this.#underWay.get(event.id);
    if (other) return other.then(() => false);
    const entry = { stored: event };
    const writing = this.#write(entry).finally(() => this.#underWay.delete(event.id));
    this.#underWay.set(event.id, writing);
    await writing;
    this.#apply(entry);
    return true;
  }

  async handled(id: string): Promise<void> {
    const entry = { handled: id };
    this.#apply(entry);
    await this.#write(entry);
  }

  get waiting(): readonly OrderEvent[] {
    return Array.from(this.#events.values());
  }

  async close(): Promise<void> {
    while (this.#writing) await this.#writing;
    await this.#file.close();
  }

  #apply(entry: Entry): void {
    if ("handled" in entry) {
      this.#states.set(entry.handled, "handled");
      this.#events.delete(entry.handled);
    } else if (!this.#states.has(entry.stored.id)) {
      this.#states.set(entry.stored.id, "waiting");
      this.#events.set(entry.stored.id, Object.freeze(entry.stored));
    }
  }

  #write(entry: Entry): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#lines.push({ text: `${JSON.stringify(entry)}\n`, resolve, reject });
      this.#writing ??= this.#writeAll().finally(() => {
        this.#writing = undefined;
      });
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#lines.length > 0) {
      const lines = this.#lines;
      this.#lines = [];
      try {
        const text = lines.map((line) => line.text).join("");
        await this.#file.append(text);
        await this.#file.sync();
        await this.#look(Buffer.byteLength(text));
        for (const { resolve } of lines) resolve();
      } catch (error) {
        await this.#openAnew().catch(() => {});
        for (const { reject } of lines) reject(error);
      }
    }
  }

  async #look(more: number): Promise<void> {
    const [ino, size] = this.#is.split(" ");
    const is = await fileAt(this.#path);
    if (is !== `${ino} ${Number(size) + more}`) throw new Error("This is another file.");
    this.#is = is;
  }

  async #openAnew(): Promise<void> {
    await this.#file.close().catch(() => {});
    this.#file = await this.#open(this.#path);
    this.#is = await fileAt(this.#path);
  }
}

async function fileAt(path: string): Promise<string> {
  const { ino, size } = await stat(path);
  return `${ino} ${size}`;
}
