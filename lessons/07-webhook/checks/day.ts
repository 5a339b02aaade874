/** What can happen on a day at the door of the shop, how it is told, and which rule it is about. */
import { macOf, secret } from "./desk.ts";
import type { Request } from "./wire.ts";

export const RULES = {
  heard: "a signed delivery gets 202, and the bus one event of its status and its id",
  raw: "the signature is over the raw bytes, spaces and all",
  known: "a known delivery gets 200 and no event, also at once and after a restart",
  start: "at the start, the bus gets what is stored and not handled, whatever its status",
  unsigned: "a delivery that is not signed gets 401, whatever its body holds",
  body: "a signed body gets 400 if it is not JSON, and 422 if it is not an order",
  type: "another content type, none, or a compressed body gets 415, signed or not",
  path: "another method gets 405 with `Allow: POST`, another path gets 404",
  tells:
    "every refusal is a problem as in RFC 9457, and no answer tells a signature, path or stack",
  full: "a delivery that cannot be stored gets 503 with `Retry-After`, and 202 when it comes again",
  own: "a failure of our own gets 500, and `onError` its cause; what the sender did wrong is not told",
  onError:
    "an `onError` that throws or rejects changes no answer; without one, stderr is told",
} as const;

/** Each body, and what it says, or the status with which it is refused. */
export const BODIES: [body: string | Buffer, meaning: string | 400 | 422][] = [
  ['{"order_id": 1, "status": "created"}', "order.created 1"],
  ['{"order_id": 1, "status": "paid"}', "order.paid 1"],
  [
    '  {"status" : "cancelled",\r\n\t"order_id":2e0, "note": "чай \\u0026 мед"}\n',
    "order.cancelled 2",
  ],
  ['{"order_id": 9007199254740993, "status": "paid"}', 422],
  [`[${"[".repeat(300)}${"]".repeat(300)}]`, 422],
  ["null", 422],
  ['{"order_id": 777', 400],
  [Buffer.of(0x22, 0xff, 0x22), 400],
];

interface How extends Request {
  /** Undefined where the body decides. */
  status?: number;
  rule: string;
  /** When it was signed, in seconds from now. */
  at?: number;
  /** Instead of the body of the command. */
  json?: string;
}
const unwanted = (headers: Record<string, string>): How => ({
  ...{ status: 415, rule: RULES.type },
  headers,
});
const typed = (type: string) => unwanted({ "Content-Type": type });
const elsewhere = { status: 404, rule: RULES.path };
const unsigned = { "Stripe-Signature": "" };
const gzip = { "Content-Encoding": "gzip" };
const plain = { "Content-Type": "text/plain" };

/** The type of the bodies is the provider's, unless something else is said here. */
const OTHER = "the other type";

/** Ways to send a delivery; from the seventh on, they are played from step 7 on. */
export const HOWS: Record<string, How> = {
  "signed now": { rule: RULES.heard },
  "signed 10 s ago": { rule: RULES.heard, at: -10 },
  "signed 20 s from now": { rule: RULES.heard, at: 20 },
  "signed long ago": { rule: RULES.unsigned, status: 401, at: -900 },
  forged: { rule: RULES.unsigned, status: 401 },
  "changed on the way": { rule: RULES.unsigned, status: 401 },
  "without a signature": { rule: RULES.unsigned, status: 401, headers: unsigned },
  "with capitals and a charset in its type": { rule: RULES.type },
  "as text/plain": unwanted(plain),
  "as application/jsonp": typed("application/jsonp"),
  "as x-application/json": typed("x-application/json"),
  "as application/ld+json": typed("application/ld+json"),
  "as what another provider sends": typed(OTHER),
  "without a type": typed(""),
  "as text/plain, without a signature": unwanted({ ...plain, ...unsigned }),
  compressed: unwanted(gzip),
  "compressed, without a signature": unwanted({ ...gzip, ...unsigned }),
  "without a body": { rule: RULES.body, status: 400, json: "" },
  "as text/plain, without a body": { ...unwanted(plain), json: "" },
  "in an encoding that nobody knows": unwanted({ "Content-Encoding": "tea" }),
  ...Object.fromEntries(
    ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"].map((method) => [
      `with ${method}`,
      { status: 405, rule: RULES.path, method },
    ]),
  ),
  "to another path": { ...elsewhere, path: "/webhook/user" },
  "to a path below": { ...elsewhere, path: "/webhook/order/more" },
  "with GET, to another path": { ...elsewhere, method: "GET", path: "/" },
  "on which the provider breaks": {
    ...{ status: 500, rule: RULES.own },
    headers: { "X-Break": "tea" },
  },
};

const COMMANDS = {
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

export interface Command {
  does: keyof typeof COMMANDS;
  body: number;
  how: string;
}
export interface Day {
  /** Whether the provider sends forms. */
  isForm: boolean;
  /** Whether it sends the JSON in base64, and not the JSON itself. */
  isBase64: boolean;
  onError: "works" | "throws" | "rejects" | "never comes back" | "is not given";
  commands: Command[];
}

export const NOW = 1_795_381_200;

const TYPES = ["application/json", "application/x-www-form-urlencoded"] as const;
export const typeOf = ({ isForm }: Day) => TYPES[isForm ? 1 : 0];

export function requestOf({ body, how }: Command, day: Day): Request {
  const {
    at = 0,
    headers,
    json = BODIES[body]?.[0] ?? "",
    ...request
  } = HOWS[how] as How;
  const text = day.isBase64 ? Buffer.from(json).toString("base64") : json;
  const time = NOW + at;
  const right = macOf(secret, `${time}.`, text);
  const signature = how === "forged" ? right.replace(/./g, "a") : right;
  const type = typeOf(day);
  const isLoud = how === "with capitals and a charset in its type";
  const all: Record<string, string> = {
    "Content-Type": isLoud ? `${type.replace("app", "App")}; charset=utf-8` : type,
    "Stripe-Signature": `t=${time},v1=${signature}`,
    ...headers,
  };
  if (all["Content-Type"] === OTHER) all["Content-Type"] = TYPES[day.isForm ? 0 : 1];
  for (const [name, value] of Object.entries(all)) if (value === "") delete all[name];
  const isChanged = how === "changed on the way";
  const sent = isChanged ? Buffer.concat([Buffer.from(text), Buffer.from(" ")]) : text;
  // Without a body, there is no length either.
  return { ...request, headers: all, ...(sent.length > 0 && { body: sent }) };
}

export function ruleOf({ body, how }: Command, value: string): string {
  if (/tells|type|without/.test(value)) return RULES.tells;
  const { status, rule = RULES.heard } = HOWS[how] ?? {};
  if (status !== undefined || rule !== RULES.heard) return rule;
  if (typeof BODIES[body]?.[1] === "number") return RULES.body;
  if (value.includes("503")) return RULES.full;
  if (value.includes("200")) return RULES.known;
  return body === 2 ? RULES.raw : RULES.heard;
}

export function tell({ isForm, isBase64, onError, commands }: Day): string[] {
  const lines = commands.map(({ does, body, how }) =>
    does.startsWith("send")
      ? `${COMMANDS[does]} ${String(BODIES[body]?.[0]).slice(0, 40).trim()}, ${how}`
      : COMMANDS[does],
  );
  return [
    ...(isForm ? [`the provider sends ${TYPES[1]}`] : []),
    ...(isBase64 ? ["the provider sends the JSON in base64"] : []),
    ...(onError === "works" ? [] : [`the shop's onError ${onError}`]),
    ...lines,
  ];
}
