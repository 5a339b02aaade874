/** What can happen on a day at the door of the shop, how it is told, and which rule it is about. */
import { hexOf } from "./desk.ts";

export const RULES = {
  heard: "a signed delivery gets 202, and the bus one event of its status and its id",
  known: "a known delivery gets 200 and no event, also at once and after a restart",
  start: "at the start, the bus gets what is stored and not handled, whatever its status",
  unsigned: "a delivery that is not signed gets 401, whatever its body holds",
  body: "a signed body gets 400 if it is not JSON, and 422 if it is not an order",
  type: "another content type, none, or a compressed body gets 415, signed or not",
  full: "a delivery that cannot be stored gets 503 with `Retry-After`, and 202 when it comes again",
  tells:
    "every refusal is a problem as in RFC 9457, and tells no signature, path or stack",
} as const;

export const BODIES = [
  '{"order_id": 1, "status": "created"}',
  '{"order_id": 1, "status": "paid"}',
  '{ "status" : "shipped", "order_id": 2, "note": "чай" }',
  '{"order_id": 9007199254740993, "status": "paid"}',
  '{"order_id": 777',
  '["чай"]',
];
/** What each of them says, or the status with which it is refused. */
export const MEANINGS = [
  "order.created 1",
  "order.paid 1",
  "order.shipped 2",
  422,
  400,
  422,
];

export interface Command {
  does: "send" | "send twice" | "restart" | "works" | "idles" | "fills" | "heals";
  body: number;
  how: "genuine" | "forged" | "late" | "changed" | "as plain text" | "packed";
  /** In seconds: when it was signed, each attempt at another time. */
  at: number;
}

export const NOW = 1_795_381_200;

export function requestOf({ body, how, at }: Command) {
  const text = BODIES[body] ?? "";
  const time = NOW + at - (how === "late" ? 900 : 0);
  const right = hexOf(`${time}.`, text);
  const signature = how === "forged" ? right.replace(/./g, "a") : right;
  const headers: Record<string, string> = {
    "Content-Type": how === "as plain text" ? "text/plain" : "application/json",
    "Stripe-Signature": `t=${time},v1=${signature}`,
  };
  if (how === "packed") headers["Content-Encoding"] = "gzip";
  const sent = how === "changed" ? text.replace("1", "3") : text;
  return { request: { headers, body: how === "changed" ? `${sent} ` : sent }, right };
}

export function ruleOf({ body, how }: Command, value: string): string {
  if (/tells|is not a problem/.test(value)) return RULES.tells;
  if (how === "as plain text" || how === "packed") return RULES.type;
  if (how !== "genuine") return RULES.unsigned;
  if (typeof MEANINGS[body] === "number") return RULES.body;
  if (value.includes("503")) return RULES.full;
  return value.includes("200") ? RULES.known : RULES.heard;
}

export function tell({ does, body, how, at }: Command): string {
  const forms: Record<Command["how"], string> = {
    genuine: `signed ${at} s from now`,
    forged: "forged",
    late: "signed long ago",
    changed: "changed on the way",
    "as plain text": "as text/plain",
    packed: "said to be compressed",
  };
  const lines: Record<Command["does"], string> = {
    send: `the partner sends ${BODIES[body]}, ${forms[how]}`,
    "send twice": `the partner sends ${BODIES[body]} twice at once, ${forms[how]}`,
    restart: "the shop is killed in the middle of a line, and opened again",
    works: "the worker works",
    idles: "the worker has a break: it hears events, and handles none",
    fills: "the disk is full",
    heals: "the disk has room",
  };
  return lines[does];
}
