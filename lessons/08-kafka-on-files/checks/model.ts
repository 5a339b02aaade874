/** What topics, producers and consumers must do, with lists in place of files. */
import { rmSync } from "node:fs";
import { Members } from "#given/08-kafka-on-files/given/members.ts";
import type { SeekTo } from "#given/08-kafka-on-files/given/options.ts";
import { share } from "#lesson/08-kafka-on-files/consumer.ts";
import { partitionOf } from "#lesson/08-kafka-on-files/topic.ts";
import {
  type Line,
  offsetIn,
  type Part,
  type Place,
  type Reader,
  reading,
  textsOf,
  turnOf,
} from "./lists.ts";
import {
  type Choices,
  type Clock,
  newFolder,
  type Polled,
  textOf,
  type World,
} from "./real-world.ts";

export class SlowWorld implements World {
  readonly repairs: string[] = [];
  readonly #topics = new Map<string, Part[]>();
  readonly #readers: Reader[] = [];
  readonly #committed = new Map<string, Place>();
  /** The offset file that is broken, and the one that cannot be replaced. */
  #spoilt: string | undefined;
  #stuck = "";
  /** For who is in a group, and nothing else. */
  readonly #folder = newFolder();
  /** Of each producer: how many records without a key each partition of a topic had. */
  readonly #turns: Map<string, number[]>[] = [];
  readonly #clock;
  readonly #choices;
  readonly #sharing;

  constructor(clock: Clock, choices: Choices, sharing: boolean) {
    this.#clock = clock;
    this.#choices = choices;
    this.#sharing = sharing;
  }

  async create(topic: string, partitions: number): Promise<string> {
    const there = this.#topics.get(topic)?.length ?? partitions;
    if (!(partitions % 1 === 0 && partitions > 0) || partitions !== there)
      return "refused";
    this.#make(topic, partitions);
    return "accepted";
  }

  #make(topic: string, partitions: number): void {
    if (this.#topics.has(topic)) return;
    const part = (_: unknown, partition: number): Part => {
      return { file: `${topic}-${partition}.log`, lines: [], half: Buffer.alloc(0) };
    };
    this.#topics.set(topic, Array.from({ length: partitions }, part));
  }

  newProducer(by: number): void {
    this.#turns[by] = new Map();
  }

  async send(by: number, topic: string, key: string | undefined, value: unknown) {
    this.#make(topic, 1);
    const parts = this.#topics.get(topic) ?? [];
    const had = this.#turns[by]?.get(topic) ?? parts.map(() => 0);
    this.#turns[by]?.set(topic, had);
    const partition =
      key === undefined
        ? turnOf(had, this.#choices.turns.shift())
        : partitionOf(key, parts.length);
    const part = parts[partition] as Part;
    const { file, lines, half } = part;
    if (half.length > 0)
      this.repairs.push(`${file}, line ${lines.length + 1}, ${half.length} bytes`);
    part.half = Buffer.alloc(0);
    lines.push({ offset: lines.length, time: this.#clock.now, key, value });
    return `${topic}, partition ${partition}, offset ${lines.length - 1}`;
  }

  async refuse(): Promise<string> {
    return "TypeError";
  }

  newConsumer(who: number, group: string, id: string, autoCommit: boolean): void {
    const folder = this.#folder;
    const clock = () => this.#clock.now;
    const options = { folder, group, clock };
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
    const { autoCommit, topics } = this.#reader(who);
    const all = this.#held(who);
    const held = all.filter(([name]) => name !== this.#spoilt);
    const choice = this.#choices.polls.shift() ?? "";
    const gives = typeof choice !== "string" && choice.size > 0;
    const records: string[] = [];
    const refusals: string[] = [];
    if (held.length < all.length) {
      for (const known of topics.values()) known.delete(this.#spoilt ?? "");
      refusals.push(`Error: ${this.#spoilt}.json`);
      // Whether what can be read comes first is left open.
      if (refusals[0] === choice) return { records, refused: choice };
    }
    const next = new Map(held);
    for (const [name, place] of held) {
      const part = this.#partOf(place.part.file);
      const good = reading(part, place, limit);
      if (typeof good === "string") {
        refusals.push(good);
        continue;
      }
      // A poll may give fewer than there are, but not none.
      const chosen = typeof choice === "string" ? 0 : (choice.get(part.file) ?? 0);
      const count = gives ? Math.min(chosen, good.length) : good.length;
      for (const one of good.slice(0, count)) records.push(`${part.file} ${textOf(one)}`);
      next.set(name, { part, offset: place.offset + count });
    }
    if (refusals.length > 0 && records.length === 0) {
      const refused = refusals.find((one) => one === choice) ?? refusals[0] ?? "";
      return { records, refused };
    }
    const isRefused = typeof choice === "string" && choice !== "";
    if (autoCommit && this.#store([...next], isRefused) !== "accepted")
      return { records: [], refused: isRefused ? choice : "an error" };
    for (const [name, place] of held) Object.assign(place, next.get(name));
    return { records };
  }

  async commit(who: number): Promise<string> {
    const choice = this.#choices.came.shift() ?? "accepted";
    return this.#store(this.#held(who), choice !== "accepted");
  }

  /** Whether a place that has not changed is written once more is open. */
  #store(held: [string, Place][], isRefused: boolean): string {
    const stuck = held.find(([name]) => name === this.#stuck)?.[1];
    const { part = stuck?.part, offset = 0 } = this.#committed.get(this.#stuck) ?? {};
    const isNew = part !== stuck?.part || offset !== stuck?.offset;
    if (stuck && (isNew || isRefused)) return "Error";
    for (const [name, place] of held) this.#committed.set(name, { ...place });
    return "accepted";
  }

  stick(name = ""): void {
    this.#stuck = name;
  }

  committed(): string[] {
    const placed = [...this.#committed].filter(([, { offset }]) => offset > 0);
    return placed.map(([name, { part, offset }]) => {
      const isThere = part === this.#partOf(part.file);
      return `${name}.json ${offset}${isThere ? "" : " of another file"}`;
    });
  }

  async seek(who: number, topic: string, to: SeekTo): Promise<string> {
    const choice = this.#choices.came.shift() ?? "accepted";
    if (!this.#reader(who).topics.has(topic))
      return choice === "accepted" ? "an error" : choice;
    const held = this.#heldOf(who, topic).map(([, place]) => {
      const part = this.#partOf(place.part.file);
      return { place, part, offset: offsetIn(part.lines, to) };
    });
    // Who holds no partition may look at the offset or not.
    if (held.length === 0 && typeof to !== "string" && "offset" in to) return choice;
    if (held.some(({ offset }) => offset < 0)) return "RangeError";
    for (const { place, part, offset } of held) Object.assign(place, { part, offset });
    return "accepted";
  }

  /** Whoever is to hold this place has just come, or seen somebody come: it has to look. */
  spoil(name: string, text?: string): void {
    this.#spoilt = text === undefined ? undefined : name;
    if (text === undefined) this.#committed.delete(name);
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
    const was = this.#partOf(file).lines[index] as Line;
    was.broken = line === textOf(was) ? undefined : line;
  }

  remove(topic: string): void {
    this.#topics.delete(topic);
  }

  files(): Map<string, string[]> {
    const parts = [...this.#topics.values()].flat();
    return new Map(parts.map((part) => [part.file, textsOf(part)]));
  }

  end(): void {
    rmSync(this.#folder, { recursive: true });
  }

  #reader(who: number): Reader {
    return this.#readers[who] as Reader;
  }

  #held(who: number): [string, Place][] {
    const topics = [...this.#reader(who).topics.keys()];
    return topics.flatMap((topic) => this.#heldOf(who, topic));
  }

  /** What a reader holds of a topic as the group stands now, by the name of the offset file. */
  #heldOf(who: number, topic: string): [string, Place][] {
    const { group, id, members, topics } = this.#reader(who);
    const parts = this.#topics.get(topic) ?? [];
    const { ids, changed } = members?.beat(topic) ?? { ids: [id], changed: false };
    const mine = members ? share(parts.length, ids, id) : [...parts.keys()];
    const known = changed ? undefined : topics.get(topic);
    const held = mine.map((partition): [string, Place] => {
      const start = { part: parts[partition] as Part, offset: 0 };
      const name = `${group}@${topic}-${partition}`;
      return [name, known?.get(name) ?? { ...(this.#committed.get(name) ?? start) }];
    });
    topics.set(topic, new Map(held));
    return held;
  }

  /** The part of today that has this file. */
  #partOf(name: string): Part {
    return [...this.#topics.values()].flat().find(({ file }) => file === name) as Part;
  }
}
