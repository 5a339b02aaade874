// Deliveries made up by chance, on the answer and on a model that signs for itself.
import { createHmac } from "node:crypto";
import { inspect } from "node:util";
import fc from "fast-check";
import { checkDays, type Observation } from "#any-day";
import { github, stripe } from "#lesson/07-webhook/signatures.ts";
import type { Provider } from "../given/provider.ts";
import { comparisons, logarithmic, machine, macOf, outcomeOf, tells } from "./desk.ts";

const TEXTS = ["{}", "", '{"id": "0", "чай": "мед"}', "{}\n", "\ufeff{}"];
const bytes = (one: string | number[]) => Buffer.from(one as string);
/** The first two are not UTF-8. */
const BODIES = [[0xff, 0xfe], [0xfd, 0xfc], ...TEXTS].map(bytes);
const IDS = [undefined, "", "72D3162e-cc78-11e3", "7,8", "0", "id ".repeat(2_000).trim()];
const NOW = 1_795_381_237;

const other = (digit: string) => (digit === "0" ? "1" : "0");
/** Ways to change the right signature. */
const FORMS: Record<string, (right: string) => string> = {
  right: (right) => right,
  "another last digit": (right) => right.replace(/.$/, other),
  "another first digit": (right) => right.replace(/^./, other),
  "a digit more": (right) => `${right}0`,
  "in base64": (right) => Buffer.from(right, "hex").toString("base64"),
  "in capitals": (right) => right.toUpperCase(),
  "letters that end in the same byte": (right: string) =>
    right.replace(/[a-f]/g, (one) => String.fromCharCode(one.charCodeAt(0) + 256)),
  none: () => "",
};
/** Ways to write the time behind `t=`, and which time is signed where that is another one. */
const TIMES: Record<string, (time: number) => [said: string, signed?: string]> = {
  right: (time) => [`${time}`],
  "with tea": (time) => [`${time}tea`],
  "with an exponent": (time) => [`${time}e0`],
  "with a zero that is not signed": (time) => [`0${time}`, `${time}`],
  "before a time long ago, which is signed": (time) => [`${time},t=99`, "99"],
  "behind a time long ago, which is signed": (time) => [`99,t=${time}`, "99"],
  none: () => [""],
};

/** The last three are now if somebody counts in 32 bits, in ms, or with dates. */
const AWAY = [2, 2, 30, 31, 300, 301, 2e3, 2_001, 1e7, 2 ** 32, 2 ** 32, 999 * NOW, 1e13];
/** What is added to the secret with which a forgery is signed, and what to the body after that. */
const FORGERIES: Record<string, [string, string]> = {
  "with a broken secret": ["\n", ""],
  "with the secret of another provider": ["2", ""],
  "before a space was added": ["", " "],
};
interface Sent {
  isStripe: boolean;
  secret: string;
  body: Buffer;
  forgery: string | undefined;
  id: string | undefined;
  signatures: { prefix: string; form: string }[];
  /** So much later than the one before, in seconds, as are `time` and `tolerance`. */
  later: number;
  time: number;
  timeForm: string;
  tolerance: number | undefined;
  hasClock: boolean;
}

const RULES = {
  safely: "signatures are compared with `timingSafeEqual`",
  GitHub:
    "another secret, body or header is refused with a `SignatureError` that does not tell the right one",
  id: "without an id, or with an empty one, the fingerprint of the body is the id",
  Stripe:
    "another body, time, secret or signature is refused, and the right one not told",
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
  const { secret: key, body: signed } = sent;
  const [more = "", space = ""] = FORGERIES[forgery ?? ""] ?? [];
  const signer = key + more;
  const body = Buffer.concat([signed, Buffer.from(space)]);
  const [said, own = said] = TIMES[timeForm]?.(now + time) ?? [""];
  const before = isStripe ? `${own}.` : "";
  const right = macOf(signer, before, signed);
  const fields = sent.signatures.map(({ prefix, form }) => prefix + FORMS[form]?.(right));
  const fitting = (isStripe ? "v1=" : "sha256=") + macOf(key, before, body);
  const isInTime = !isStripe || (timeForm === "right" && Math.abs(time) <= tolerance);
  const isGenuine =
    isInTime && (isStripe ? fields.includes(fitting) : fields.join() === fitting);
  const isHex = /^(v1|sha256)=[0-9a-f]{64}$/.test(fields.join());
  const isClose = isGenuine || (isInTime && isHex);
  const signature = isStripe
    ? { "stripe-signature": [`t=${said}`, ...fields].join() }
    : { "x-hub-signature-256": fields.join() };
  const old = createHmac("sha1", key).update(body).digest("hex");
  const headers = {
    ...{ "x-hub-signature": `sha1=${old}`, "x-github-hook-id": "0" },
    ...(id !== undefined && { "x-github-delivery": id }),
    ...(fields.length > 0 && signature),
  };
  return { delivery: { headers, body }, key, signer, right, isGenuine, isClose, fields };
}

function ruleOf(sent: Sent, isGenuine: boolean): string {
  if (!sent.isStripe) return RULES.GitHub;
  if (sent.later > 0) return RULES.clock;
  if (sent.timeForm !== "right") return RULES.whole;
  if (Math.abs(sent.time) > 200 || sent.tolerance !== undefined) return RULES.tolerance;
  if (sent.signatures.length > 1) return RULES.several;
  return isGenuine ? RULES.again : RULES.Stripe;
}

type Verdict = { value: string; id?: string };
type Judge = (sent: Sent, now: number, made: ReturnType<typeof deliveryOf>) => Verdict;
function observe(day: Sent[], judge: Judge) {
  /** Ids by the order of their appearance: nobody has to choose the same fingerprint. */
  const ids: string[] = [];
  let now = NOW;
  return day.flatMap((sent, at): Observation[] => {
    now += sent.later;
    const made = deliveryOf(sent, now);
    const { value, id } = judge(sent, now, made);
    const what = `delivery ${at + 1}`;
    const seen = [{ rule: ruleOf(sent, made.isGenuine), what, value }];
    const see = (what: string, value: unknown, rule: string) =>
      seen.push({ rule: sent.isStripe ? RULES.again : rule, what, value: `${value}` });
    if (made.isClose)
      see(`timingSafeEqual compares ${what}`, comparisons.count > 0, RULES.safely);
    if (id === undefined) return seen;
    if (!ids.includes(id)) ids.push(id);
    const print = `${id.length < 20 ? "cut id" : "id"} ${ids.indexOf(id)}`;
    see(`the id of ${what}`, IDS.includes(id) ? id : print, RULES.id);
    return seen;
  });
}

function play(day: Sent[]): Observation[] {
  const providers = new Map<string, Provider>();
  let time = NOW;
  const clock = () => time * 1_000;
  return observe(day, (sent, now, { delivery, key, signer, right, fields }) => {
    time = now;
    const { tolerance, hasClock } = sent;
    const given = tolerance !== undefined && { tolerance };
    const options = { ...(hasClock && { clock }), ...given };
    const make = (key: string) => (sent.isStripe ? stripe(key, options) : github(key));
    const name = `${key} ${tolerance} ${hasClock}`;
    const verdict: Verdict = { value: "accepted" };
    const outcome = outcomeOf(() => {
      try {
        if (!hasClock) machine.now = clock;
        const provider = providers.get(name) ?? make(key);
        providers.set(name, provider);
        if (signer !== key) outcomeOf(() => make(signer).verify(delivery));
        comparisons.count = 0;
        // The same may come again, byte for byte, and once more years later.
        provider.verify(delivery);
        const { id, payload } = provider.verify(delivery);
        verdict.id = id;
        if (!delivery.body.equals(payload)) verdict.value = "its payload has other bytes";
        time += 1e9;
        if (sent.isStripe && outcomeOf(() => provider.verify(delivery)) === "accepted")
          verdict.value = "accepted, and once more years later";
      } catch (error) {
        // Its message, and whatever else a log would print; what was sent is known to the sender.
        const known = [fields.join(), ...fields].filter(Boolean);
        const text = known.reduce((all, one) => all.replaceAll(one, ""), inspect(error));
        if (tells(text, key, right)) throw new Error("the refusal tells what is secret");
        throw error;
      } finally {
        machine.now = undefined;
      }
    });
    return outcome === "accepted" ? verdict : { value: `refused with ${outcome}` };
  });
}

function model(day: Sent[]): Observation[] {
  return observe(day, (sent, _now, { delivery, isGenuine }) => {
    comparisons.count = 1;
    const id = sent.id || `body ${delivery.body.toString("hex")}`.padEnd(20);
    return isGenuine ? { value: "accepted", id } : { value: "refused with 401" };
  });
}

function tell(sent: Sent): string {
  const { isStripe, signatures, id, later, time, timeForm, tolerance = 300 } = sent;
  const words = [
    `${JSON.stringify(String(sent.body).slice(0, 20))} of ${sent.body.length} bytes comes with ${signatures.map(({ prefix, form }) => `${prefix}(${form})`).join() || "no signature"}`,
    isStripe &&
      `, ${later} s later, sent ${time} s from now, its time ${timeForm}, tolerance ${tolerance}${sent.hasClock ? "" : ", by the clock of the machine"}`,
    id !== undefined && `, with the id ${JSON.stringify(id)}`,
    sent.forgery && `, signed ${sent.forgery}`,
  ];
  return words.filter(Boolean).join("");
}

const mostly = <Value>(first: Value, others: readonly Value[], weight = 3) =>
  fc.constantFrom(...Array<Value>(weight * others.length).fill(first), ...others);

/** Registers the checks that the days make: of GitHub in step 1, of Stripe in step 2. */
export function anySignature(step: 1 | 2): void {
  const isStripe = step === 2;
  const own = isStripe ? "v1=" : "sha256=";
  const prefixes = ["", "v0=", "sha1=", "v11=", `x${own}`, own.toUpperCase()];
  const [right = "", ...others] = Object.keys(FORMS);
  const ofForm = (form: fc.Arbitrary<string>) =>
    fc.record({ prefix: mostly(own, prefixes), form });
  const signature = ofForm(mostly(right, others));
  const wrong = ofForm(fc.constantFrom(...others));
  const one = fc.array(signature, { minLength: 1, maxLength: 1 });
  const some = fc.array(wrong, { maxLength: 12, size: "max" });
  const many = fc.tuple(some, one, some).map((all) => all.flat());
  const sent = fc.record<Sent>({
    isStripe: fc.constant(isStripe),
    secret: mostly("", ["чай,\nз 'медом'", "whsec_tea", "и\u0306"]),
    body: fc.constantFrom(...BODIES.slice(0, 3), ...BODIES),
    forgery: mostly(undefined, Object.keys(FORGERIES)),
    id: mostly(undefined, isStripe ? [undefined] : IDS),
    signatures: fc.oneof(one, one, fc.array(signature, { maxLength: 3 }), many),
    later: fc.constantFrom(0, 0, 611),
    time: mostly(0, [...AWAY, ...AWAY.map((one) => -one)], 1),
    timeForm: mostly("right", Object.keys(TIMES), 2),
    tolerance: fc.constantFrom(undefined, undefined, 0, 0, 30, 2_000, 1e8),
    hasClock: fc.boolean(),
  });
  const rules = Object.values(RULES).filter((_, at) => isStripe === at > 2);
  const sents = fc.array(sent, { minLength: 1, maxLength: 8, size: "max" });
  // Long ones differ only at their ends; secrets are in hex, as many make them.
  const day = fc
    .tuple(logarithmic(1_000), logarithmic(100_000), sents)
    .map(([longer, more, day]) =>
      day.map(({ secret, body, ...sent }) => ({
        ...sent,
        secret: `${isStripe ? "whsec_" : ""}${"0d7f".repeat(5 + longer)}${secret}`,
        body: Buffer.concat([Buffer.alloc(more, " "), body]),
      })),
    );
  checkDays<Sent[]>(step, rules, {
    ...{ day: fc.noBias(day), play, model },
    story: (day) => day.map(tell),
    rule: (_day, seen) => seen ?? rules[0] ?? "",
  });
}
