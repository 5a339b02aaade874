/** Draws the rows of a timeline for the terminal. Given. */
import kleur from "kleur";
import type { TimelineRow } from "../given/process.ts";

type Paint = (text: string) => string;

const looks: Record<TimelineRow["kind"], [mark: string, paint: Paint]> = {
  started: ["●", kleur.bold],
  requested: ["→", kleur.gray],
  done: ["✓", kleur.green],
  refused: ["✗", kleur.red],
  unanswered: ["?", kleur.yellow],
  ended: ["■", kleur.bold],
};

/** How long a note may be behind what happened, in a window of 80 columns. */
const ROOM_BEHIND = 21;

/** One line for each row: number, time, what happened, and the number of what led to it. */
export function drawTimeline(rows: readonly TimelineRow[]): string {
  return rows.map(drawRow).join("\n");
}

function drawRow({ line, after, name, kind, text, because, late }: TimelineRow): string {
  const [mark, paint] = looks[kind];
  // A request is told by what is asked for; the words "step.requested" would say it twice.
  const what = kind === "requested" ? text : name;
  const note = [kind === "requested" ? "" : text, late ? "came late" : ""]
    .filter(Boolean)
    .join("; ");
  const columns = [
    String(line).padStart(3),
    `${after} ms`.padStart(9),
    paint(`${mark} ${what.padEnd(32)}`),
    because === null ? "     " : kleur.gray(`← ${String(because).padEnd(3)}`),
  ];
  const row = columns.join("  ");
  // A long note has the line below to itself, under what happened.
  return note.length > ROOM_BEHIND
    ? `${row.trimEnd()}\n${" ".repeat(18)}${note}`
    : `${row}  ${note}`.trimEnd();
}
