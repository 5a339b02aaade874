/** What topics, producers and consumers must do, with lists in place of files. */
import { rmSync } from "node:fs";
import type { LogRecord } from "#bus/partition-log";
import { Members } from "#given/08-kafka-on-files/given/members.ts";
import type { SeekTo } from "#given/08-kafka-on-files/given/options.ts";
import { share } from "#lesson/08-kafka-on-files/consumer.ts";
import { partitionOf } from "#lesson/08-kafka-on-files/topic.ts";
import {
  type Choices,
  type Clock,
  newFolder,
  type Polled,
  type RealWorld,
  textOf,
} from "./real-world.ts";

export type World = Pick<RealWorld, keyof RealWorld>;

interface Line extends LogRecord {
  broken?: string;
}

/** A partition. A topic that is made again has new ones. */
interface Part {
  readonly file: string;
  readonly lines: Line[];
  /** What a dead writer left behind the last line. */
  half: Buffer;
}

/** The part tells a place of today from one in a file that is gone. */
interface Place {
  part: Part;
  offset: number;
}

interface Reader {
  readonly group: string;
  readonly id: string;
  readonly autoCommit: boolean;
  /** Nobody shares anything before step 7. */
  readonly members: Members | undefined;
  readonly topics: Map<string, Map<number, Place>>;
}

export class SlowWorld implements World {
  readonly repairs: string[] = [];
  readonly #topics = new Map<string, Part[]>();
  readonly #readers: Reader[] = [];
  readonly #committed = new Map<string, Place>();
  /** By producer and topic: the partitions that have had their turn. */
  readonly #cycles = new Map<string, Set<number>>();
  readonly #clock;
  readonly #choices;
  readonly #sharing;
  readonly #folder = newFolder();

  constructor(clock: Clock, choices: Choices, sharing: boolean) {
    this.#clock = clock;
    this.#choices = choices;
    this.#sharing = sharing;
  }

  create(topic: string, partitions: number): void {
    if (this.#topics.has(topic)) return;
    const part = (_: unknown, partition: number): Part => {
      return { file: `${topic}-${partition}.log`, lines: [], half: Buffer.alloc(0) };
    };
    this.#topics.set(topic, Array.from({ length: partitions }, part));
  }

  newProducer(by: number): void {
    for (const [name, cycle] of this.#cycles)
      if (name.startsWith(`${by} `)) cycle.clear();
  }

  async send(by: number, topic: string, key: string | undefined, value: unknown) {
    this.create(topic, 1);
    const parts = this.#topics.get(topic) ?? [];
    const partition =
      key === undefined
        ? this.#turn(`${by} ${topic}`, parts.length)
        : partitionOf(key, parts.length);
    const part = parts[partition] as Part;
    const { file, lines, half } = part;
    if (half.length > 0)
      this.repairs.push(`${file}, line ${lines.length + 1}, ${half.length} bytes`);
    part.half = Buffer.alloc(0);
    lines.push({ offset: lines.length, time: this.#clock.now, key, value });
    return `${topic}, partition ${partition}, offset ${lines.length - 1}`;
  }

  #turn(name: string, count: number): number {
    const cycle = this.#cycles.get(name) ?? new Set();
    this.#cycles.set(name, cycle);
    if (cycle.size >= count) cycle.clear();
    const free = [...Array(count).keys()].filter((each) => !cycle.has(each));
    const chosen = this.#choices.turns.shift() ?? -1;
    const turn = free.includes(chosen) ? chosen : (free[0] ?? 0);
    cycle.add(turn);
    return turn;
  }

  newConsumer(who: number, group: string, id: string, autoCommit: boolean): void {
    const options = { folder: this.#folder, group, clock: () => this.#clock.now };
    const members = this.#sharing ? new Members(options, id) : undefined;
    this.#readers[who] = { group, id, autoCommit, members, topics: new Map() };
  }

  subscribe(who: number, topic: string): void {
    const { topics, members } = this.#reader(who);
    if (topics.has(topic)) return;
    topics.set(topic, new Map());
    members?.join(topic);
  }

  async poll(who: number, limit = 500): Promise<Polled> {
    const held = this.#held(who).map(([, place]) => place);
    const choice = this.#choices.polls.shift() ?? "";
    const records: string[] = [];
    const refusals: string[] = [];
    const moves: (() => void)[] = [];
    for (const place of held) {
      const part = this.#partOf(place.part.file);
      const rest = part.lines.slice(place.offset);
      const broken = rest.findIndex((line) => line.broken !== undefined);
      const good = rest.slice(0, broken < 0 ? limit : Math.min(limit, broken));
      if (part !== place.part && place.offset > 0) refusals.push("RangeError");
      else if (broken === 0)
        refusals.push(`BrokenRecordError: ${part.file}, line ${place.offset + 1}`);
      else {
        // A poll may give fewer than there are, but not none.
        const chosen = typeof choice === "string" ? 0 : (choice.get(part.file) ?? 0);
        const count = chosen > 0 && chosen < good.length ? chosen : good.length;
        for (const one of good.slice(0, count))
          records.push(`${part.file} ${textOf(one)}`);
        moves.push(() => Object.assign(place, { part, offset: place.offset + count }));
      }
    }
    if (records.length === 0 && refusals.length > 0)
      return {
        records,
        refused: refusals.find((one) => one === choice) ?? refusals[0] ?? "",
      };
    for (const move of moves) move();
    if (this.#reader(who).autoCommit) await this.commit(who);
    return { records };
  }

  async commit(who: number): Promise<void> {
    for (const [name, place] of this.#held(who)) this.#committed.set(name, { ...place });
  }

  async seek(who: number, topic: string, to: SeekTo): Promise<string> {
    if (!this.#reader(who).topics.has(topic)) return "refused";
    const held = this.#heldOf(who, topic).map(([, place]) => {
      const part = this.#partOf(place.part.file);
      return { place, part, offset: offsetIn(part.lines, to) };
    });
    if (held.some(({ offset }) => offset < 0)) return "refused";
    for (const { place, part, offset } of held) Object.assign(place, { part, offset });
    return "done";
  }

  async close(who: number): Promise<void> {
    const { topics, members } = this.#reader(who);
    for (const topic of topics.keys()) members?.leave(topic);
    topics.clear();
  }

  addHalfLine(file: string, bytes: Buffer): void {
    this.#partOf(file).half = bytes;
  }

  replaceLine(file: string, index: number, line: string): void {
    Object.assign(this.#partOf(file).lines[index] ?? {}, { broken: line });
  }

  remove(topic: string): void {
    this.#topics.delete(topic);
  }

  files(): Map<string, string[]> {
    const textsOf = ({ lines, half }: Part) => [
      ...lines.map((line) => line.broken ?? textOf(line)),
      half.toString(),
    ];
    const parts = [...this.#topics.values()].flat();
    return new Map(parts.map((part) => [part.file, textsOf(part)]));
  }

  end(): void {
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #reader(who: number): Reader {
    return this.#readers[who] as Reader;
  }

  #held(who: number): [string, Place][] {
    const topics = [...this.#reader(who).topics.keys()];
    return topics.flatMap((topic) => this.#heldOf(who, topic));
  }

  /** What a reader holds of a topic as the group stands now: where it is committed, and its place. */
  #heldOf(who: number, topic: string): [string, Place][] {
    const { group, id, members, topics } = this.#reader(who);
    const parts = this.#topics.get(topic) ?? [];
    const { ids, changed } = members?.beat(topic) ?? { ids: [id], changed: false };
    const mine = members ? share(parts.length, ids, id) : [...parts.keys()];
    const known = changed ? new Map<number, Place>() : topics.get(topic);
    const places = new Map<number, Place>();
    topics.set(topic, places);
    return mine.map((partition) => {
      const name = `${group}@${topic}-${partition}`;
      const start = { part: parts[partition] as Part, offset: 0 };
      const place = known?.get(partition) ?? { ...(this.#committed.get(name) ?? start) };
      places.set(partition, place);
      return [name, place];
    });
  }

  /** The part of today that has this file. */
  #partOf(name: string): Part {
    return [...this.#topics.values()].flat().find(({ file }) => file === name) as Part;
  }
}

/** An offset, or -1 if there is none. */
function offsetIn(lines: Line[], to: SeekTo): number {
  if (to === "beginning") return 0;
  if (to === "end") return lines.length;
  if ("offset" in to) return to.offset > lines.length ? -1 : to.offset;
  const first = lines.findIndex(({ time }) => time >= to.time);
  return first < 0 ? lines.length : first;
}
