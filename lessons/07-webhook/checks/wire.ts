/** What the checks of the server share: plain sockets, and a shop behind them. */
import { connect, type Socket } from "node:net";
import { isDeepStrictEqual } from "node:util";
import { github } from "#lesson/07-webhook/signatures.ts";
import type { OrderEvent } from "../given/order-events.ts";
import type { WebhookOptions } from "../given/server-options.ts";
import * as desk from "./desk.ts";

/** A connection on which anything can be said. */
export class Line {
  readonly #socket: Socket;
  #heard = "";
  isClosed = false;
  /** Whether another request may be sent: not where the other side has said that it is the last. */
  isOpen = true;

  /** @param options `hangsUp: false` for one who stays when the other side has finished */
  constructor(port: number, { hangsUp = true } = {}) {
    const host = "127.0.0.1";
    this.#socket = connect({ port, host, noDelay: true, allowHalfOpen: !hangsUp });
    this.#socket.setEncoding("latin1").on("data", (text) => (this.#heard += text));
    // A connection that is cut off may well be reset: that is not news here.
    this.#socket.on("error", () => {});
    const closed = { isClosed: true, isOpen: false };
    this.#socket.once("close", () => Object.assign(this, closed));
  }

  say(what: string | Request): void {
    const bytes = typeof what === "string" ? what : bytesOf(what);
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }

  end(isReset = false): void {
    this.#socket[isReset ? "resetAndDestroy" : "destroy"]();
  }

  /**
   * Waits for a whole answer, or for the end of the connection. Returns `202`, `415 problem`, or what
   * is wrong with it.
   */
  async answer(): Promise<string> {
    await desk.until(() => this.isClosed || isWhole(this.#heard));
    const answer = read(this.#heard);
    if (/^connection: *close/im.test(this.#heard)) this.isOpen = false;
    this.#heard = "";
    return answer;
  }

  ask(what: string | Request): Promise<string> {
    this.say(what);
    return this.answer();
  }
}

export interface Request {
  method?: string;
  path?: string;
  /** An empty one is left out. */
  headers?: Record<string, string>;
  body?: string | Buffer;
}

function bytesOf(request: Request): Buffer {
  const { method = "POST", path = "/webhook/order", headers, body = "" } = request;
  const bytes = Buffer.from(body);
  const isChunked = headers?.["Transfer-Encoding"] !== undefined;
  const length = bytes.length > 0 && !isChunked && { "Content-Length": bytes.length };
  const lines = Object.entries({ Host: "localhost", ...length, ...headers });
  const head = lines.map(([name, value]) => value && `${name}: ${value}\r\n`).join("");
  const size = bytes.length > 0 ? `${bytes.length.toString(16)}\r\n` : "";
  const parts = isChunked ? [size, bytes, `${size && "\r\n"}0\r\n\r\n`] : [bytes];
  const begin = `${method} ${path} HTTP/1.1\r\n${head}\r\n`;
  return Buffer.concat([begin, ...parts].map((part) => Buffer.from(part as Buffer)));
}

function headerIn(head: string, name: string): string {
  return new RegExp(`^${name}: *(.*?)\r?$`, "im").exec(head)?.[1] ?? "";
}

function isWhole(text: string): boolean {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  if (rest.length === 0) return false;
  const length = headerIn(head, "content-length");
  if (length) return text.length >= head.length + 4 + Number(length);
  return headerIn(head, "transfer-encoding") === "" || text.endsWith("0\r\n\r\n");
}

/** Places in the code, words of the disk, its path, and secrets. */
const secrets =
  /\bat .*:\d+:\d+|file:\/\/|node_modules|[\\/][\w-]+\.[jt]s\b|ENOSPC|EIO|lesson-7-|whsec_|password/i;

function read(text: string): string {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const code = Number(head.split(" ")[1] ?? 0);
  const body = Buffer.from(rest.join("\r\n\r\n"), "latin1").toString();
  const told = secrets.exec(text)?.[0];
  const shown = told ? `${code}, which tells "${told}"` : shownAs(code, head, body);
  // Before step 7 it is Express that answers, with a page.
  const page = /<pre>(.*?)<(br|\/pre)>/.exec(body)?.[1];
  return page ? `${shown}, since ${page.replaceAll("&#39;", "'")}` : shown;
}

/** The code; where it is a refusal, whether it is a problem as RFC 9457 has it. */
function shownAs(code: number, head: string, body: string): string {
  if (code === 0) return "cut off without a word";
  if (code < 400) return `${code}`;
  const [type = ""] = headerIn(head, "content-type").split(";");
  if (type !== "application/problem+json")
    return `${code} with the type ${type || "none"}`;
  const problem: Record<string, unknown> = JSON.parse(body || "{}");
  if (problem.status !== code) return `${code} with the status ${problem.status}`;
  for (const member of ["title", "detail"])
    if (typeof problem[member] !== "string") return `${code} without ${member}`;
  const needed = code === 405 ? "Allow: POST" : code === 503 ? "Retry-After: \\d+" : "";
  const isThere = new RegExp(`^${needed}\r?$`, "im").test(head);
  return needed && !isThere ? `${code} problem without ${needed}` : `${code} problem`;
}

/** What goes wrong and right around a shop. */
export class Luck extends desk.Disk {
  /** The worker hears events, and handles none. */
  isIdle = false;
  isBusBroken = false;
}

interface ShopOptions extends Omit<Partial<WebhookOptions>, "onError"> {
  path?: string;
  luck?: Luck;
  /** How many events are stored before. */
  waiting?: number;
  /** What onError does besides writing the error down; null for a shop without one. */
  onError?: (() => unknown) | null;
}

/** A shop that writes down which events it has heard. */
export async function openShop(t: desk.Ends, options: ShopOptions = {}) {
  const { luck = new Luck(), onError = () => {}, ...others } = options;
  const store = await desk.openStore(t, options.path ?? desk.fileFor(t), luck);
  const ids = Array.from({ length: options.waiting ?? 0 }, (_, at) => `${at}`);
  await Promise.all(ids.map((id) => store.add(desk.eventOf(id))));
  /** The last connection, for whoever comes next. */
  let kept: Line | undefined;
  const heard: string[] = [];
  const times: number[] = [];
  const errors: unknown[] = [];
  const notes: Promise<void>[] = [];
  const bus = { deliver };
  function deliver(this: unknown, event: OrderEvent) {
    if (this !== bus) throw new TypeError("deliver was called without its bus");
    // Not an `Error`: whatever is thrown is a failure.
    if (luck.isBusBroken) throw "the bus is closed";
    const { id, name, data, timestamp } = event;
    const stored = store.waiting.find((one) => one.id === id);
    const isSame = isDeepStrictEqual({ ...stored }, { ...event });
    const wrong = isSame && Object.isFrozen(event) ? "" : ", not as it was stored";
    heard.push(`${name} ${data.orderId} ${id}${wrong}`);
    times.push(timestamp);
    if (!luck.isIdle) notes.push(store.handled(id).catch(() => {}));
  }
  const hear = (error: unknown) => {
    errors.push(error);
    return onError?.();
  };
  // Loaded, and Express with it, when it is wanted for the first time.
  const { startWebhookServer } = await import("#lesson/07-webhook/webhook-server.ts");
  const { port, close } = await startWebhookServer({
    ...{ provider: github(desk.secret), store, bus },
    ...(onError && { onError: hear }),
    ...others,
  });
  desk.atEnd(t, close);
  desk.atEnd(t, () => luck.release());
  return {
    ...{ port, heard, times, errors },
    /** What has been heard, when everything has come to its end, and each event is handled. */
    async heardInTheEnd(count = 0): Promise<string[]> {
      await desk.until(() => heard.length >= count);
      await desk.manyTurns();
      await Promise.all(notes);
      return heard;
    },
    /** How a request is answered; where it should not fail, with the reason if it does. */
    async send(request: Request, mayFail = false): Promise<string> {
      const line = kept?.isOpen ? kept : new Line(port);
      kept = undefined;
      const answer = await line.ask(request);
      if (kept || !line.isOpen) line.end();
      else kept = line;
      return mayFail || !/^5/.test(answer)
        ? answer
        : [answer, ...errors].join(", since ");
    },
    post(body: string, id?: string): Promise<string> {
      return this.send({ headers: desk.signedHeaders(body, id), body });
    },
  };
}
