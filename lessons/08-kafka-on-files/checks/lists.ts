/** What the model has in place of files: lists, and places in them. */
import type { LogRecord } from "#bus/partition-log";
import type { Members } from "#given/08-kafka-on-files/given/members.ts";
import type { SeekTo } from "#given/08-kafka-on-files/given/options.ts";

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
  readonly members: Members | undefined;
  readonly topics: Map<string, Map<number, Place>>;
}

/** An offset, or -1 if there is none. */
export function offsetIn(lines: Line[], to: SeekTo): number {
  if (to === "beginning") return 0;
  if (to === "end") return lines.length;
  if ("offset" in to) return to.offset > lines.length ? -1 : to.offset;
  const first = lines.findIndex(({ time }) => time >= to.time);
  return first < 0 ? lines.length : first;
}
