/** What the checks of this lesson have at hand: a sender, a disk that can be held, plain sockets. */
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type AppendFile, openAppendFile } from "#bus/append-file";

export const secret = "tea and honey";

/** Headers as GitHub sends them, with a signature made here, not by the code under test. */
export function signedHeaders(
  body: string | Buffer,
  id = "delivery-1",
): Record<string, string> {
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  return {
    "Content-Type": "application/json",
    "X-Hub-Signature-256": `sha256=${signature}`,
    "X-GitHub-Delivery": id,
  };
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
let patience = 3_000;

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

/** A real file on a disk that can be slow or full. */
export class Disk {
  /** What the disk was asked to do, in order. */
  readonly asked: string[] = [];
  full = false;
  #held: (() => void)[] | undefined;

  /** For the option `open` of the store. */
  readonly open = async (path: string): Promise<AppendFile> => {
    const file = await openAppendFile(path);
    return {
      append: async (text) => {
        this.asked.push("append");
        if (this.full) throw new Error("ENOSPC: no space left on device");
        await file.append(text);
      },
      sync: async () => {
        this.asked.push("sync");
        await new Promise<void>((resolve) => {
          if (this.#held) this.#held.push(resolve);
          else resolve();
        });
        await file.sync();
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

  get syncs(): number {
    return this.asked.filter((what) => what === "sync").length;
  }
}

/** What came back from a request. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** A connection on which anything can be said. */
export class Line {
  readonly #socket: Socket;
  #heard = "";
  isClosed = false;

  /** @param options `hangsUp: false` for one who stays when the other side has finished */
  constructor(t: TestContext, port: number, { hangsUp = true } = {}) {
    this.#socket = connect({
      ...{ port, host: "127.0.0.1", noDelay: true },
      allowHalfOpen: !hangsUp,
    });
    this.#socket.setEncoding("latin1").on("data", (text) => {
      this.#heard += text;
    });
    // A connection that is cut off may well be reset: that is no news here.
    this.#socket.on("error", () => {});
    this.#socket.once("close", () => {
      this.isClosed = true;
    });
    atEnd(t, () => this.#socket.destroy());
  }

  say(text: string | Buffer): void {
    if (!this.#socket.destroyed) this.#socket.write(text);
  }

  end(): void {
    this.#socket.destroy();
  }

  /** Waits for a whole answer, or for the end of the connection. */
  async answer(): Promise<Answer> {
    await until(() => this.isClosed || isWhole(this.#heard));
    const answer = read(this.#heard);
    this.#heard = "";
    return answer;
  }
}

/** Sends one request over a connection of its own. */
export function send(
  t: TestContext,
  port: number,
  request: {
    method?: string;
    path?: string;
    headers?: Record<string, string>;
    body?: string | Buffer;
  },
): Promise<Answer> {
  const line = new Line(t, port);
  const { method = "POST", path = "/webhook/order", headers = {}, body } = request;
  const bytes = Buffer.from(body ?? "");
  const all: Record<string, string> = { Host: "localhost", ...headers };
  if (body !== undefined) all["Content-Length"] = String(bytes.length);
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  line.say(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  if (bytes.length > 0) line.say(bytes);
  return line.answer().finally(() => line.end());
}

function isWhole(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const length = Number(/^content-length: (\d+)/im.exec(text.slice(0, end))?.[1] ?? 0);
  return text.length >= end + 4 + length;
}

function read(text: string): Answer {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const pairs = lines.map((line) => {
    const at = line.indexOf(":");
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
  });
  return {
    status: Number(first.split(" ")[1] ?? 0),
    headers: Object.fromEntries(pairs),
    body: Buffer.from(rest.join("\r\n\r\n"), "latin1").toString("utf8"),
  };
}
