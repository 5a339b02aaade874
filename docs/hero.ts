import { escapeHtml } from "./escape-html.ts";
import type { Words } from "./words.ts";

type Hero = Words["hero"];

interface Box {
  x: number;
  y: number;
  text: string;
  kind?: string;
}

const WIDTH = 138;
const HEIGHT = 44;

/** The picture on the first page, in two drawings: for wide screens and for phones. */
export function heroPicture(hero: Hero): string {
  const listeners = [...hero.listeners, hero.yours];
  const kindOf = (at: number) => (at === hero.listeners.length ? "yours" : "listener");
  const wide = drawing(
    { x: 4, y: 95, text: hero.producer, kind: "producer" },
    { x: 292, y: 95, text: hero.bus, kind: "bus" },
    listeners.map((text, at) => ({ x: 580, y: 5 + 60 * at, text, kind: kindOf(at) })),
    { hero, name: "wide", size: [722, 234] },
  );
  const narrow = drawing(
    { x: 4, y: 4, text: hero.producer, kind: "producer" },
    { x: 4, y: 138, text: hero.bus, kind: "bus" },
    listeners.map((text, at) => ({ x: 198, y: 92 + 58 * at, text, kind: kindOf(at) })),
    { hero, name: "narrow", size: [340, 314] },
  );
  return `<div class="hero">${wide}${narrow}</div>`;
}

function drawing(
  producer: Box,
  bus: Box,
  listeners: Box[],
  { hero, name, size }: { hero: Hero; name: string; size: [number, number] },
): string {
  const down = producer.x === bus.x;
  const said = down
    ? `M${center(producer)} ${bottom(producer)}V${bus.y - 6}`
    : `M${right(producer)} ${middle(producer)}H${bus.x - 6}`;
  const heard = listeners.map((box) => {
    const [from, to] = [middle(bus), middle(box)];
    const half = (right(bus) + box.x) / 2;
    return `M${right(bus)} ${from}C${half} ${from} ${half} ${to} ${box.x - 6} ${to}`;
  });
  const label = down
    ? `<text class="event" x="${center(producer) + 12}" y="${(bottom(producer) + bus.y) / 2 + 5}">${escapeHtml(hero.event)}</text>`
    : `<text class="event" x="${(right(producer) + bus.x) / 2}" y="${middle(producer) - 12}" text-anchor="middle">${escapeHtml(hero.event)}</text>`;
  const isYours = (at: number) => listeners[at]?.kind === "yours";
  return `<svg class="${name}" viewBox="0 0 ${size.join(" ")}" role="img" aria-label="${escapeHtml(hero.title)}">
<path class="wire" d="${said}"/>${heard.map((path, at) => `<path class="wire${isYours(at) ? " yours" : ""}" d="${path}"/>`).join("")}
<path class="tip" d="${down ? `M${center(bus) - 5} ${bus.y - 10}h10l-5 9z` : tip(bus)}"/>${listeners.map((box) => `<path class="tip ${box.kind}" d="${tip(box)}"/>`).join("")}
${label}
<circle class="dot said" r="6" style="offset-path:path('${said}')"/>
${heard.map((path) => `<circle class="dot heard" r="6" style="offset-path:path('${path}')"/>`).join("")}
${[producer, bus, ...listeners].map(drawn).join("\n")}
</svg>`;
}

function drawn({ x, y, text, kind = "" }: Box): string {
  return `<g class="box ${kind}"><rect x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}" rx="9"/><text x="${x + WIDTH / 2}" y="${y + HEIGHT / 2 + 5}" text-anchor="middle">${escapeHtml(text)}</text></g>`;
}

/** An arrow's head, at the left of a box. */
const tip = (box: Box) => `M${box.x - 10} ${middle(box) - 5}v10l9-5z`;
const right = ({ x }: Box) => x + WIDTH;
const bottom = ({ y }: Box) => y + HEIGHT;
const middle = ({ y }: Box) => y + HEIGHT / 2;
const center = ({ x }: Box) => x + WIDTH / 2;
