/** The senders of a day: what becomes of each message, and what the messages say. */
import { quiet } from "#any-day";
import { formatMoney } from "#given/02-events-and-listeners/given/money.ts";
import type { Email, Senders, Sms } from "#given/03-online-shop/given/senders.ts";
import { namedIn } from "./desk.ts";
import type { Day } from "./story.ts";

type Kind = "email" | "sms";

/** What senders fail with. */
const REASONS: unknown[] = [
  ...[Object.assign(new Error("550"), { responseCode: 550 }), undefined, null],
  ...["no line", new DOMException("the sending was aborted", "AbortError")],
];

export class Mail {
  readonly #outcomes: Day["sendings"];
  readonly #attempts = new Map<string, number>();
  #sent: { kind: Kind; shop: string; message: Email | Sms }[] = [];
  #onTheirWay: { fails: boolean; settle: () => void }[] = [];
  #services = 0;
  #failed = 0;
  /** What the bus has heard of: an answer may say in its own words that a message failed. */
  readonly heardOf: unknown[] = [];

  constructor(outcomes: Day["sendings"]) {
    this.#outcomes = outcomes;
  }

  /** Senders for one notification service. */
  sendersFor(shop: string): Senders {
    const service = this.#services++;
    const send = (kind: Kind) => (message: Email | Sms) => {
      this.#sent.push({ kind, shop, message });
      return this.#outcomeOf(`${service} ${kind}`, Object.values(message).slice(1));
    };
    return Object.create({ sendEmail: send("email"), sendSms: send("sms") });
  }

  /** Whether an error is not one of a sender. */
  isStrange(error: unknown): boolean {
    return !REASONS.includes(error);
  }

  get untold(): number {
    return this.#failed - this.heardOf.length;
  }

  /** Messages on their way arrive or fail: all of them, or only those that fail. */
  async settle(onlyFailing = false): Promise<void> {
    const all = this.#onTheirWay;
    this.#onTheirWay = all.filter(({ fails }) => onlyFailing && !fails);
    for (const one of all) if (!this.#onTheirWay.includes(one)) one.settle();
    await quiet();
  }

  /** What was sent since the last look, in an order that no sender decides. */
  look(totals: Map<string, Set<number>>) {
    const list = (kind: Kind, tell: (message: Email | Sms, shop: string) => string) =>
      this.#sent
        .filter((one) => one.kind === kind)
        .map(({ message, shop }) => tell(message, shop))
        .sort()
        .join("; ") || "nobody";
    const named = (message: Email | Sms) => {
      const numbers = namedIn(message, [...totals.keys()]);
      const amounts = numbers.flatMap((number) =>
        [...(totals.get(number) ?? [])].map(formatMoney),
      );
      return [...numbers, ...namedIn(message, amounts)].join(" and ") || "no order";
    };
    const seen = (["email", "sms"] as const).map((kind) => ({
      kind,
      to: list(kind, ({ to }, shop) => `${to} (${shop})`),
      names: list(kind, named),
    }));
    this.#sent = [];
    return seen;
  }

  /** It is decided by the order and the attempt, whoever sends first. */
  #outcomeOf(sender: string, texts: string[]): unknown {
    const [number = ""] =
      /(?<!\d|\d\.)(?:41|73)\d\d(?!\d|\.\d)/.exec(texts.join(" ")) ?? [];
    const key = `${sender} ${number}`;
    const attempt = (this.#attempts.get(key) ?? 0) + 1;
    this.#attempts.set(key, attempt);
    const place = Number(number) + attempt;
    const outcome = this.#outcomes[place % this.#outcomes.length] ?? "arrives";
    const reason = REASONS[place % REASONS.length];
    if (outcome === "arrives") return { ok: false };
    const fails = outcome !== "is on its way";
    if (outcome.endsWith("way"))
      return new Promise<void>((resolve, reject) => {
        const fail = () => {
          this.#failed += 1;
          reject(reason);
        };
        this.#onTheirWay.push({ fails, settle: fails ? fail : resolve });
      });
    this.#failed += 1;
    if (outcome === "fails at once") throw reason;
    return Promise.reject(reason);
  }
}
