// Deliveries made up by chance, on the answer and on a model that signs for itself.
import { inspect } from "node:util";
import fc from "fast-check";
import { checkDays, type Observation } from "#any-day";
import { github, stripe } from "#lesson/07-webhook/signatures.ts";
import type { Provider } from "../given/provider.ts";
import { macOf, outcomeOf } from "./desk.ts";

const SECRETS = ["whsec_tea", "whsec_чай\nз 'медом'", `whsec_${"long".repeat(30)}`];
const BODIES = [
  ...["{}", "", '{"чай": "мед"}', "{}\n", "\ufeff{}", "{".repeat(900)].map((text) =>
    Buffer.from(text),
  ),
  ...[Buffer.of(0xff, 0xfe), Buffer.of(0xfd, 0xfc)], // not UTF-8
];
const IDS = [undefined, "", "72D3162e-cc78-11e3", "7,8", "0", "id ".repeat(100).trim()];
const NOW = 1_795_381_237;

/** Ways to change the right signature. */
const FORMS = {
  right: (right: string) => right,
  "another digit": (right: string) =>
    right.replace(/.$/, right.endsWith("0") ? "1" : "0"),
  "a space more": (right: string) => `${right} `,
  "half of it": (right: string) => right.slice(0, 32),
  "in capitals": (right: string) => right.toUpperCase(),
  "letters that end in the same byte": (right: string) =>
    right.replace(/[a-f]/g, (one) => String.fromCharCode(one.charCodeAt(0) + 256)),
  none: () => "",
};
type Form = keyof typeof FORMS;
/** Ways to write the time behind `t=`, and which time is signed where that is another one. */
const TIMES = {
  right: (time: number) => [`${time}`],
  "with tea": (time: number) => [`${time}tea`],
  "with a half": (time: number) => [`${time}.5`],
  "with an exponent": (time: number) => [`${time}e0`],
  "with a plus": (time: number) => [`+${time}`],
  "with a space": (time: number) => [` ${time}`],
  "with a zero that is not signed": (time: number) => [`0${time}`, `${time}`],
  "before a time long ago, which is signed": (time: number) => [`${time},t=99`, "99"],
  "behind a time long ago, which is signed": (time: number) => [`99,t=${time}`, "99"],
  none: () => [""],
};

const FORGERIES = ["with another secret", "before a space was added"] as const;

interface Sent {
  /** By Stripe; otherwise by GitHub. */
  isStripe: boolean;
  secret: number;
  body: number;
  /** How it was signed, where it should not be believed. */
  forgery: (typeof FORGERIES)[number] | undefined;
  /** What GitHub sends for an id, if anything. */
  id: string | undefined;
  signatures: { prefix: string; form: Form }[];
  /** So much later than the one before, in seconds. */
  later: number;
  /** When it is sent, in seconds from then. */
  time: number;
  timeForm: keyof typeof TIMES;
  tolerance: number | undefined;
}

export const RULES = {
  GitHub:
    "another secret, body or header is refused with a `SignatureError` that does not tell the right one",
  id: "without an id, or with an empty one, the fingerprint of the body is the id",
  Stripe:
    "another body, time, secret or header is refused, and the right signature not told",
  several: "of several `v1` one must fit, and other versions do not count",
  tolerance:
    "a time further away than `tolerance` is refused, in the past and in the future",
  clock: "the clock is asked at every delivery; without one it is `Date.now`, in ms",
  whole: "a time that is not a whole number is refused, however well it is signed",
  again:
    "time and bytes are signed, compared with `timingSafeEqual`; a redelivery keeps its id",
} as const;

/** What a delivery looks like when it comes in at `now`, and whether it must be believed. */
function deliveryOf(sent: Sent, now: number) {
  const { isStripe, id, time, timeForm, forgery, tolerance = 300 } = sent;
  const key = SECRETS[sent.secret] ?? "";
  const signer = forgery === FORGERIES[0] ? "whsec_tee" : key;
  const signed = BODIES[sent.body] ?? Buffer.of();
  const body = Buffer.concat([signed, Buffer.from(forgery === FORGERIES[1] ? " " : "")]);
  const [said, own = said] = TIMES[timeForm](now + time);
  const before = isStripe ? `${own}.` : "";
  const right = macOf(signer, before, signed);
  const fields = sent.signatures.map(({ prefix, form }) => prefix + FORMS[form](right));
  const fitting = macOf(key, before, body);
  const isInTime = timeForm === "right" && Math.abs(time) <= tolerance;
  const isGenuine = isStripe
    ? isInTime && fields.includes(`v1=${fitting}`)
    : fields.join() === `sha256=${fitting}`;
  const signature = isStripe
    ? { "stripe-signature": [`t=${said}`, ...fields].join() }
    : { "x-hub-signature-256": fields.join() };
  const headers = {
    ...(id !== undefined && { "x-github-delivery": id }),
    ...(fields.length > 0 && signature),
  };
  return { delivery: { headers, body }, key, right, isGenuine, fields };
}

function ruleOf(sent: Sent): string {
  if (!sent.isStripe) return RULES.GitHub;
  if (sent.later > 0) return RULES.clock;
  if (sent.timeForm !== "right") return RULES.whole;
  if (Math.abs(sent.time) > 200 || sent.tolerance !== undefined) return RULES.tolerance;
  return sent.signatures.length > 1 ? RULES.several : RULES.Stripe;
}

type Verdict = { value: string; id?: string };

function observe(day: Sent[], judge: (sent: Sent, now: number) => Verdict) {
  /** Ids by the order of their appearance: nobody has to choose the same fingerprint. */
  const ids: string[] = [];
  let now = NOW;
  return day.flatMap((sent, at): Observation[] => {
    now += sent.later;
    const { value, id } = judge(sent, now);
    const what = `delivery ${at + 1}`;
    const seen = { rule: ruleOf(sent), what, value };
    if (id === undefined) return [seen];
    if (!ids.includes(id)) ids.push(id);
    const shown = IDS.includes(id) ? id : `id ${ids.indexOf(id) + 1}`;
    const rule = sent.isStripe ? RULES.again : RULES.id;
    return [seen, { rule, what: `the id of ${what}`, value: shown }];
  });
}

function play(day: Sent[]): Observation[] {
  const providers = new Map<string, Provider>();
  let time = NOW;
  const clock = () => time * 1_000;
  return observe(day, (sent, now) => {
    time = now;
    const { tolerance } = sent;
    const { delivery, key, right, fields } = deliveryOf(sent, now);
    const options = { clock, ...(tolerance !== undefined && { tolerance }) };
    const name = `${key} ${tolerance}`;
    const provider =
      providers.get(name) ?? (sent.isStripe ? stripe(key, options) : github(key));
    providers.set(name, provider);
    let verdict: Verdict = { value: "accepted" };
    const outcome = outcomeOf(() => {
      try {
        // The partner may send the same again, byte for byte.
        provider.verify(delivery);
        const { id, payload } = provider.verify(delivery);
        const isSame = delivery.body.equals(payload);
        verdict = { value: isSame ? "accepted" : "its payload has other bytes", id };
      } catch (error) {
        // Its message, and whatever else a log would print; what was sent is known to the sender.
        const text = fields.reduce(
          (all, field) => all.replaceAll(field || "\0", ""),
          inspect(error),
        );
        if (tells(text, key, right))
          throw new Error("the refusal tells the signature or the secret");
        throw error;
      }
    });
    return outcome === "accepted" ? verdict : { value: `refused with ${outcome}` };
  });
}

/** Whether a string tells a key, or a piece of a signature, in hex or in base64. */
function tells(text: string, key: string, signature: string): boolean {
  const base64 = Buffer.from(signature, "hex").toString("base64");
  const pieces = [signature, base64].flatMap((one) => one.match(/.{6}/g) ?? []);
  const lower = text.toLowerCase();
  return [key, ...pieces].some((piece) => lower.includes(piece.toLowerCase()));
}

function model(day: Sent[]): Observation[] {
  return observe(day, (sent, now) => {
    const { delivery, isGenuine } = deliveryOf(sent, now);
    const id = sent.id || `body ${delivery.body.toString("hex")}`;
    return isGenuine ? { value: "accepted", id } : { value: "refused with 401" };
  });
}

function tell(sent: Sent): string {
  const { isStripe, signatures, id, later, time, timeForm, tolerance } = sent;
  const signed = signatures.map(({ prefix, form }) => `${prefix}(${form})`).join();
  const words = [
    `${JSON.stringify(String(BODIES[sent.body]).slice(0, 20))} comes`,
    isStripe && later > 0 && ` ${later} s later`,
    ` with ${signed}`,
    isStripe && `, sent ${time} s from now, its time ${timeForm}`,
    isStripe && tolerance !== undefined && `, tolerance ${tolerance}`,
    id !== undefined && `, with the id ${JSON.stringify(id)}`,
    sent.forgery && `, signed ${sent.forgery}`,
  ];
  return words.filter(Boolean).join("");
}

const mostly = <Value>(first: Value, others: readonly Value[], weight = 6) =>
  fc.oneof(
    { weight, arbitrary: fc.constant(first) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );

/** Registers the checks that the days make: of GitHub in step 1, of Stripe in step 2. */
export function anySignature(step: 1 | 2): void {
  const isStripe = step === 2;
  const prefixes = ["", "v0=", "sha1=", "v11=", isStripe ? "V1=" : "SHA256="];
  const signature = fc.record({
    prefix: mostly(isStripe ? "v1=" : "sha256=", prefixes),
    form: mostly("right", Object.keys(FORMS) as Form[]),
  });
  const one = fc.array(signature, { minLength: 1, maxLength: 1 });
  const sent = fc.record<Sent>({
    isStripe: fc.constant(isStripe),
    secret: fc.nat(2),
    body: fc.oneof(fc.nat(1), fc.constantFrom(6, 7), fc.nat(BODIES.length - 1)),
    forgery: mostly<Sent["forgery"]>(undefined, FORGERIES),
    id: fc.constantFrom(...(isStripe ? [undefined] : IDS)),
    signatures: fc.oneof(one, one, fc.array(signature, { maxLength: 3 })),
    later: fc.constantFrom(0, 0, 611),
    time: fc.constantFrom(0, 0, 0, 0, -300, 300, -301, 301, -30, -2, 1e7),
    timeForm: mostly("right", Object.keys(TIMES) as (keyof typeof TIMES)[], 2),
    tolerance: fc.constantFrom(undefined, undefined, undefined, 0, 30, 2_000, 1e8),
  });
  const { GitHub, id, clock: _, again: __, ...ofStripe } = RULES;
  const rules = isStripe ? Object.values(ofStripe) : [GitHub, id];
  checkDays<Sent[]>(step, rules, {
    day: fc.noBias(fc.array(sent, { minLength: 1, maxLength: 4, size: "max" })),
    play,
    model,
    story: (day) => day.map(tell),
    rule: (_day, seen) => seen ?? rules[0] ?? "",
  });
}
