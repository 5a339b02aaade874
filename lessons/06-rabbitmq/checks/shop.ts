/** One shop with a publisher and a consumer on a line of its own, and what happens to it on a day. */
import type { ConsumeMessage } from "amqplib";
import type { Line } from "#broker/stand-in";
import { type BusEvent, createEvent } from "#bus/contract";
import type { RabbitConsumer } from "#lesson/06-rabbitmq/rabbit-consumer.ts";
import type { RabbitPublisher } from "#lesson/06-rabbitmq/rabbit-publisher.ts";
import { consumerOn, exchanges, publisherOn, publishing, queue, watch } from "./desk.ts";
import {
  type Closing,
  type Failure,
  Job,
  type Letter,
  listen,
  loseNeighbours,
  type Place,
  saysWhy,
  statesOf,
  validLetters,
} from "./notes.ts";
import { type Command, type Day, odd, reasons, results } from "./story.ts";

export class Shop {
  readonly place: Place;
  readonly name: string;
  readonly line: Line;
  #publisher!: RabbitPublisher;
  consumer: RabbitConsumer | undefined;
  readonly queue: string;
  readonly mandatory: boolean;
  readonly window: number;
  readonly prefetch: number;
  readonly letters: Letter[] = [];
  readonly jobs: Job[] = [];
  readonly flushes: { states: string[]; letters: Letter[] }[] = [];
  /** What `onError` was called with, and what it should have been. */
  readonly errors: Failure[] = [];
  readonly failures: Failure[] = [];
  readonly lost: unknown[] = [];
  /** Which publishes were answered so that this shop heard it, counted from 1. */
  told: ReadonlySet<number> = new Set();
  /** Whether those still hear who listen to the connection besides. */
  isHeard = () => true;
  isHeld = false;
  isBlocked = false;
  isOver = false;
  channelGone = false;
  closedWhileBlocked = false;
  cameLate = false;
  /** Whether it closed before it could hear that its queue was gone. */
  hearsLate = false;
  consumerGone = false;
  consumerChannelGone = false;
  /** What the reason of its loss must say. */
  lossIs = "";
  closing: { publisher?: Closing[]; consumer?: Closing[] } = {};
  readonly shares: boolean;
  readonly #at: number;
  readonly tags = { publisher: 0, consumer: 0 };

  static async open(place: Place, day: Day, at: number): Promise<Shop> {
    const { connection, line } = await place.broker.connect();
    const [window, prefetch] = [day.window[at], day.prefetch[at]];
    const exchange = exchanges[at] ?? "";
    const shop = new Shop(place, day, at, line);
    shop.isHeard = listen(connection);
    shop.#publisher = await publisherOn(connection, {
      exchange,
      mandatory: shop.mandatory,
      ...(window !== undefined && { window }),
    });
    shop.tags.publisher = Math.max(...line.channels.keys());
    if (place.step > 5)
      shop.consumer = await consumerOn(connection, (event) => shop.#work(event), {
        exchange,
        queue: shop.queue,
        patterns: ["user.*", "user.registered"],
        ...(prefetch !== undefined && { prefetch }),
        onError: (error: unknown, message: ConsumeMessage) => {
          shop.errors.push([error, message?.properties.messageId]);
          if (shop.errors.length % 3 === 0) throw new Error("the telephone is broken");
          if (shop.errors.length % 3 === 1) return new Promise(() => {});
          return Promise.reject(new Error("nobody picks up"));
        },
        onLost: (reason) => Promise.reject(shop.lost.push(saysWhy(reason, shop.lossIs))),
      });
    shop.tags.consumer = Math.max(...line.channels.keys());
    const unlike = { exchange, mandatory: !shop.mandatory, window: 1 };
    await loseNeighbours(connection, place, unlike);
    return shop;
  }

  private constructor(place: Place, day: Day, at: number, line: Line) {
    this.place = place;
    this.name = `shop ${at + 1}`;
    this.line = line;
    this.shares = day.share;
    this.#at = at;
    this.queue = day.share || at === 0 ? queue : "The other worker";
    this.mandatory = day.mandatory[at] ?? false;
    this.window = day.window[at] ?? 256;
    this.prefetch = day.prefetch[at] ?? 10;
  }

  perform({ does, name, nth }: Command): void {
    const [line, broker] = [this.line, this.place.broker];
    const calm = !this.isHeld && !this.isBlocked && !this.isOver;
    const inHand = this.jobs.filter(({ ended }) => ended === undefined);
    const job = inHand[nth % Math.max(inHand.length, 1)];
    if (/^publish( twice)?$/.test(does)) this.#publishNew(name);
    if (does === "publish three at once") {
      const [first] = [name, "user.registered", name].map((one) => this.#publishNew(one));
      const goOn = () => void this.#publishNew(name);
      first?.then(goOn, goOn);
    }
    if (does === "publish what JSON cannot hold") this.#publishNew(name, odd[nth]);
    const last = this.letters.at(-1);
    // Which of two that are the same comes back, where queues come or go between them, is left open.
    const open = validLetters(this.letters).length - this.told.size;
    const isFree = !this.mandatory || open < (does === "publish twice" ? this.window : 1);
    if (/twice|again|somebody/.test(does) && last && !last.isOdd && isFree) {
      if (does === "somebody waits") {
        broker.declareQueue({ queue: "users", durable: true, arguments: {} });
        broker.bind(exchanges[this.#at] ?? "", "users", last.event.name);
      }
      this.#publish(last.event);
    }
    if (does === "nobody waits" && last && !last.isOdd) {
      broker.deleteQueue("users");
      this.#publishNew(last.event.name);
    }
    if (does === "hold" && calm) line.hold();
    if (/^release/.test(does)) line.release(does === "release" ? Infinity : 1);
    this.isHeld = line.isHeld && !this.isOver;
    if (does === "cut" && !this.isOver) this.#end(() => line.cut());
    if (does === "goodbye" && calm) this.#end(() => line.sayGoodbye());
    if (does === "close the publisher's channel" && calm && !this.closing.publisher) {
      if (!this.channelGone) line.refuse(this.tags.publisher);
      this.channelGone = true;
    }
    const hasChannel = line.channels.has(this.tags.consumer);
    if (does === "close the consumer's channel" && calm && hasChannel) {
      if (!this.consumerGone) this.lossIs = "a rule was broken";
      line.refuse(this.tags.consumer);
      this.consumerGone = this.consumerChannelGone = true;
    }
    if (/the queue/.test(does) && !this.closing.consumer && calm && !this.shares) {
      broker.deleteQueue(this.queue);
      this.consumerGone = true;
    }
    if (does === "finish" && job) this.#finish(job);
    if (does === "fail" && job) this.#fail(job);
    if (does === "fail at once") for (const one of inHand) this.#fail(one);
    if (does === "flush") {
      this.#flush();
      this.#publishNew(name);
      this.#publishNew(name, odd[nth]);
      for (const _ of ["once", "and once more"]) this.#flush();
      this.#publishNew("order.created");
    }
    if (/block(s)?$/.test(does) && calm) {
      this.isBlocked = true;
      this.closedWhileBlocked ||=
        this.closing.publisher?.some(({ isDue }) => !isDue) ?? false;
      line.block();
      this.#publishNew(name);
    }
    if (/^close the publisher(,|$)/.test(does)) {
      for (const one of ["user.registered", name].slice(nth)) this.#publishNew(one);
      this.closedWhileBlocked ||= this.isBlocked && !this.closing.publisher;
      this.#close("publisher", this.#publisher);
      this.#publishNew(name);
      this.#flush();
    }
    if (/^close the consumer(,|$)/.test(does) && this.consumer) {
      this.hearsLate ||= /the queue/.test(does);
      this.#publishNew("user.registered");
      this.#close("consumer", this.consumer);
    }
    if (does === "unblock" && this.isBlocked) {
      this.isBlocked = false;
      this.cameLate ||= this.closing.consumer !== undefined;
      for (const one of this.jobs) one.unread = false;
      line.unblock();
    }
  }

  finishWork(): void {
    for (const job of this.jobs) if (!job.ended) this.#finish(job);
  }

  #publishNew(name: string, data: unknown = {}): Promise<void> {
    // It tells of an earlier time than the one before.
    const number = this.letters.length;
    const again = number % 3 === 1 && { replayed: true as const };
    // So has the other shop. The first is a word that every object knows, the others are much alike.
    const id = number > 0 ? `${"Aa"[number % 2]}-${number >> 1}` : "constructor";
    const event = { ...createEvent(name, data), id, timestamp: 9e9 - number, ...again };
    return this.#publish(event);
  }

  #publish(event: BusEvent): Promise<void> {
    const [isOdd, isLate] = [odd.includes(event.data), !!this.closing.publisher];
    const outcome = publishing(this.#publisher, event);
    this.letters.push({ event, states: statesOf(outcome, event), isOdd, isLate });
    return outcome;
  }

  #flush(): void {
    const letters = this.letters.filter(({ isLate }) => !isLate);
    this.flushes.push({ states: watch([this.#publisher.flush()]), letters });
  }

  #work({ id, name }: BusEvent): unknown {
    const job = new Job(id, this.isBlocked && this.closing.consumer !== undefined);
    this.jobs.push(job);
    // Some work is done at once.
    return name === "user.deleted" ? this.#finish(job) : job.result;
  }

  #close(who: "publisher" | "consumer", piece: { close(): Promise<void> }): void {
    const before = this.closing[who] ?? [];
    this.closing[who] = before;
    const isDue = before.some((one) => one.isDue);
    for (const _ of ["once", "and once more"])
      before.push({ states: watch([piece.close()]), isDue });
  }

  #finish(job: Job, how: "done" | "failed" = "done", error?: unknown): unknown {
    const value = how === "failed" ? error : results[this.jobs.indexOf(job) % 4];
    job.end(how, value);
    if (this.isOver || this.consumerGone) job.ended = "late";
    job.unread = this.isBlocked;
    return value;
  }

  #fail(job: Job): void {
    const error = reasons[this.failures.length % reasons.length];
    this.failures.push([error, job.id]);
    this.#finish(job, "failed", error);
  }

  #end(happens: () => void): void {
    happens();
    for (const one of this.jobs) if (one.unread) one.ended = "late";
    this.isOver = true;
    this.isHeld = this.isBlocked = false;
    if (!this.closing.consumer) this.consumerGone = true;
  }
}
