/** Brings a figure to life in the browser. */
import type { Animation, Browser, Element } from "./dom.ts";
import {
  type Figure,
  type FigureWords,
  inLanguage,
  type Scene,
  type Session,
  type Settings,
} from "./figure.ts";
import { type Stage, Teller } from "./teller.ts";
import { kit as kitWords } from "./words.ts";

const { document, matchMedia } = globalThis as unknown as Browser;

/** How long a dot flies, and how long Play waits between two scenes; in ms. */
const FLIGHT = 650;
const PAUSE = 450;
/** What Play waits where nothing moves: long enough to read the sentence. */
const READING = 1_500;

/** Whose code it is: that of the reference, or the learner's. */
export type Variant = "reference" | "yours";

type AnyFigure = Figure<unknown, object, FigureWords>;
type Variants = Partial<Record<Variant, () => Session<unknown>>>;

/** Makes the still figure of a lesson move; called again, it offers a second variant of the code. */
export function mount(figure: AnyFigure, code: object, variant: Variant): void {
  const words = inLanguage(figure.words, document.documentElement.lang);
  const root = document.querySelector(`[data-figure="${figure.lesson}"]`);
  if (!root) return;
  const holder = root as Element & { variants?: Variants };
  const first = holder.variants === undefined;
  holder.variants ??= {};
  holder.variants[variant] = () => figure.open(code, words);
  if (first) new Player(root, figure, holder.variants);
  else find(root, "[data-variants]").hidden = false;
}

class Player implements Stage<unknown> {
  readonly #root: Element;
  readonly #figure: AnyFigure;
  readonly #words: FigureWords;
  readonly #kitWords: (typeof kitWords)["en"];
  readonly #log: Element;
  readonly #emptyLog: string;
  readonly #play: Element;
  readonly #playLabel: string;
  readonly #teller: Teller<unknown>;
  #animations: Animation[] = [];
  /** Presses are dealt with one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  /** Counts what was pressed: whoever plays goes on until somebody presses again. */
  #presses = 0;
  /** The press that is dealt with now. */
  #press = 0;

  constructor(root: Element, figure: AnyFigure, variants: Variants) {
    const language = document.documentElement.lang;
    this.#root = root;
    this.#figure = figure;
    this.#words = inLanguage(figure.words, language);
    this.#kitWords = inLanguage(kitWords, language);
    this.#log = find(root, "[role=log]");
    this.#emptyLog = this.#log.innerHTML;
    this.#play = find(root, "[data-do=play]");
    this.#playLabel = this.#play.textContent;
    const choice = find(root, "[data-variants] select");
    const open = () => {
      const chosen = variants[choice.value as Variant] ?? variants.reference;
      if (!chosen) throw new Error(`"${figure.lesson}" has no code to run.`);
      return chosen();
    };
    this.#teller = new Teller(figure.controls, open, this, language);
    this.#listen("[data-do=step]", "click", () => this.#teller.next(true));
    this.#listen("[data-do=reset]", "click", () => this.#teller.reset());
    this.#listen("[data-variants] select", "change", () => this.#teller.clear());
    this.#play.addEventListener("click", () => this.#playOrPause());
    for (const input of this.#inputs()) this.#listenTo(input);
    for (const part of [".settings", ".buttons"]) find(root, part).hidden = false;
  }

  #listen(selector: string, type: string, action: () => unknown): void {
    find(this.#root, selector).addEventListener(type, () => this.#pressed(action));
  }

  #listenTo(input: Element): void {
    let changes = 0;
    input.addEventListener(input.type === "range" ? "input" : "change", () => {
      const value = saidBy(input);
      const change = ++changes;
      this.#pressed(() => {
        // Whoever drags is told where it ends, and not of every place on the way.
        if (input.type === "range" && change !== changes) return;
        return this.#teller.change(input.dataset.control ?? "", value);
      });
    });
  }

  #inputs(): Element[] {
    return [...this.#root.querySelectorAll("[data-control]")];
  }

  /** Ends what is under way, then acts. */
  #pressed(action: () => unknown): number {
    const press = ++this.#presses;
    this.#showPlaying(false);
    for (const animation of this.#animations) animation.finish();
    this.#enqueue(press, action);
    return press;
  }

  #enqueue(press: number, action: () => unknown): Promise<unknown> {
    const act = () => {
      this.#press = press;
      return action();
    };
    this.#queue = this.#queue.then(act).catch((error) => this.#broken(error));
    return this.#queue;
  }

  #playOrPause(): void {
    const isPlaying = this.#play.dataset.playing === "yes";
    const press = this.#pressed(() => {});
    if (!isPlaying) this.#playOn(press);
  }

  async #playOn(press: number): Promise<void> {
    this.#showPlaying(true);
    const isOn = () => press === this.#presses;
    let fresh = true;
    while (isOn()) {
      const told = this.#enqueue(press, () => isOn() && this.#teller.next(fresh));
      if (!(await told)) break;
      fresh = false;
      await new Promise((resume) => setTimeout(resume, still() ? READING : PAUSE));
    }
    if (isOn()) this.#showPlaying(false);
  }

  #showPlaying(playing: boolean): void {
    this.#play.dataset.playing = playing ? "yes" : "no";
    this.#play.textContent = playing ? this.#kitWords.pause : this.#playLabel;
  }

  clear(): void {
    this.#log.innerHTML = this.#emptyLog;
    this.#draw(this.#figure.initial);
  }

  say(sentence: string): void {
    this.#write(sentence, "round");
  }

  async show({ state, say, flights = [] }: Scene<unknown>): Promise<void> {
    this.#write(say);
    await this.#fly(flights);
    this.#draw(state);
  }

  set(settings: Settings): void {
    for (const input of this.#inputs()) {
      const value = settings[input.dataset.control ?? ""];
      if (typeof value === "boolean") input.checked = value;
      else input.value = String(value);
    }
  }

  #write(sentence: string, look = ""): void {
    if (this.#log.innerHTML === this.#emptyLog) this.#log.textContent = "";
    const line = document.createElement("p");
    line.textContent = sentence;
    if (look) line.setAttribute("class", look);
    this.#log.append(line);
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  #draw(state: unknown): void {
    for (const layout of ["wide", "narrow"] as const) {
      const picture = this.#figure.draw(state, layout, this.#words);
      find(this.#root, `svg.${layout}`).innerHTML = picture;
    }
  }

  async #fly(flights: readonly string[]): Promise<void> {
    // Whoever has pressed again meanwhile does not want to wait.
    if (still() || this.#press !== this.#presses) return;
    const drawings = [...this.#root.querySelectorAll("svg")];
    const shown = drawings.find((each) => each.getClientRects().length > 0);
    const dots = flights.flatMap((flight) => (shown ? launch(shown, flight) : []));
    this.#animations = dots.map(([, animation]) => animation);
    await Promise.all(this.#animations.map(({ finished }) => finished));
    for (const [dot] of dots) dot.remove();
  }

  /** The learner's code may throw: that, too, is something that has happened. */
  #broken(error: unknown): false {
    this.#teller.breakOff();
    const message = error instanceof Error ? error.message : `${error}`;
    this.#write(this.#kitWords.broken(message));
    return false;
  }
}

function launch(svg: Element, flight: string): [Element, Animation][] {
  const back = flight.startsWith("-");
  const path = svg.querySelector(`[data-edge="${back ? flight.slice(1) : flight}"]`);
  if (!path) return [];
  const length = path.getTotalLength();
  const frames = Array.from({ length: 25 }, (_, at) => {
    const { x, y } = path.getPointAtLength((length * (back ? 24 - at : at)) / 24);
    return { transform: `translate(${x}px, ${y}px)` };
  });
  const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
  dot.setAttribute("class", back ? "dot back" : "dot");
  dot.setAttribute("r", "6");
  svg.append(dot);
  return [[dot, dot.animate(frames, { duration: FLIGHT, easing: "ease-in-out" })]];
}

/** Whether people ask for things that do not move. */
function still(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function find(parent: Element, selector: string): Element {
  const found = parent.querySelector(selector);
  if (!found) throw new Error(`The figure has no ${selector}.`);
  return found;
}

function saidBy(input: Element): string | boolean | number {
  if (input.type === "checkbox") return input.checked;
  return input.type === "range" ? Number(input.value) : input.value;
}
