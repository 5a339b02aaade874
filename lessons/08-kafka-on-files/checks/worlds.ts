/** The answer and the model, so that a day can be played on both. */
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Members } from "#given/08-kafka-on-files/given/members.ts";
import type { SeekTo } from "#given/08-kafka-on-files/given/options.ts";
import { Consumer } from "#lesson/08-kafka-on-files/consumer.ts";
import { Producer } from "#lesson/08-kafka-on-files/producer.ts";
import { createTopic } from "#lesson/08-kafka-on-files/topic.ts";
import { logsIn, refusal } from "./desk.ts";
import {
  type Choices,
  type Clock,
  type Polled,
  type Reader,
  SlowBroker,
  textOf,
  type World,
} from "./model.ts";

/** In memory, where the system has such a folder: a disk makes hundreds of days slow. */
const days = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
const newFolder = () => mkdtempSync(join(days, "kafka-any-day-"));

/** The answer, in a folder of its own. */
export class RealWorld implements World {
  readonly repairs: string[] = [];
  readonly #folder = newFolder();
  readonly #producers: Producer[] = [];
  readonly #consumers: Consumer[] = [];
  readonly #clock;
  readonly #choices;

  constructor(clock: Clock, choices: Choices) {
    this.#clock = clock;
    this.#choices = choices;
  }

  create(topic: string, partitions: number): void {
    createTopic(this.#folder, topic, partitions);
  }

  newProducer(by: number): void {
    this.#producers[by] = new Producer({
      folder: this.#folder,
      clock: () => this.#clock.now,
      onRepair: ({ file, line, bytes }) =>
        this.repairs.push(`${basename(file)}, line ${line}, ${bytes} bytes`),
    });
  }

  async send(
    by: number,
    topic: string,
    key: string | undefined,
    value: unknown,
  ): Promise<string> {
    const options = key === undefined ? {} : { key };
    const sent = await (this.#producers[by] as Producer).send(topic, value, options);
    if (key === undefined) this.#choices.turns.push(sent.partition);
    return `${sent.topic}, partition ${sent.partition}, offset ${sent.offset}`;
  }

  newConsumer(who: number, group: string, id: string, autoCommit: boolean): void {
    const clock = () => this.#clock.now;
    const options = { folder: this.#folder, group, id, autoCommit, clock };
    this.#consumers[who] = new Consumer(options);
  }

  subscribe(who: number, topic: string): void {
    this.#consumer(who).subscribe(topic);
  }

  async poll(who: number, limit: number | undefined): Promise<Polled> {
    try {
      const polled = await this.#consumer(who).poll(limit);
      const named = polled.map((one) => ({
        ...one,
        file: `${one.topic}-${one.partition}.log`,
      }));
      const counts = new Map<string, number>();
      for (const { file } of named) counts.set(file, (counts.get(file) ?? 0) + 1);
      this.#choices.polls.push(counts);
      return { records: named.map((one) => `${one.file} ${textOf(one)}`) };
    } catch (error) {
      const refused = refusal(error);
      this.#choices.polls.push(refused);
      return { records: [], refused };
    }
  }

  commit(who: number): Promise<void> {
    return this.#consumer(who).commit();
  }

  async seek(who: number, topic: string, to: SeekTo): Promise<string> {
    try {
      await this.#consumer(who).seek(topic, to);
      return "done";
    } catch (error) {
      refusal(error);
      return "refused";
    }
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

/** The model: lists, and the members of groups in a folder of their own. */
export class SlowWorld implements World {
  readonly #broker;
  readonly #readers: Reader[] = [];
  readonly #cycles = new Map<string, Set<number>>();
  readonly #clock;
  readonly #folder = newFolder();
  readonly #sharing: boolean;

  constructor(clock: Clock, choices: Choices, sharing: boolean) {
    this.#clock = clock;
    this.#broker = new SlowBroker(choices);
    this.#sharing = sharing;
  }

  get repairs(): string[] {
    return this.#broker.repairs;
  }

  create(topic: string, partitions: number): void {
    if (!this.#broker.topics.has(topic)) this.#broker.create(topic, partitions);
  }

  newProducer(by: number): void {
    for (const [name, cycle] of this.#cycles)
      if (name.startsWith(`${by} `)) cycle.clear();
  }

  async send(
    by: number,
    topic: string,
    key: string | undefined,
    value: unknown,
  ): Promise<string> {
    const cycle = this.#cycles.get(`${by} ${topic}`) ?? new Set();
    this.#cycles.set(`${by} ${topic}`, cycle);
    return this.#broker.send(topic, this.#clock.now, key, value, cycle);
  }

  newConsumer(who: number, group: string, id: string): void {
    const options = { folder: this.#folder, group, clock: () => this.#clock.now };
    const members = this.#sharing ? new Members(options, id) : undefined;
    this.#readers[who] = this.#broker.reader(group, id, members);
  }

  subscribe(who: number, topic: string): void {
    this.#broker.subscribe(this.#readers[who] as Reader, topic);
  }

  async poll(who: number, limit: number | undefined): Promise<Polled> {
    return this.#broker.poll(this.#readers[who] as Reader, limit);
  }

  async commit(who: number): Promise<void> {
    this.#broker.commit(this.#readers[who] as Reader);
  }

  async seek(who: number, topic: string, to: SeekTo): Promise<string> {
    return this.#broker.seek(this.#readers[who] as Reader, topic, to);
  }

  async close(who: number): Promise<void> {
    this.#broker.close(this.#readers[who] as Reader);
  }

  addHalfLine(file: string, bytes: Buffer): void {
    this.#broker.partOf(file).half = bytes;
  }

  replaceLine(file: string, index: number, line: string): void {
    Object.assign(this.#broker.partOf(file).lines[index] ?? {}, { broken: line });
  }

  remove(topic: string): void {
    this.#broker.topics.delete(topic);
  }

  files(): Map<string, string[]> {
    const parts = [...this.#broker.topics.values()].flat();
    return new Map(
      parts.map(({ file, lines, half }) => [
        file,
        [...lines.map((line) => line.broken ?? textOf(line)), half.toString()],
      ]),
    );
  }

  end(): void {
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
