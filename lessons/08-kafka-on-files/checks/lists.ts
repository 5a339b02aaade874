/** What the model has in place of files: lists, places in them, and who is in a group. */
import type { LogRecord } from "#bus/partition-log";
import type { Members } from "#given/08-kafka-on-files/given/members.ts";
import type { SeekTo } from "#given/08-kafka-on-files/given/options.ts";
import { textOf } from "./real-world.ts";

export interface Line extends LogRecord {
  broken?: string | undefined;
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

export interface Reader {
  readonly group: string;
  readonly id: string;
  readonly autoCommit: boolean;
  /** Nobody shares anything before step 7. */
  readonly members: Members | undefined;
  /** By topic, and by the name of the offset file. */
  readonly topics: Map<string, Map<string, Place>>;
}

/** The lines of a file, and at last its half line. */
export const textsOf = ({ lines, half }: Part) => [
  ...lines.map((line) => line.broken ?? textOf(line)),
  half.toString(),
];

/** The good records from a place on, or how the reading is refused. */
export function reading(part: Part, place: Place, limit: number): Line[] | string {
  const rest = part.lines.slice(place.offset);
  const broken = rest.findIndex((line) => line.broken !== undefined);
  if (part !== place.part && place.offset > 0) return `RangeError: ${part.file}`;
  if (broken === 0) return `BrokenRecordError: ${part.file}, line ${place.offset + 1}`;
  return rest.slice(0, broken < 0 ? limit : Math.min(limit, broken));
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

/** The turn that was chosen, or one of the partitions that `had` the fewest, where it is not. */
export function turnOf(had: number[], chosen = -1): number {
  const fewest = Math.min(...had);
  const turn = had[chosen] === fewest ? chosen : had.indexOf(fewest);
  had[turn] = fewest + 1;
  return turn;
}
