/** What topics, producers and consumers must do, with lists in place of files. */
import type { LogRecord } from "#bus/partition-log";
import type { Members } from "#given/08-kafka-on-files/given/members.ts";
import type { SeekTo } from "#given/08-kafka-on-files/given/options.ts";
import { share } from "#lesson/08-kafka-on-files/consumer.ts";
import { partitionOf } from "#lesson/08-kafka-on-files/topic.ts";

export interface Clock {
  now: number;
}

/** What a poll gave, each record as `orders-0.log {…}`, or how it was refused. */
export interface Polled {
  records: string[];
  refused?: string;
}

export interface World {
  create(topic: string, partitions: number): void;
  newProducer(by: number): void;
  send(
    by: number,
    topic: string,
    key: string | undefined,
    value: unknown,
  ): Promise<string>;
  /** A consumer starts, or starts again where another of its name died. */
  newConsumer(who: number, group: string, id: string, autoCommit: boolean): void;
  subscribe(who: number, topic: string): void;
  poll(who: number, limit: number | undefined): Promise<Polled>;
  commit(who: number): Promise<void>;
  seek(who: number, topic: string, to: SeekTo): Promise<string>;
  close(who: number): Promise<void>;
  addHalfLine(file: string, bytes: Buffer): void;
  replaceLine(file: string, index: number, line: string): void;
  remove(topic: string, partitions: number): void;
  /** What `onRepair` was called with. */
  readonly repairs: string[];
  /** The lines of each file, and at last its half line. */
  files(): Map<string, string[]>;
  end(): void;
}

/** What the text leaves open, as the answer did it: the model follows where that is allowed. */
export interface Choices {
  /** The partition of each record without a key. */
  turns: number[];
  /** Of each poll: the names of the files and how many records came, or how it was refused. */
  polls: (Map<string, number> | string)[];
}

interface Line extends LogRecord {
  broken?: string;
}

/** A partition. A topic that is made again has new ones. */
export interface Part {
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

export interface Reader {
  readonly group: string;
  readonly members: Members | undefined;
  readonly id: string;
  readonly topics: Map<string, Map<number, Place>>;
}

export class SlowBroker {
  readonly topics = new Map<string, Part[]>();
  readonly repairs: string[] = [];
  readonly #committed = new Map<string, Place>();
  readonly #choices: Choices;

  constructor(choices: Choices) {
    this.#choices = choices;
  }

  create(topic: string, partitions: number): void {
    const part = (_: unknown, partition: number): Part => {
      return { file: `${topic}-${partition}.log`, lines: [], half: Buffer.alloc(0) };
    };
    this.topics.set(topic, Array.from({ length: partitions }, part));
  }

  /** `cycle` holds the partitions that have had their turn. */
  send(
    topic: string,
    time: number,
    key: string | undefined,
    value: unknown,
    cycle: Set<number>,
  ): string {
    if (!this.topics.has(topic)) this.create(topic, 1);
    const parts = this.topics.get(topic) ?? [];
    const partition =
      key === undefined
        ? this.#turn(parts.length, cycle)
        : partitionOf(key, parts.length);
    const part = parts[partition] as Part;
    const { file, lines, half } = part;
    if (half.length > 0)
      this.repairs.push(`${file}, line ${lines.length + 1}, ${half.length} bytes`);
    part.half = Buffer.alloc(0);
    lines.push({ offset: lines.length, time, key, value });
    return `${topic}, partition ${partition}, offset ${lines.length - 1}`;
  }

  #turn(count: number, cycle: Set<number>): number {
    if (cycle.size >= count) cycle.clear();
    const free = [...Array(count).keys()].filter((each) => !cycle.has(each));
    const chosen = this.#choices.turns.shift() ?? -1;
    const turn = free.includes(chosen) ? chosen : (free[0] ?? 0);
    cycle.add(turn);
    return turn;
  }

  reader(group: string, id: string, members?: Members): Reader {
    return { group, id, members, topics: new Map() };
  }

  subscribe({ topics, members }: Reader, topic: string): void {
    if (topics.has(topic)) return;
    topics.set(topic, new Map());
    members?.join(topic);
  }

  /** The places of what a reader holds of a topic, as the group stands now. */
  #held({ group, id, members, topics }: Reader, topic: string): [string, Place][] {
    const parts = this.topics.get(topic) ?? [];
    const { ids, changed } = members?.beat(topic) ?? { ids: [id], changed: false };
    const mine = members ? share(parts.length, ids, id) : [...parts.keys()];
    const known = changed ? new Map<number, Place>() : topics.get(topic);
    const held = mine.map((partition): [number, Place] => {
      const name = `${group}@${topic}-${partition}`;
      const committed = this.#committed.get(name) ?? {
        part: parts[partition] as Part,
        offset: 0,
      };
      return [partition, known?.get(partition) ?? { ...committed }];
    });
    topics.set(topic, new Map(held));
    return held.map(([partition, place]) => [`${group}@${topic}-${partition}`, place]);
  }

  poll(reader: Reader, limit = 500): { records: string[]; refused?: string } {
    const names = [...reader.topics.keys()];
    const held = names.flatMap((topic) => this.#held(reader, topic));
    const choice = this.#choices.polls.shift() ?? "";
    const records: string[] = [];
    const refusals: string[] = [];
    const moves: (() => void)[] = [];
    for (const [, place] of held) {
      const part = this.partOf(place.part.file);
      const rest = part.lines.slice(place.offset);
      const broken = rest.findIndex((line) => line.broken !== undefined);
      const good = rest.slice(0, broken < 0 ? limit : Math.min(limit, broken));
      if (part !== place.part && place.offset > 0) refusals.push("RangeError");
      else if (broken === 0)
        refusals.push(`BrokenRecordError: ${part.file}, line ${place.offset + 1}`);
      else {
        // A reading may give fewer than there are, but not none.
        const chosen = typeof choice === "string" ? 0 : (choice.get(part.file) ?? 0);
        const count = chosen > 0 && chosen < good.length ? chosen : good.length;
        for (const one of good.slice(0, count))
          records.push(`${part.file} ${textOf(one)}`);
        moves.push(() => {
          place.part = part;
          place.offset += count;
        });
      }
    }
    if (records.length === 0 && refusals.length > 0) {
      const refused = refusals.find((one) => one === choice) ?? refusals[0] ?? "";
      return { records, refused };
    }
    for (const move of moves) move();
    return { records };
  }

  commit(reader: Reader): void {
    for (const topic of reader.topics.keys())
      for (const [name, place] of this.#held(reader, topic))
        this.#committed.set(name, { ...place });
  }

  seek(reader: Reader, topic: string, to: SeekTo): string {
    if (!reader.topics.has(topic)) return "refused";
    const held = this.#held(reader, topic);
    const goals = held.map(([, place]) =>
      offsetIn(this.partOf(place.part.file).lines, to),
    );
    if (goals.includes(-1)) return "refused";
    const places = held.map(([name, place], at): [number, Place] => [
      Number(/\d+$/.exec(name)),
      { part: this.partOf(place.part.file), offset: goals[at] ?? 0 },
    ]);
    reader.topics.set(topic, new Map(places));
    return "done";
  }

  close({ topics, members }: Reader): void {
    for (const topic of topics.keys()) members?.leave(topic);
    topics.clear();
  }

  /** The part of today that has this file. */
  partOf(name: string): Part {
    return [...this.topics.values()].flat().find(({ file }) => file === name) as Part;
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

/** A record as its line. */
export function textOf({ offset, time, key, value }: LogRecord): string {
  return JSON.stringify({ offset, time, key, value });
}
