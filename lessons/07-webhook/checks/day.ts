/** What can happen on a day at the door of the shop, how it is told, and which rule it is about. */
import { METHODS } from "node:http";
import { signedHeaders } from "./desk.ts";
import type { Request } from "./wire.ts";

/** The first four are rules of step 6. */
export const RULES = {
  heard: "a signed delivery gets 202, and the bus one event of its status and its id",
  raw: "the signature is over the raw bytes, spaces and all",
  known: "a known delivery gets 200 and no event, also at once and after a restart",
  start: "at the start, the bus gets what is stored and not handled, whatever its status",
  path: "another method gets 405 with `Allow: POST`, another path gets 404",
  unsigned: "a delivery that is not signed gets 401, whatever its body holds",
  body: "a signed body gets 400 if it is not JSON, and 422 if it is not an order",
  type: "another content type, none, or a compressed body gets 415, signed or not",
  tells:
    "these refusals are problems as in RFC 9457, and no answer tells a secret, path or stack",
  full: "a delivery that cannot be stored gets 503 with `Retry-After`, and 202 when it comes again",
  own: "a failure of our own gets 500, and `onError` its cause; it hears of nothing that the sender did",
  onError:
    "an `onError` that throws or rejects changes no answer; without one, stderr is told",
} as const;

export interface Body {
  /** Of its delivery. */
  id: string;
  json: string | Buffer;
  /** What it says, or the status with which it is refused. */
  means: string | 400 | 422;
  rule?: string;
}
/** The first four are played in step 6, too. */
const BODIES: Body[] = [
  { id: "a", json: '{"order_id": 1, "status": "created"}', means: "order.created 1" },
  { id: "A", json: '{"order_id": 1, "status": "created"}', means: "order.created 1" },
  {
    ...{ id: "c", means: "order.cancelled 2", rule: RULES.raw },
    json: '  {"status" : "cancelled",\r\n\t"order_id":2e0, "note": "чай \\u0026 мед"}\n',
  },
  { id: "a", json: '{"order_id": 3, "status": "shipped"}', means: "order.shipped 3" },
  { id: "a", json: '{"order_id": 9007199254740993, "status": "paid"}', means: 422 },
  { id: "a", json: `[${"[".repeat(300)}${"]".repeat(300)}]`, means: 422 },
  { id: "c", json: "null", means: 422 },
  { id: "a", json: '{"order_id": 777', means: 400 },
  { id: "a", json: Buffer.of(0x22, 0xff, 0x22), means: 400 },
  { id: "a", json: "", means: 400 },
];

const NOTHING = BODIES.slice(-1);
/** How often each is sent: nothing at all is easily forgotten. */
export const SENT = [BODIES, BODIES.slice(0, 4), NOTHING, NOTHING, NOTHING].flat();

const TYPE = "application/cloudevents+json";
const capitals = TYPE.replace("app", "App");
/** What is fine, what is refused, and how. */
type Way = [right: string[], wrong: string[], status: number, rule: string];
const types = ["", ";charset=utf-8", '; charset="UTF-8"; a=b', " ;"].map(
  (end) => capitals + end,
);
const others = [
  ...["application/json", "a/b+json", "", `x-${TYPE}`, `${TYPE}-too`],
  ...["text/plain", "application/x-www-form-urlencoded", "json"],
];
const paths = ["/webhook/order", "/webhook/order?hub.challenge=tea"];
const inside = ["/webhook//order", "/webhook/order/more", "/more/webhook/order"];
const astray = [...inside, "/webhook/orders", "/", "/health"];
const rare = METHODS.filter((one) => !/^(POST|CONNECT|SOURCE)$/.test(one));
const methods = [...rare, ...rare.flatMap(() => ["GET", "OPTIONS", "HEAD", "PUT"])];
const FAKES: Record<string, string> = { forged: `sha256=${"a".repeat(64)}`, none: "" };
const forgeries = [...Object.keys(FAKES), "changed on the way"];
/** Ways to send a delivery. Of all that is wrong, the first in this list decides. */
export const WAYS = {
  path: [paths, astray, 404, RULES.path],
  method: [["POST"], methods, 405, RULES.path],
  type: [types, others, 415, RULES.type],
  encoding: [["", "chunked"], ["gzip", "deflate", "br", "GZIP", "zstd"], 415, RULES.type],
  provider: [[""], ["breaks"], 500, RULES.own],
  signature: [["signed well"], forgeries, 401, RULES.unsigned],
} satisfies Record<string, Way>;

export const OFTEN = ["send", "send", "send", "send", "send", "send twice"] as const;
/** The first five are played in step 6, too. */
export const COMMANDS = {
  send: "the partner sends",
  "send twice": "the partner sends twice at once",
  restart: "the shop is killed in the middle of a line, and opened again",
  works: "the worker works",
  idles: "the worker has a break: it hears events, and handles none",
  ENOSPC: "the disk is full",
  EIO: "the disk fails",
  heals: "the disk is fine again",
  "hangs up": "somebody resets the connection in the middle of a body",
  "bus breaks": "the bus throws at each `deliver`",
  "bus heals": "the bus works again",
};

/** What the shop's `onError` does. */
export const ON_ERROR = {
  works: () => {},
  "never comes back": () => new Promise(() => {}),
  throws() {
    throw new Error("the log is full");
  },
  "rejects with a string": () => Promise.reject("the log is full"),
  "fails without a reason": () => Promise.reject(),
  "fails with an odd object": () => Promise.reject(Object.create(null)),
  "is not given": null,
};

export interface Command {
  does: keyof typeof COMMANDS;
  body: Body;
  how: Record<keyof typeof WAYS, string>;
}
export interface Day {
  step: 6 | 7;
  /** Whether the provider sends the JSON in base64. */
  isBase64: boolean;
  onError: keyof typeof ON_ERROR;
  commands: Command[];
}

/** Until step 7, the type is open. */
export const typeOf = ({ step }: Day) => (step === 6 ? "application/json" : TYPE);

export function requestOf({ body: { id, json }, how }: Command, day: Day): Request {
  const { path, method, type, encoding, provider, signature } = how;
  const bytes = Buffer.from(json);
  const signed = day.isBase64 ? bytes.toString("base64") : bytes;
  const fake = FAKES[signature];
  const headers = {
    ...signedHeaders(signed, id),
    ...(fake !== undefined && { "X-Hub-Signature-256": fake }),
    ...{ "X-Break": provider, "X-GitHub-Event": "ping", Accept: "text/html" },
    "Content-Type": day.step === 6 ? typeOf(day) : type,
    [encoding === "chunked" ? "Transfer-Encoding" : "Content-Encoding"]: encoding,
  };
  const parts = [signed, signature === "changed on the way" ? " " : ""];
  const body = Buffer.concat(parts.map((one) => Buffer.from(one)));
  // A monitor asks whether somebody is there.
  const isMonitor = /^\/(health)?$/.test(path) && day.isBase64 && { method: "GET" };
  return { method, path, headers, body, ...isMonitor };
}

/** With which status a request is refused whatever its body says, if it is, and the rule for it. */
export function refusalOf({ how }: Command): { status?: number; rule?: string } {
  const names = Object.keys(WAYS) as (keyof typeof WAYS)[];
  const isWrong = (name: keyof typeof WAYS) => (WAYS[name] as Way)[1].includes(how[name]);
  const found = names.find(isWrong);
  if (!found) return {};
  const [, , status, rule] = WAYS[found];
  return { status, rule };
}

export function ruleOf(command: Command, answer: string): string {
  const { body } = command;
  if (/tells|type|without/.test(answer)) return RULES.tells;
  const { rule } = refusalOf(command);
  if (rule) return rule;
  if (typeof body.means === "number") return RULES.body;
  if (answer.includes("503")) return RULES.full;
  if (answer.includes("200")) return RULES.known;
  return body.rule ?? RULES.heard;
}

export function tell({ step, isBase64, onError, commands }: Day): string[] {
  const lines = commands.map(({ does, body: { json }, how }) => {
    const ways = Object.entries(how).map(([name, way]) => way && `${name} ${way}`);
    return does.startsWith("send")
      ? `${COMMANDS[does]} ${String(json).slice(0, 40).trim() || "an empty body"}, ${ways.filter(Boolean).join(", ")}`
      : COMMANDS[does];
  });
  if (step === 7) lines.unshift(`the provider takes ${TYPE}`);
  if (isBase64) lines.unshift("the provider sends the JSON in base64");
  if (onError !== "works") lines.unshift(`the shop's onError ${onError}`);
  return lines;
}
