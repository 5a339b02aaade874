/** What the checks of the server share: plain sockets, and a shop behind them. */
import { connect, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { format } from "node:util";
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
  /** The code; from 500 on with the cause, for whoever did not expect it. */
  status: number | string;
  headers: Record<string, string>;
  body: string;
}

/** By port: what `onError` was called with there. */
const failures = new Map<number, unknown[]>();

/** A connection on which anything can be said. */
export class Line {
  readonly #port: number;
  readonly #socket: Socket;
  #heard = "";
  #changed = () => {};
  isClosed = false;

  /** @param options `hangsUp: false` for one who stays when the other side has finished */
  constructor(port: number, { hangsUp = true } = {}) {
    this.#port = port;
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

  say(text: string | Buffer): void {
    if (!this.#socket.destroyed) this.#socket.write(text);
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
    const answer = read(this.#heard);
    this.#heard = "";
    return { ...answer, status: statusOf(answer, this.#port) };
  }
}

export interface Request {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** The bytes of a request. */
export function bytesOf(request: Request): Buffer {
  const { method = "POST", path = "/webhook/order", headers = {}, body } = request;
  const bytes = Buffer.from(body ?? "");
  const all: Record<string, string> = { Host: "localhost", ...headers };
  if (body !== undefined) all["Content-Length"] = String(bytes.length);
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([
    Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`),
    bytes,
  ]);
}

/** Sends one request over a connection of its own. */
export function send(port: number, request: Request): Promise<Answer> {
  const line = new Line(port);
  line.say(bytesOf(request));
  return line.answer().finally(() => line.end());
}

function isWhole(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const length = /^content-length: (\d+)/im.exec(text.slice(0, end))?.[1];
  if (length !== undefined) return text.length >= end + 4 + Number(length);
  return !/^transfer-encoding: chunked/im.test(text) || text.endsWith("0\r\n\r\n");
}

/** The code, and of a failure what is known of its cause. */
function statusOf({ code, body }: Omit<Answer, "status">, port: number) {
  if (code < 500) return code;
  // Before step 7 it is Express that answers, with a page.
  const page = /<pre>(.*?)<(br|\/pre)>/.exec(body)?.[1];
  if (page !== undefined) return `${code}, since ${page.replaceAll("&#39;", "'")}`;
  const told = failures.get(port);
  if (told === undefined) return code;
  if (told.length === 0) return `${code}, and onError was not called`;
  // What it says and the first place, without the rest of the stack.
  const cause = format("%s", told.at(-1)).split(/\n\s*/, 2);
  return `${code}, since onError was called with ${cause.join(" ")}`;
}

function read(text: string): Omit<Answer, "status"> {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const pairs = lines.map((line) => {
    const at = line.indexOf(":");
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
  });
  return {
    code: Number(first.split(" ")[1] ?? 0),
    headers: Object.fromEntries(pairs),
    body: Buffer.from(rest.join("\r\n\r\n"), "latin1").toString("utf8"),
  };
}

/** Loads the server, and Express with it, when it is wanted for the first time. */
export async function startServer(options: WebhookOptions): Promise<WebhookServer> {
  const code = await import("#lesson/07-webhook/webhook-server.ts");
  const { onError } = options;
  if (!onError) return code.startWebhookServer(options);
  const told: unknown[] = [];
  const server = await code.startWebhookServer({
    ...options,
    onError(error) {
      told.push(error);
      return onError(error);
    },
  });
  failures.set(server.port, told);
  return server;
}

interface ShopOptions {
  path?: string;
  disk?: Disk;
  /** Has no `onError`, unless `server` has one. */
  isQuiet?: boolean;
  server?: Partial<WebhookOptions>;
}

/** A shop that writes down which events it has heard. */
export async function openShop(t: TestContext, options: ShopOptions = {}) {
  const store: DeliveryStore = await openStore(
    t,
    options.path ?? fileFor(t),
    options.disk,
  );
  const heard: string[] = [];
  const times: number[] = [];
  const errors: unknown[] = [];
  const bus = new EventBus<OrderEvents>();
  bus.subscribe("order.*", async (_data, event: OrderEvent) => {
    times.push(event.timestamp);
    const how = event.replayed
      ? ", replayed"
      : Object.isFrozen(event)
        ? ""
        : ", unfrozen";
    heard.push(`${event.name} ${event.data.orderId} ${event.id}${how}`);
    await store.handled(event.id);
  });
  const server = await startServer({
    ...{ provider: github(secret), store, bus },
    ...(options.isQuiet ? {} : { onError: (error: unknown) => errors.push(error) }),
    ...options.server,
  });
  atEnd(t, () => server.close());
  atEnd(t, () => options.disk?.release());
  const { port } = server;
  return {
    ...{ store, bus, server, port, heard, times, errors },
    /** What has been heard, when everything has come to its end. */
    async heardInTheEnd(count: number): Promise<string[]> {
      await until(() => heard.length >= count);
      await manyTurns();
      return heard;
    },
    post: (body: string | Buffer, id?: string) =>
      send(port, { headers: signedHeaders(body, id), body }),
    /** Sends, and does not wait for the answer. */
    say(body: string, id: string): Line {
      const line = new Line(port);
      line.say(bytesOf({ headers: signedHeaders(body, id), body }));
      return line;
    },
  };
}

export type Shop = Awaited<ReturnType<typeof openShop>>;
