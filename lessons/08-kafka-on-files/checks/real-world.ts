/** The answer, in a folder of its own, as a day is played on it. */
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { LogRecord } from "#bus/partition-log";
import type { ConsumedRecord, SeekTo } from "#given/08-kafka-on-files/given/options.ts";
import { readPlace } from "#given/08-kafka-on-files/given/topic-files.ts";
import { Consumer } from "#lesson/08-kafka-on-files/consumer.ts";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import { createTopic } from "#lesson/08-kafka-on-files/topic.ts";
import { kindOf, logsIn, nameOf, outcome, refusalOf, watchRenames } from "./desk.ts";

/** In memory, where the system has such a folder: a disk makes hundreds of days slow. */
const days = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
export const newFolder = () => mkdtempSync(join(days, "kafka-any-day-"));

export interface Clock {
  now: number;
}

/** What a poll gave, each record as `orders-0.log {…}`, or how it was refused. */
export interface Polled {
  records: string[];
  refused?: string;
}

/** What the text leaves open, as the answer did it: the model follows where that is allowed. */
export interface Choices {
  /** The partition of each record without a key. */
  turns: number[];
  /** Of each poll: the names of the files and how many records came, or how it was refused. */
  polls: (Map<string, number> | string)[];
  /** What came of each seek and of each commit. */
  came: string[];
}

export const noChoices = (): Choices => ({ turns: [], polls: [], came: [] });

export class RealWorld {
  /** What `onRepair` was called with. */
  readonly repairs: string[] = [];
  readonly #folder = newFolder();
  readonly #producers: Producer[] = [];
  readonly #consumers: Consumer[] = [];
  #free = () => {};
  readonly #clock;
  readonly #choices;

  constructor(clock: Clock, choices: Choices) {
    this.#clock = clock;
    this.#choices = choices;
  }

  async create(topic: string, partitions: number): Promise<string> {
    const came = await outcome(() => createTopic(this.#folder, topic, partitions));
    return came === "accepted" ? came : "refused";
  }

  newProducer(by: number): void {
    this.#producers[by] = new Producer({
      folder: this.#folder,
      clock: () => this.#clock.now,
      onRepair: ({ file, line, bytes }) =>
        this.repairs.push(`${nameOf(file)}, line ${line}, ${bytes} bytes`),
    });
  }

  async send(by: number, topic: string, key: string | undefined, value: unknown) {
    const producer = this.#producers[by] as Producer;
    const { turns } = this.#choices;
    // Of two that are sent at once, the second may be written first.
    const turn = key === undefined ? turns.push(-1) - 1 : -1;
    const sent = await producer.send(topic, value, key === undefined ? {} : { key });
    if (turn >= 0) turns[turn] = sent.partition;
    return `${sent.topic}, partition ${sent.partition}, offset ${sent.offset}`;
  }

  /** What comes of a value that JSON cannot write. */
  async refuse(by: number, topic: string, value: unknown): Promise<string> {
    return outcome((this.#producers[by] as Producer).send(topic, value));
  }

  /** A consumer starts, or starts again where another of its name died. */
  newConsumer(who: number, group: string, id: string, autoCommit: boolean): void {
    const clock = () => this.#clock.now;
    const options = { folder: this.#folder, group, id, autoCommit, clock };
    this.#consumers[who] = new Consumer(options);
  }

  subscribe(who: number, topic: string): void {
    this.#consumer(who).subscribe(topic);
  }

  async poll(who: number, limit: number | undefined): Promise<Polled> {
    let polled: ConsumedRecord[] = [];
    const error = await refusalOf(async () => {
      polled = await this.#consumer(who).poll(limit);
    });
    if (error) {
      // Which file it names is promised of some errors only.
      const [file = "no file"] = /[\w@-]+\.(?:log|json)/.exec(error.message) ?? [];
      const refused = kindOf(error).replace(/^(?:Range)?Error$/, `$&: ${file}`);
      this.#choices.polls.push(refused);
      return { records: [], refused };
    }
    const files = polled.map(({ topic, partition }) => `${topic}-${partition}.log`);
    const counts = new Map<string, number>();
    for (const file of files) counts.set(file, (counts.get(file) ?? 0) + 1);
    this.#choices.polls.push(counts);
    const records = polled.map((one, at) => `${files[at]} ${textOf(one)}`);
    return { records };
  }

  async commit(who: number): Promise<string> {
    const came = await outcome(this.#consumer(who).commit());
    this.#choices.came.push(came);
    return came;
  }

  /** Until it is called without a name, an offset file cannot be replaced. */
  stick(name?: string): void {
    this.#free();
    if (name === undefined) return;
    // By its whole path: a day that never ends spoils no other.
    const file = join(this.#folder, `${name}.json`);
    this.#free = watchRenames((_, to) => {
      if (to === file) throw new Error("EIO");
    });
  }

  async seek(who: number, topic: string, to: SeekTo): Promise<string> {
    const came = await outcome(this.#consumer(who).seek(topic, to));
    this.#choices.came.push(came);
    return came;
  }

  /** The committed places, but for offset 0: that is where everybody begins. */
  committed(): string[] {
    const told: string[] = [];
    for (const name of readdirSync(this.#folder)) {
      const [, file] = /^\w+@([\w-]+-\d+)\.json$/.exec(name) ?? [];
      if (file === undefined) continue;
      const { offset, position } = readPlace(join(this.#folder, name));
      // Its log need not be there yet.
      if (offset === 0) continue;
      const bytes = readFileSync(join(this.#folder, `${file}.log`), "latin1");
      const before = `${bytes.split("\n").slice(0, offset).join("\n")}\n`;
      const isThere = before.length === position && bytes.startsWith(before);
      told.push(`${name} ${offset}${isThere ? "" : " of another file"}`);
    }
    return told;
  }

  /** Writes something else where a group keeps its place, or deletes the file. */
  spoil(name: string, text?: string): void {
    const file = join(this.#folder, `${name}.json`);
    if (text === undefined) rmSync(file);
    else writeFileSync(file, text);
  }

  close(who: number): Promise<void> {
    return this.#consumer(who).close();
  }

  addHalfLine(file: string, bytes: Buffer): void {
    appendFileSync(join(this.#folder, file), bytes);
  }

  replaceLine(file: string, index: number, line: string): void {
    // Half a character at the end must stay what it is.
    const lines = readFileSync(join(this.#folder, file), "latin1").split("\n");
    const text = lines.with(index, Buffer.from(line).toString("latin1")).join("\n");
    writeFileSync(join(this.#folder, file), text, "latin1");
  }

  remove(topic: string, partitions: number): void {
    for (let partition = 0; partition < partitions; partition++)
      rmSync(join(this.#folder, `${topic}-${partition}.log`));
  }

  /** The lines of each file, and at last its half line. */
  files(): Map<string, string[]> {
    const read = (file: string) =>
      readFileSync(join(this.#folder, file), "utf8").split("\n");
    return new Map(logsIn(this.#folder).map((file) => [file, read(file)]));
  }

  end(): void {
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #consumer(who: number): Consumer {
    return this.#consumers[who] as Consumer;
  }
}

/** What the model, too, can do. */
export type World = Omit<RealWorld, never>;

/** A record as its line. */
export function textOf({ offset, time, key, value }: LogRecord): string {
  return JSON.stringify({ offset, time, key, value });
}
