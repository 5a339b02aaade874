/** What the checks of the server share: plain sockets, and a shop behind them. */
import { createHash } from "node:crypto";
import { connect, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { EventBus } from "#bus/event-bus";
import type { DeliveryStore } from "#lesson/07-webhook/delivery-store.ts";
import { github } from "#lesson/07-webhook/signatures.ts";
import type { OrderEvent, OrderEvents } from "../given/order-events.ts";
import type { WebhookOptions, WebhookServer } from "../given/server-options.ts";
import {
  atEnd,
  type Disk,
  fileFor,
  manyTurns,
  openStore,
  secret,
  signedHeaders,
  until,
} from "./desk.ts";

/** What came back from a request. */
export interface Answer {
  code: number;
  /** `202`, `415 problem`, or what is wrong with it. */
  shown: string;
}

/** A connection on which anything can be said. */
export class Line {
  readonly #socket: Socket;
  #heard = "";
  /** By which a delivery without an id is known: no secret. */
  #fingerprint = fingerprintOf("");
  #changed = () => {};
  isClosed = false;

  /** @param options `hangsUp: false` for one who stays when the other side has finished */
  constructor(port: number, { hangsUp = true } = {}) {
    this.#socket = connect({
      ...{ port, host: "127.0.0.1", noDelay: true },
      allowHalfOpen: !hangsUp,
    });
    this.#socket.setEncoding("latin1").on("data", (text) => {
      this.#heard += text;
      this.#changed();
    });
    // A connection that is cut off may well be reset: that is not news here.
    this.#socket.on("error", () => {});
    this.#socket.once("close", () => {
      this.isClosed = true;
      this.#changed();
    });
  }

  say(what: string | Request): void {
    const bytes = typeof what === "string" ? what : bytesOf(what);
    if (typeof what !== "string") this.#fingerprint = fingerprintOf(what.body ?? "");
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }

  end(): void {
    this.#socket.destroy();
  }

  /** Waits for a whole answer, or for the end of the connection; gives up after a while. */
  async answer(): Promise<Answer> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, 2_000);
      this.#changed = () => {
        if (this.isClosed || isWhole(this.#heard)) resolve();
      };
      this.#changed();
    });
    clearTimeout(timer);
    const answer = read(this.#heard.replaceAll(this.#fingerprint, "its id"));
    this.#heard = "";
    return answer;
  }
}

export interface Request {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

function bytesOf(request: Request): Buffer {
  const { method = "POST", path = "/webhook/order", headers, body } = request;
  const bytes = Buffer.from(body ?? "");
  const length = body === undefined ? {} : { "Content-Length": bytes.length };
  const lines = Object.entries({ Host: "localhost", ...length, ...headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${head}\r\n`), bytes]);
}

function fingerprintOf(body: string | Buffer): string {
  return createHash("sha256").update(body).digest("hex");
}

/** Sends one request over a connection of its own. */
export function send(port: number, request: Request): Promise<Answer> {
  const line = new Line(port);
  line.say(request);
  return line.answer().finally(() => line.end());
}

function isWhole(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const length = /^content-length: (\d+)/im.exec(text.slice(0, end))?.[1];
  if (length !== undefined) return text.length >= end + 4 + Number(length);
  return !/^transfer-encoding: chunked/im.test(text) || text.endsWith("0\r\n\r\n");
}

/** Places in the code, words of the disk, its path, secrets, and whatever may be a signature. */
const secrets =
  /\bat .*:\d+:\d+|file:\/\/|node_modules|\w\.[jt]s\b|ENOSPC|EIO|lesson-7-|whsec_|password|[\da-f]{13,}|[\w+/]{32,}/i;

function read(text: string): Answer {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const headers = new Headers(
    lines.map((line) => /^(.*?): (.*)/.exec(line)?.slice(1) as [string, string]),
  );
  const code = Number(first.split(" ")[1] ?? 0);
  const body = Buffer.from(rest.join("\r\n\r\n"), "latin1").toString("utf8");
  const told = secrets.exec(text.replace(/^etag:.*$/im, ""))?.[0];
  const shown = told ? `${code}, which tells "${told}"` : shownAs(code, headers, body);
  // Before step 7 it is Express that answers, with a page.
  const page = /<pre>(.*?)<(br|\/pre)>/.exec(body)?.[1];
  return {
    code,
    shown: page ? `${shown}, since ${page.replaceAll("&#39;", "'")}` : shown,
  };
}

/** The code; where it is a refusal, whether it is a problem as RFC 9457 has it. */
function shownAs(code: number, headers: Headers, body: string): string {
  if (code === 0) return "cut off without a word";
  if (code < 400) return `${code}`;
  const [type = "none"] = (headers.get("content-type") ?? "").split(";");
  if (type !== "application/problem+json") return `${code} with the type ${type}`;
  const problem: Record<string, unknown> = JSON.parse(body);
  if (problem.status !== code) return `${code} with the status ${problem.status}`;
  for (const member of ["title", "detail"])
    if (typeof problem[member] !== "string") return `${code} without ${member}`;
  if (code === 405 && headers.get("allow") !== "POST")
    return "405 problem without Allow: POST";
  if (code === 503 && !/^\d+$/.test(headers.get("retry-after") ?? ""))
    return "503 problem without Retry-After";
  return `${code} problem`;
}

/** Loads the server, and Express with it, when it is wanted for the first time. */
export async function startServer(options: WebhookOptions): Promise<WebhookServer> {
  const code = await import("#lesson/07-webhook/webhook-server.ts");
  return code.startWebhookServer(options);
}

type ShopOptions = Partial<WebhookOptions> & { path?: string; disk?: Disk };

/** A shop that writes down which events it has heard. */
export async function openShop(t: TestContext, options: ShopOptions = {}) {
  const { path = fileFor(t), disk, ...others } = options;
  const store: DeliveryStore = await openStore(t, path, disk);
  const heard: string[] = [];
  const times: number[] = [];
  const errors: unknown[] = [];
  const bus = new EventBus<OrderEvents>();
  bus.subscribe("order.*", async ({ orderId }, { name, id, timestamp }: OrderEvent) => {
    times.push(timestamp);
    heard.push(`${name} ${orderId} ${id}`);
    await store.handled(id);
  });
  const server = await startServer({
    ...{ provider: github(secret), store, bus },
    onError: (error) => errors.push(error),
    ...others,
  });
  atEnd(t, () => {
    disk?.release();
    return server.close();
  });
  const { port } = server;
  return {
    ...{ bus, port, heard, times, errors },
    /** What has been heard, when everything has come to its end. */
    async heardInTheEnd(count: number): Promise<string[]> {
      await until(() => heard.length >= count);
      await manyTurns();
      return heard;
    },
    async post(body: string, id?: string): Promise<string> {
      const { code, shown } = await send(port, {
        headers: signedHeaders(body, id),
        body,
      });
      return code < 500 ? shown : [shown, ...errors].join(", since ");
    },
  };
}
