/** The pens of the figures: boxes, edges and small labels, as SVG. */
import { escapeHtml } from "../escape-html.ts";
import type { Layout } from "./figure.ts";

export const widths: Record<Layout, number> = { wide: 680, narrow: 320 };

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

/**
 * How a thing looks: `strong` is in the middle of it all, `off` is not there at the moment. No look
 * is a colour alone: what is lit has a second frame, what is good or bad a sign.
 */
export type Look = "plain" | "strong" | "lit" | "off" | "store" | "good" | "bad";

type Side = "left" | "right" | "top" | "bottom";

/** Where edges leave a box and reach the next one: beside it, or on a phone below it. */
export const sides = {
  wide: ["right", "left"],
  narrow: ["bottom", "top"],
} as const satisfies Record<Layout, readonly [Side, Side]>;

interface Port {
  x: number;
  y: number;
  /** Which way is out of the box. */
  out: readonly [number, number];
}

export function rect(x: number, y: number, w: number, h: number): Box {
  return { x, y, w, h };
}

/** The place where edges meet a side of a box, moved along that side by `shift`. */
export function port({ x, y, w, h }: Box, side: Side, shift = 0): Port {
  const middle = { x: x + w / 2 + shift, y: y + h / 2 + shift };
  if (side === "left") return { x, y: middle.y, out: [-1, 0] };
  if (side === "right") return { x: x + w, y: middle.y, out: [1, 0] };
  if (side === "top") return { x: middle.x, y, out: [0, -1] };
  return { x: middle.x, y: y + h, out: [0, 1] };
}

/** A box with a title and lines below it, all in its middle. */
export function box(
  { x, y, w, h }: Box,
  title: string,
  lines: readonly string[] = [],
  look: Look = "plain",
): string {
  const middle = x + w / 2;
  const top = y + h / 2 - lines.length * 8.5 + 5;
  const rows = lines.map((line, at) => text(middle, top + 17 * (at + 1), line, "sub"));
  return `<g class="box ${look}">${frame({ x, y, w, h }, look)}${text(middle, top, title, "title")}${rows.join("")}</g>`;
}

const signs: Partial<Record<Look, string>> = { good: "✓", bad: "✗" };

function frame({ x, y, w, h }: Box, look: Look): string {
  const outer = `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="9"/>`;
  const { [look]: sign } = signs;
  if (sign) return `${outer}${text(x + w - 12, y + 16, sign, "sign")}`;
  if (look !== "lit") return outer;
  return `${outer}<rect x="${x + 4}" y="${y + 4}" width="${w - 8}" height="${h - 8}" rx="6"/>`;
}

/**
 * A box in which things lie in a row, as many as there is room for, and then a number.
 *
 * @param options `width` of each thing, what it says when nothing is there, a line below the
 *   title, and how many of the first things are lit
 */
export function shelf(
  area: Box,
  title: string,
  things: readonly string[],
  look: Look = "store",
  {
    width = 24,
    empty = "",
    note = "",
    lit = 0,
  }: { width?: number; empty?: string; note?: string; lit?: number } = {},
): string {
  const { x, y, w, h } = area;
  const room = Math.max(1, Math.floor((w - 16) / (width + 4)));
  const more = things.length - room;
  const shown = more > 0 ? [...things.slice(0, room - 1), `+${more + 1}`] : things;
  const start = x + w / 2 - (shown.length * (width + 4) - 4) / 2;
  const row = shown.map((thing, at) =>
    chip(
      rect(start + at * (width + 4), y + h - 31, width, 22),
      thing,
      at < lit ? "lit" : "plain",
    ),
  );
  const none =
    things.length === 0 && empty ? text(x + w / 2, y + h - 16, empty, "sub") : "";
  const below = note ? text(x + w / 2, y + 39, note, "sub") : "";
  return `<g class="box ${look}">${frame(area, look)}${text(x + w / 2, y + 21, title, "title")}${below}${none}</g>${row.join("")}`;
}

export function chip({ x, y, w, h }: Box, label: string, look: Look = "plain"): string {
  return `<g class="chip ${look}"><rect x="${x}" y="${y}" width="${w}" height="${h}" rx="5"/>${text(x + w / 2, y + h / 2 + 4, label)}</g>`;
}

/**
 * An arrow from port to port. Dots find it by its name; `hidden` ones are only for dots.
 *
 * @param reaches how far it goes straight out of either port before it bends
 */
export function edge(
  name: string,
  from: Port,
  to: Port,
  look = "",
  reaches: readonly number[] = [],
): string {
  const end = { x: to.x + to.out[0] * 2, y: to.y + to.out[1] * 2 };
  const [dx, dy] = to.out;
  const reach = (port: Port) =>
    Math.max(14, Math.abs(port.out[0] ? to.x - from.x : to.y - from.y) / 2);
  const [a = reach(from), b = reach(to)] = reaches;
  const curve = `M${from.x} ${from.y}C${from.x + from.out[0] * a} ${from.y + from.out[1] * a} ${end.x + dx * b} ${end.y + dy * b} ${end.x + dx * 4} ${end.y + dy * 4}`;
  const tip = `M${end.x} ${end.y}l${dx * 8 - dy * 4} ${dy * 8 + dx * 4}l${dy * 8} ${-dx * 8}z`;
  const arrow = look === "hidden" ? "" : `<path class="tip ${look}" d="${tip}"/>`;
  return `<path class="edge ${look}" data-edge="${name}" d="${curve}"/>${arrow}`;
}

export function text(x: number, y: number, content: string, look = ""): string {
  return `<text x="${x}" y="${y}" class="${look}">${escapeHtml(content)}</text>`;
}
