// Deliveries made up by chance, on the answer and on a model that signs for itself.
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { inspect } from "node:util";
import fc from "fast-check";
import { type Observation, playDays } from "#any-day";
import { github, stripe } from "#lesson/07-webhook/signatures.ts";
import type { Provider, RawDelivery } from "../given/provider.ts";
import { outcomeOf } from "./desk.ts";

const SECRETS = ["whsec_tea", "whsec_чай з медом", `whsec_${"long".repeat(30)}`];
const BODIES = [
  "{}",
  "",
  '{"чай": "мед"}',
  "\u{1f6d2}",
  "{}\n",
  "\ufeff{}",
  "\xff\xfe",
  "\xfd\xfc",
  "{".repeat(900),
];
const IDS = ["", "72D3162e-cc78-11e3", "7,8", "0", "id ".repeat(100).trim()];
const NOW = 1_795_381_200;

/** Ways to change the right signature, and whether it still fits. */
const FORMS = {
  genuine: (right: string) => right,
  "another digit": (right: string) =>
    right.replace(/.$/, right.endsWith("0") ? "1" : "0"),
  "a digit less": (right: string) => right.slice(0, -1),
  "a digit more": (right: string) => `${right}0`,
  "half of it": (right: string) => right.slice(0, 32),
  "in capitals": (right: string) => right.toUpperCase(),
  "twice over": (right: string) => right + right,
  "letters of two bytes": () => "é".repeat(64),
  "half of the letters have two bytes": () => "é".repeat(32),
  none: () => "",
};
type Form = keyof typeof FORMS;

interface Sent {
  from: "GitHub" | "Stripe";
  /** Which secret the sender has, and which the receiver. */
  signs: number;
  secret: number;
  body: number;
  /** Sent instead of the body that was signed. */
  changed: boolean;
  /** What GitHub sends for an id, if anything. */
  id: string | undefined;
  forms: Form[];
  prefix: string;
  /** In seconds from now. */
  signedAt: number;
  saidAt: number;
}

export const RULES = {
  GitHub: [
    "another secret, body or header is refused with a `SignatureError` that does not tell the right one",
    "without an id, or with an empty one, the fingerprint of the body is the id",
  ],
  Stripe: [
    "another body, time, secret or header is refused, and the right signature not told",
    "time and bytes are signed, compared with `timingSafeEqual`; a redelivery keeps its id",
  ],
} as const;

const mac = (secret: string, ...parts: (string | Buffer)[]) =>
  parts
    .reduce((sum, part) => sum.update(part), createHmac("sha256", secret))
    .digest("hex");

/** The bytes of a body; some of them are not UTF-8. */
const bytesOf = (text: string) =>
  Buffer.from(text, /[\xfc-\xff]/.test(text) ? "latin1" : "utf8");

function deliveryOf(sent: Sent) {
  const signed = bytesOf(BODIES[sent.body] ?? "");
  const body = sent.changed ? Buffer.concat([signed, Buffer.from(" ")]) : signed;
  const key = SECRETS[sent.signs] ?? "";
  const isStripe = sent.from === "Stripe";
  const right = isStripe ? mac(key, `${NOW + sent.signedAt}.`, signed) : mac(key, signed);
  const values = sent.forms.map((form) => FORMS[form](right));
  const fields = values.map((value) => `${sent.prefix}${value}`).join(",");
  const headers: RawDelivery["headers"] = isStripe
    ? { "stripe-signature": `t=${NOW + sent.saidAt},${fields}` }
    : {
        "x-hub-signature-256": fields,
        ...(sent.id !== undefined && { "x-github-delivery": sent.id }),
      };
  return { delivery: { headers, body }, right, isStripe };
}

/** The model: sign again, and look whether that is what was sent. */
function expected(sent: Sent): boolean {
  const { delivery, isStripe } = deliveryOf(sent);
  const key = SECRETS[sent.secret] ?? "";
  const { headers, body } = delivery;
  if (!isStripe) return headers["x-hub-signature-256"] === `sha256=${mac(key, body)}`;
  const [, ...fields] = String(headers["stripe-signature"]).split(",");
  const wanted = `v1=${mac(key, `${NOW + sent.saidAt}.`, body)}`;
  return Math.abs(sent.saidAt) <= 300 && fields.includes(wanted);
}

function observe(day: Sent[], verify: (sent: Sent) => string): Observation[] {
  return day.flatMap((sent) => {
    const what = `the delivery from ${sent.from}`;
    const [rule, idRule] = RULES[sent.from];
    const [value, id] = verify(sent).split(", ");
    return [
      { rule, what, value },
      ...(id === undefined ? [] : [{ rule: idRule, what: "its id", value: id }]),
    ];
  });
}

/** An id by the order of appearance, so that nobody has to choose the same fingerprint. */
function numbering() {
  const known: string[] = [];
  return (id: string) => {
    if (!known.includes(id)) known.push(id);
    return `id ${known.indexOf(id) + 1}`;
  };
}

function play(day: Sent[]): Observation[] {
  const providers = new Map<string, Provider>();
  const number = numbering();
  return observe(day, (sent) => {
    const name = `${sent.from} ${sent.secret}`;
    const make = sent.from === "GitHub" ? github : stripe;
    const secret = SECRETS[sent.secret] ?? "";
    const provider = providers.get(name) ?? make(secret, { clock: () => NOW * 1_000 });
    providers.set(name, provider);
    const { delivery, right } = deliveryOf(sent);
    let id = "";
    let isWhole = true;
    let message = "";
    const outcome = outcomeOf(() => {
      try {
        const signed = provider.verify(delivery);
        id = signed.id;
        isWhole = delivery.body.equals(signed.payload);
      } catch (error) {
        // Its message, and whatever else a log would print of it.
        message = inspect(error);
        throw error;
      }
    });
    // A piece of it is a beginning for those who guess.
    if (message.includes(right.slice(0, 12))) return "the refusal tells the signature";
    if (outcome !== "accepted") return `refused with ${outcome}`;
    if (!isWhole) return "the payload has other bytes";
    return `accepted, ${IDS.includes(id) ? id : number(id)}`;
  });
}

function model(day: Sent[]): Observation[] {
  const number = numbering();
  return observe(day, (sent) =>
    expected(sent)
      ? `accepted, ${sent.id || number(deliveryOf(sent).delivery.body.toString("hex"))}`
      : "refused with 401",
  );
}

function tell(sent: Sent): string {
  const { from, signs, secret, body, changed, forms, prefix, signedAt, saidAt, id } =
    sent;
  const text = (BODIES[body] ?? "").slice(0, 20);
  const when =
    from === "GitHub"
      ? ""
      : `, signed ${signedAt} s from now, saying ${saidAt} s from now`;
  const key = signs === secret ? "" : ", with another secret";
  const change = changed ? ", and a space is added on the way" : "";
  const named = id === undefined ? "" : `, with the id ${JSON.stringify(id)}`;
  return `${from} sends ${JSON.stringify(text)}: ${forms.map((form) => prefix + form).join(", ")}${when}${named}${key}${change}`;
}

/** Registers the check in a step: GitHub from step 1 on, Stripe from step 2 on. */
export function anySignature(step: 1 | 2): void {
  const mostly = <Value>(first: Value, others: Value[]) =>
    fc.oneof(
      { weight: 4, arbitrary: fc.constant(first) },
      { weight: 1, arbitrary: fc.constantFrom(...others) },
    );
  const form = mostly<Form>("genuine", Object.keys(FORMS) as Form[]);
  const time = fc.oneof(fc.constant(0), fc.constantFrom(-300, 300, -301, 301, -1, 1e9));
  const sent = fc
    .record({
      secret: fc.nat(SECRETS.length - 1),
      stranger: mostly(false, [true]),
      body: fc.nat(BODIES.length - 1),
      changed: mostly(false, [true]),
      id: mostly<string | undefined>(undefined, step === 1 ? IDS : [undefined]),
      forms: fc.array(form, { minLength: 1, maxLength: step === 1 ? 2 : 6 }),
      prefix: mostly(step === 1 ? "sha256=" : "v1=", ["", "v0=", "sha1=", "v11="]),
      signedAt: time,
      honest: mostly(true, [false]),
      saidAt: time,
    })
    .map(
      ({ stranger, honest, ...one }): Sent => ({
        ...one,
        from: step === 1 ? "GitHub" : "Stripe",
        signs: (one.secret + (stranger ? 1 : 0)) % SECRETS.length,
        saidAt: honest ? one.signedAt : one.saidAt,
      }),
    );
  const lesson = {
    day: fc.array(sent, { minLength: 1, maxLength: 4 }),
    play,
    model,
    story: (day: Sent[]) => day.map(tell),
    rule: (day: Sent[], seen?: string) => seen ?? RULES[day[0]?.from ?? "GitHub"][0],
  };
  test(`step ${step} · on any day, all of this holds`, () => playDays(lesson));
}
