/** What the model has in place of files: lists, places in them, and who is in a group. */
import type { LogRecord } from "#bus/partition-log";
import type { SeekTo } from "#given/08-kafka-on-files/given/options.ts";
import { sessionTimeout } from "./real-world.ts";

export interface Line extends LogRecord {
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
export interface Place {
  part: Part;
  offset: number;
}

/** By the name of the offset file, and whether the places of all could be read. */
export interface Held {
  places: [string, Place][];
  isWhole: boolean;
}

export interface Reader {
  readonly group: string;
  readonly id: string;
  readonly autoCommit: boolean;
  /** Nobody shares anything before step 7. */
  readonly members: SlowMembers | undefined;
  readonly topics: Map<string, Map<number, Place>>;
}

/** An offset, or -1 if there is none. */
export function offsetIn(lines: Line[], to: SeekTo): number {
  if (to === "beginning") return 0;
  if (to === "end") return lines.length;
  const offsets = [...Array(lines.length + 1).keys()];
  if ("offset" in to) return offsets.indexOf(to.offset);
  const first = lines.findIndex(({ time }) => time >= to.time);
  return first < 0 ? lines.length : first;
}

/** Who reads a topic together, each with the time when it was heard of last. */
export interface Roll {
  generation: number;
  readonly seen: Map<string, number>;
}

/** What `given/members.ts` does, without files: they would take a third of a day. */
export class SlowMembers {
  readonly #looks = new Map<
    string,
    { generation: number; ids: string[]; time: number }
  >();
  readonly #rollOf;
  readonly #id;
  readonly #clock;

  constructor(rollOf: (topic: string) => Roll, id: string, clock: { now: number }) {
    this.#rollOf = rollOf;
    this.#id = id;
    this.#clock = clock;
  }

  join(topic: string): void {
    const roll = this.#rollOf(topic);
    roll.seen.set(this.#id, this.#clock.now);
    roll.generation += 1;
    this.#look(topic);
  }

  beat(topic: string) {
    const before = this.#looks.get(topic);
    const { generation, seen } = this.#rollOf(topic);
    const isNear = this.#clock.now - (before?.time ?? -Infinity) < sessionTimeout / 4;
    if (before?.generation === generation && isNear)
      return { ids: before.ids, changed: false };
    if (seen.has(this.#id)) seen.set(this.#id, this.#clock.now);
    else this.join(topic);
    const look = this.#look(topic);
    return { ids: look.ids, changed: look.generation !== before?.generation };
  }

  leave(topic: string): void {
    this.#strikeOff(topic, this.#id);
    this.#looks.delete(topic);
  }

  #look(topic: string) {
    const roll = this.#rollOf(topic);
    const time = this.#clock.now;
    for (const [id, seen] of roll.seen)
      if (time - seen > sessionTimeout) this.#strikeOff(topic, id);
    const ids = [...roll.seen.keys()].sort();
    const look = { generation: roll.generation, ids, time };
    this.#looks.set(topic, look);
    return look;
  }

  #strikeOff(topic: string, id: string): void {
    const roll = this.#rollOf(topic);
    roll.seen.delete(id);
    roll.generation += 1;
  }
}
