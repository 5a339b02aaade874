/** One shop with a publisher and a consumer on a line of its own, and what must be true of them. */
import type { ConsumeMessage } from "amqplib";
import type { Line, StandIn } from "#broker/stand-in";
import { type BusEvent, createEvent } from "#bus/contract";
import type { RabbitConsumer } from "#lesson/06-rabbitmq/rabbit-consumer.ts";
import type { RabbitPublisher } from "#lesson/06-rabbitmq/rabbit-publisher.ts";
import { consumerOn, dead, fate, publisherOn, publishing, queue, watch } from "./desk.ts";
import type { Command, Day, Rule } from "./story.ts";

export interface Place {
  broker: StandIn;
  step: number;
  see(rule: Rule, what: string, due: unknown, seen: unknown): void;
  sent: BusEvent[];
}

interface Letter {
  event: BusEvent;
  states: string[];
  isOdd: boolean;
  /** Published when the publisher was closed here already. */
  isLate: boolean;
}

interface Job {
  id: string;
  end: (error?: Error) => void;
  /** How it ended; `late` if nobody could tell the broker. */
  ended?: "done" | "failed" | "late";
}

export class Shop {
  readonly #place: Place;
  readonly #name: string;
  readonly #line: Line;
  readonly #publisher: RabbitPublisher;
  #consumer: RabbitConsumer | undefined;
  readonly #queue: string;
  readonly #mandatory: boolean;
  readonly #window: number;
  readonly #prefetch: number;
  readonly #letters: Letter[] = [];
  readonly #jobs: Job[] = [];
  readonly #flushes: { states: string[]; letters: Letter[] }[] = [];
  readonly #errors: unknown[] = [];
  #failures = 0;
  #lost = 0;
  /** How many of the publishes that came to the broker were answered so that this shop heard it. */
  #told = 0;
  #isHeld = false;
  #isBlocked = false;
  #isOver = false;
  #channelGone = false;
  #closedWhileBlocked = false;
  #consumerGone = false;
  #lossDue = 0;
  #closing: { publisher?: string[]; consumer?: string[] } = {};
  readonly #tags: { publisher: number; consumer: number };

  static async open(place: Place, day: Day, at: number): Promise<Shop> {
    const { connection, line } = await place.broker.connect();
    connection.on("error", () => {});
    const window = day.window[at];
    const publisher = await publisherOn(connection, {
      mandatory: day.mandatory[at] ?? false,
      ...(window !== undefined && { window }),
    });
    const shop = new Shop(place, day, at, line, publisher);
    if (place.step < 6) return shop;
    const prefetch = day.prefetch[at];
    shop.#consumer = await consumerOn(connection, (event) => shop.#work(event), {
      queue: shop.#queue,
      patterns: ["user.*"],
      ...(prefetch !== undefined && { prefetch }),
      onError: (error: unknown, message: ConsumeMessage) => {
        shop.#errors.push([error, message.properties.messageId]);
      },
      onLost: () => {
        shop.#lost += 1;
      },
    });
    shop.#tags.consumer = Math.max(...line.channels.keys());
    return shop;
  }

  private constructor(
    place: Place,
    day: Day,
    at: number,
    line: Line,
    publisher: RabbitPublisher,
  ) {
    this.#place = place;
    this.#name = `shop ${at + 1}`;
    this.#line = line;
    this.#publisher = publisher;
    this.#queue = day.share || at === 0 ? queue : "analytics-worker";
    this.#mandatory = day.mandatory[at] ?? false;
    this.#window = day.window[at] ?? 256;
    this.#prefetch = day.prefetch[at] ?? 10;
    this.#tags = { publisher: Math.max(...line.channels.keys()), consumer: 0 };
  }

  perform({ does, name, nth }: Command): void {
    const line = this.#line;
    const refusal = { code: 406, message: "PRECONDITION_FAILED - a rule was broken" };
    const calm = !this.#isHeld && !this.#isBlocked && !this.#isOver;
    const inHand = this.#jobs.filter(({ ended }) => ended === undefined);
    const job = inHand[nth % Math.max(inHand.length, 1)];
    if (does === "publish") this.#publish(createEvent(name, { nth }));
    if (does === "publish what JSON cannot hold")
      this.#publish(createEvent(name, { nth: 7n }), true);
    const last = this.#letters.at(-1);
    // While an event is on its way, nobody publishes it a second time.
    if (does === "publish again" && last && last.states[0] !== "pending" && !last.isOdd)
      this.#publish(last.event);
    if (does === "hold" && calm) {
      this.#isHeld = true;
      line.hold();
    }
    if (does === "release" && this.#isHeld) {
      this.#isHeld = false;
      line.release();
    }
    if (does === "cut" && !this.#isOver) this.#end(() => line.cut());
    if (does === "goodbye" && calm) this.#end(() => line.sayGoodbye());
    if (does === "close the publisher's channel" && calm && !this.#closing.publisher) {
      if (!this.#channelGone) line.refuse(this.#tags.publisher, refusal);
      this.#channelGone = true;
    }
    if (does === "close the consumer's channel" && calm && !this.#closing.consumer) {
      if (!this.#consumerGone) line.refuse(this.#tags.consumer, refusal);
      this.#loseConsumer();
    }
    if (does === "delete the queue" && this.#consumer && calm && this.#queue !== queue) {
      this.#place.broker.deleteQueue(this.#queue);
      if (!this.#closing.consumer) this.#loseConsumer();
    }
    if (does === "finish" && job) this.#finish(job);
    if (does === "fail" && job) this.#finish(job, new Error("no paper"));
    if (does === "flush") {
      const letters = this.#letters.filter(({ isLate }) => !isLate);
      this.#flushes.push({ states: watch([this.#publisher.flush()]), letters });
    }
    if (does === "close the publisher") {
      this.#closedWhileBlocked ||= this.#isBlocked && !this.#closing.publisher;
      this.#closing.publisher ??= [];
      this.#closing.publisher.push("");
      const at = this.#closing.publisher.length - 1;
      this.#watchInto(this.#closing.publisher, at, this.#publisher.close());
    }
    if (does === "close the consumer" && this.#consumer) {
      this.#closing.consumer ??= [];
      this.#closing.consumer.push("");
      const at = this.#closing.consumer.length - 1;
      this.#watchInto(this.#closing.consumer, at, this.#consumer.close());
    }
    if (does === "block" && calm) {
      this.#isBlocked = true;
      this.#closedWhileBlocked ||= this.#closing.publisher?.includes("pending") ?? false;
      line.block();
    }
    if (does === "unblock" && this.#isBlocked) {
      this.#isBlocked = false;
      line.unblock();
    }
  }

  /** What can be seen when all is quiet. */
  look(when: string, shops: readonly Shop[]): void {
    const { see } = this.#place;
    const at = `${when}: ${this.#name}`;
    const here = this.#arrived();
    if (!this.#isHeld && !this.#isOver && !this.#channelGone) this.#told = here.length;
    const valid = this.#valid();
    const order = here.map(({ properties }) =>
      valid.findIndex(({ event }) => event.id === properties.messageId),
    );
    const inOrder = order.every((place, next) => place >= (order[next - 1] ?? -1));
    see("order", `${at}, events come to the broker in order`, true, inOrder);
    const isQuiet = !this.#isBlocked && !this.#isOver && !this.#channelGone;
    if (isQuiet && !this.#closedWhileBlocked) {
      const due = Math.min(valid.length, this.#told + this.#window);
      see("window", `${at}, events that came to the broker`, due, here.length);
    }
    for (const [number, letter] of valid.entries()) {
      if (this.#closedWhileBlocked && letter.states[0] !== "resolved") continue;
      const due = this.#outcome(number);
      const rule = this.#ruleOf(number, due);
      see(
        rule,
        `${at}, publish of ${letter.event.name}, number ${number + 1}`,
        due,
        fate(letter.states[0]),
      );
    }
    for (const { states, letters } of this.#flushes) {
      const due = letters.every((one) => one.states[0] !== "pending")
        ? "resolved"
        : "pending";
      see("flush", `${at}, flush`, due, states[0]);
    }
    this.#lookAtClosing(at);
    if (this.#consumer) this.#lookAtWork(at, shops);
  }

  /** Nobody is held or blocked for ever: whoever still is, is cut off. */
  atTheEnd(): void {
    if (this.#isHeld) this.perform({ does: "release", shop: 0, name: "", nth: 0 });
    if (this.#isBlocked) this.perform({ does: "unblock", shop: 0, name: "", nth: 0 });
  }

  lookBack(): void {
    const { see } = this.#place;
    for (const { isOdd, isLate, states } of this.#letters) {
      if (isLate)
        see(
          "closePublisher",
          `${this.#name}, publish after close`,
          "rejected",
          fate(states[0]),
        );
      else if (isOdd)
        see("json", `${this.#name}, publish of a BigInt`, "rejected", fate(states[0]));
      else
        see(
          "resolves",
          `${this.#name}, publish has an outcome`,
          true,
          states[0] !== "pending",
        );
    }
  }

  #publish(event: BusEvent, isOdd = false): void {
    const isLate = this.#closing.publisher !== undefined;
    const states = watch([publishing(this.#publisher, event)]);
    this.#letters.push({ event, states, isOdd, isLate });
  }

  #valid(): Letter[] {
    return this.#letters.filter(({ isOdd, isLate }) => !isOdd && !isLate);
  }

  #arrived() {
    return this.#place.broker.published.filter(({ line }) => line === this.#line);
  }

  /** What the broker's book says of a publish. */
  #outcome(number: number): string {
    const answer = this.#arrived()[number]?.answer;
    if (number < this.#told) {
      if (answer === "refused") return "rejected";
      return answer === "returned" && this.#mandatory ? "UnroutableError" : "resolved";
    }
    return this.#isOver || this.#channelGone ? "rejected" : "pending";
  }

  #ruleOf(number: number, due: string): Rule {
    if (due === "UnroutableError") return "unroutable";
    if (due === "rejected") return number < this.#told ? "refused" : "cut";
    return "resolves";
  }

  #lookAtClosing(at: string): void {
    const { see } = this.#place;
    const isEnded = this.#isOver || this.#isBlocked;
    for (const state of this.#closing.publisher ?? []) {
      const isDue =
        isEnded || this.#closedWhileBlocked || !this.#isHeld || this.#channelGone;
      if (state === "resolved" && this.#isHeld) continue;
      const rule = this.#isBlocked ? "closeBlocked" : "closePublisher";
      see(rule, `${at}, the publisher's close`, isDue ? "resolved" : "pending", state);
    }
    for (const state of this.#closing.consumer ?? []) {
      const isBusy = this.#jobs.some(({ ended }) => ended === undefined);
      if (state === "resolved" && (this.#isHeld || this.#consumerGone)) continue;
      if (isBusy && isEnded) continue;
      const isDue = !isBusy && (isEnded || !this.#isHeld || this.#consumerGone);
      const rule = this.#isBlocked ? "closeBlocked" : "closeConsumer";
      see(rule, `${at}, the consumer's close`, isDue ? "resolved" : "pending", state);
    }
  }

  #lookAtWork(at: string, shops: readonly Shop[]): void {
    const { see, broker, step } = this.#place;
    const mine = broker.inHand().filter(({ channel }) => channel.line === this.#line);
    const open = this.#jobs.filter(({ ended }) => ended === undefined);
    const isCalm = !this.#isHeld && !this.#isBlocked;
    if (isCalm && !this.#isOver && !this.#consumerGone)
      see("acknowledged", `${at}, in hand for the broker`, open.length, mine.length);
    see(
      "prefetch",
      `${at}, in hand within the prefetch`,
      true,
      mine.length <= this.#prefetch,
    );
    const isFree =
      isCalm && !this.#isOver && !this.#consumerGone && !this.#closing.consumer;
    if (isFree && broker.waiting(this.#queue).length > 0)
      see("prefetch", `${at}, in hand while others wait`, this.#prefetch, mine.length);
    if (step < 7) return;
    see(
      "onError",
      `${at}, failures that were told to onError`,
      this.#failures,
      this.#errors.length,
    );
    see("onLost", `${at}, calls of onLost`, this.#lossDue, this.#lost);
    if (!shops.every((one) => !one.#isHeld && !one.#isBlocked)) return;
    const sharers = shops.filter((one) => one.#queue === this.#queue);
    const ended = (how: Job["ended"]) =>
      sharers.flatMap((one) => one.#jobs).filter((one) => one.ended === how).length;
    const deadLetters = this.#queue === queue ? dead : "analytics-worker.dead";
    see(
      "dead",
      `${at}, dead letters`,
      ended("failed"),
      broker.waiting(deadLetters).length,
    );
  }

  #work({ id }: BusEvent): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (error?: Error) => (error ? reject(error) : resolve());
      this.#jobs.push({ id, end });
    });
  }

  #finish(job: Job, error?: Error): void {
    const isAlive = !this.#isOver && !this.#consumerGone;
    job.ended = isAlive ? (error ? "failed" : "done") : "late";
    if (error) this.#failures += 1;
    job.end(error);
  }

  #end(happens: () => void): void {
    happens();
    this.#isOver = true;
    this.#isHeld = false;
    this.#isBlocked = false;
    if (!this.#closing.consumer) this.#loseConsumer();
  }

  #loseConsumer(): void {
    if (!this.#consumerGone && this.#consumer) this.#lossDue += 1;
    this.#consumerGone = true;
  }

  #watchInto(list: string[], at: number, promise: Promise<void>): void {
    list[at] = "pending";
    promise.then(
      () => {
        list[at] = "resolved";
      },
      () => {
        list[at] = "rejected";
      },
    );
  }
}
