/** What can happen on a day at the door of the shop, how it is told, and which rule it is about. */
import { signedHeaders } from "./desk.ts";
import type { Request } from "./wire.ts";

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
    "every refusal is a problem as in RFC 9457, and no answer tells a signature, path or stack",
  full: "a delivery that cannot be stored gets 503 with `Retry-After`, and 202 when it comes again",
  own: "a failure of our own gets 500, and `onError` its cause; what the sender did wrong is not told",
  onError:
    "an `onError` that throws or rejects changes no answer; without one, stderr is told",
} as const;

interface Body {
  /** Of its delivery. */
  id: string;
  json: string | Buffer;
  /** What it says, or the status with which it is refused. */
  means: string | 400 | 422;
  rule?: string;
}
/** The first three are played in step 6, too. */
export const BODIES: Body[] = [
  { id: "a", json: '{"order_id": 1, "status": "created"}', means: "order.created 1" },
  { id: "b", json: '{"order_id": 1, "status": "paid"}', means: "order.paid 1" },
  {
    ...{ id: "c", means: "order.cancelled 2", rule: RULES.raw },
    json: '  {"status" : "cancelled",\r\n\t"order_id":2e0, "note": "чай \\u0026 мед"}\n',
  },
  { id: "d", json: '{"order_id": 9007199254740993, "status": "paid"}', means: 422 },
  { id: "e", json: `[${"[".repeat(300)}${"]".repeat(300)}]`, means: 422 },
  { id: "f", json: "null", means: 422 },
  { id: "g", json: '{"order_id": 777', means: 400 },
  { id: "h", json: Buffer.of(0x22, 0xff, 0x22), means: 400 },
];

/** A way to send a delivery: what differs from a request that is signed well. */
interface How {
  rule?: string;
  /** Undefined where the body decides. */
  status?: number;
  /** Instead of that of the body. */
  json?: string;
  /** What is put behind the body after it was signed. */
  added?: string;
  method?: string;
  path?: string;
  /** An empty one is left out. */
  headers?: Record<string, string>;
}
const FORM = "application/x-www-form-urlencoded";
const bare = { "X-Hub-Signature-256": "" };
const forged = { "X-Hub-Signature-256": `sha256=${"a".repeat(64)}` };
const unsigned = { rule: RULES.unsigned, status: 401 };
const astray = { rule: RULES.path, status: 404 };
const misused = (method: string) => ({ rule: RULES.path, status: 405, method });
const unwanted = (headers: Record<string, string>) => ({
  ...{ rule: RULES.type, status: 415 },
  headers,
});
const typed = (type: string, more = {}) => unwanted({ "Content-Type": type, ...more });
const packed = (how: string, more = {}) => unwanted({ "Content-Encoding": how, ...more });

/** The first four are played in step 6, too. */
export const HOWS: Record<string, How> = {
  "signed well": {},
  forged: { ...unsigned, headers: forged },
  "changed on the way": { ...unsigned, added: " " },
  "without a signature": { ...unsigned, headers: bare },
  "with capitals and a charset in its type": {
    rule: RULES.type,
    headers: { "Content-Type": `${FORM.replace("app", "App")}; charset=utf-8` },
  },
  "as what another provider sends": typed("application/json"),
  "as text/plain": typed("text/plain"),
  "as x-application/x-www-form-urlencoded": typed(`x-${FORM}`),
  "as application/x-www-form-urlencoded-too": typed(`${FORM}-too`),
  "without a type": typed(""),
  "as text/plain, without a signature": typed("text/plain", bare),
  "as text/plain, without a body": { ...typed("text/plain"), json: "" },
  compressed: packed("gzip"),
  "compressed, without a signature": packed("gzip", bare),
  "in an encoding that nobody knows": packed("tea"),
  "without a body": { rule: RULES.body, status: 400, json: "" },
  "with GET": misused("GET"),
  "with PUT": misused("PUT"),
  "with OPTIONS": misused("OPTIONS"),
  "to another path": { ...astray, path: "/webhook/user" },
  "to a path below": { ...astray, path: "/webhook/order/more" },
  "with GET, to another path": { ...astray, method: "GET", path: "/" },
  "on which the provider breaks": {
    ...{ rule: RULES.own, status: 500 },
    headers: { "X-Break": "tea" },
  },
};

/** The first five are played in step 6, too. */
export const COMMANDS = {
  send: "the partner sends",
  "send twice": "the partner sends twice at once",
  restart: "the shop is killed in the middle of a line, and opened again",
  works: "the worker works",
  idles: "the worker has a break: it hears events, and handles none",
  fills: "the disk is full",
  heals: "the disk has room",
  "hangs up": "somebody hangs up in the middle of a body",
  "bus breaks": "the bus throws at each `deliver`",
  "bus heals": "the bus works again",
};

/** What the shop's `onError` does. */
export const ON_ERROR = {
  works: () => {},
  "never comes back": () => new Promise(() => {}),
  rejects: () => Promise.reject(new Error("the log is full")),
  throws() {
    throw new Error("the log is full");
  },
  "is not given": null,
};

export interface Command {
  does: keyof typeof COMMANDS;
  body: Body;
  /** Its name in `HOWS`, and what stands there. */
  how: [string, How];
}
export interface Day {
  step: 6 | 7;
  /** Whether the provider sends the JSON in base64. */
  isBase64: boolean;
  onError: keyof typeof ON_ERROR;
  commands: Command[];
}

/** Until step 7, the type is open. */
export const typeOf = ({ step }: Day) => (step === 6 ? "application/json" : FORM);

export function requestOf({ body, how: [, how] }: Command, day: Day): Request {
  const { rule, status, json = body.json, added = "", ...request } = how;
  const bytes = Buffer.from(json);
  const signed = day.isBase64 ? bytes.toString("base64") : bytes;
  const headers = {
    ...signedHeaders(signed, body.id),
    "Content-Type": typeOf(day),
    ...request.headers,
  };
  return {
    ...request,
    headers,
    body: Buffer.concat([signed, added].map((one) => Buffer.from(one))),
  };
}

export function ruleOf({ body, how: [, { rule }] }: Command, answer: string): string {
  if (/tells|type|without/.test(answer)) return RULES.tells;
  if (rule) return rule;
  if (typeof body.means === "number") return RULES.body;
  if (answer.includes("503")) return RULES.full;
  if (answer.includes("200")) return RULES.known;
  return body.rule ?? RULES.heard;
}

export function tell({ isBase64, onError, commands }: Day): string[] {
  const lines = commands.map(({ does, body: { json }, how: [how] }) =>
    does.startsWith("send")
      ? `${COMMANDS[does]} ${String(json).slice(0, 40).trim()}, ${how}`
      : COMMANDS[does],
  );
  if (isBase64) lines.unshift("the provider sends the JSON in base64");
  if (onError !== "works") lines.unshift(`the shop's onError ${onError}`);
  return lines;
}
