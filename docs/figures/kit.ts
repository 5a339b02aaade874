/** Brings a figure to life in the browser. */
import type { Animation, Browser, Element } from "./dom.ts";
import type { Scene, Scenes, Session, Settings } from "./figure.ts";
import { defaults, type Figure, type FigureWords, inLanguage } from "./figure.ts";
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
export function mount<State, Code extends object, Words extends FigureWords>(
  figure: Figure<State, Code, Words>,
  code: Code,
  variant: Variant,
): void {
  const words = inLanguage(figure.words, document.documentElement.lang);
  const root = document.querySelector(`[data-figure="${figure.lesson}"]`);
  if (!root) return;
  const holder = root as Element & { variants?: Variants };
  const first = holder.variants === undefined;
  holder.variants ??= {};
  holder.variants[variant] = () => figure.open(code, words);
  if (first) new Player(root, figure as unknown as AnyFigure, holder.variants);
  else find(root, "[data-variants]").hidden = false;
}

class Player {
  readonly #root: Element;
  readonly #figure: AnyFigure;
  readonly #variants: Variants;
  readonly #words: FigureWords;
  readonly #kitWords: (typeof kitWords)["en"];
  readonly #log: Element;
  readonly #emptyLog: string;
  readonly #play: Element;
  readonly #playLabel: string;
  #settings: Settings;
  /** Opened when it is first needed, as the learner's code may throw. */
  #session: Session<unknown> | undefined;
  #story: AsyncIterator<Scene<unknown>> | undefined;
  #animations: Animation[] = [];
  /** Presses are dealt with one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  /** How many stories have begun since the log was empty. */
  #rounds = 0;
  /** Counts what was pressed: whoever plays goes on until somebody presses again. */
  #presses = 0;

  constructor(root: Element, figure: AnyFigure, variants: Variants) {
    const language = document.documentElement.lang;
    this.#root = root;
    this.#figure = figure;
    this.#variants = variants;
    this.#words = inLanguage(figure.words, language);
    this.#kitWords = inLanguage(kitWords, language);
    this.#log = find(root, "[role=log]");
    this.#emptyLog = this.#log.innerHTML;
    this.#play = find(root, "[data-do=play]");
    this.#playLabel = this.#play.textContent;
    this.#settings = defaults(figure.controls);
    this.#listen();
    find(root, ".controls").hidden = false;
  }

  #listen(): void {
    const actions: [string, () => void][] = [
      ["step", () => this.#press(() => this.#next(true))],
      ["play", () => this.#playOrPause()],
      ["reset", () => this.#reset()],
    ];
    for (const [name, action] of actions) {
      find(this.#root, `[data-do=${name}]`).addEventListener("click", action);
    }
    for (const input of this.#inputs()) {
      const type = input.type === "range" ? "input" : "change";
      input.addEventListener(type, () => this.#changed(input));
    }
    find(this.#root, "[data-variants] select").addEventListener("change", () =>
      this.#restart(),
    );
  }

  #inputs(): Element[] {
    return [...this.#root.querySelectorAll("[data-control]")];
  }

  #open(): Session<unknown> {
    const chosen = find(this.#root, "[data-variants] select").value as Variant;
    const open = this.#variants[chosen] ?? this.#variants.reference;
    if (!open) throw new Error(`"${this.#figure.lesson}" has no code to run.`);
    this.#session ??= open();
    return this.#session;
  }

  /** Ends what is under way, then acts. */
  #press(action: () => Promise<unknown> | undefined): Promise<unknown> {
    this.#presses += 1;
    this.#showPlaying(false);
    for (const animation of this.#animations) animation.finish();
    this.#queue = this.#queue.then(action).catch((error) => this.#broken(error));
    return this.#queue;
  }

  #playOrPause(): void {
    const playing = this.#play.dataset.playing === "yes";
    this.#press(async () => {
      if (!playing) this.#playOn(this.#presses);
    });
  }

  async #playOn(press: number): Promise<void> {
    this.#showPlaying(true);
    let fresh = true;
    while (press === this.#presses) {
      const turn = this.#queue.then(() => press === this.#presses && this.#next(fresh));
      this.#queue = turn.catch((error) => this.#broken(error));
      if (!(await this.#queue)) break;
      fresh = false;
      await new Promise((resume) => setTimeout(resume, still() ? READING : PAUSE));
    }
    if (press === this.#presses) this.#showPlaying(false);
  }

  #showPlaying(playing: boolean): void {
    this.#play.dataset.playing = playing ? "yes" : "no";
    this.#play.textContent = playing ? this.#kitWords.pause : this.#playLabel;
  }

  /** Shows the next scene; at the end of the story, the first of another one if `again`. */
  async #next(again: boolean): Promise<boolean> {
    for (const attempt of [1, 2]) {
      this.#story ??= this.#begin();
      const { done, value } = await this.#story.next();
      if (!done) {
        await this.#show(value);
        return true;
      }
      this.#story = undefined;
      if (!again || attempt === 2) return false;
    }
    return false;
  }

  /**
   * Where controls act on what has happened, the next story goes on from there. Otherwise it is
   * the same story again, and nothing of the last one is left.
   */
  #begin(): AsyncIterator<Scene<unknown>> {
    if (this.#rounds > 0) {
      if (this.#open().change) this.#say(this.#kitWords.round(this.#rounds + 1), "round");
      else {
        this.#clear();
        this.#say(this.#kitWords.again, "round");
      }
    }
    this.#rounds += 1;
    return iterate(this.#open().go(this.#settings));
  }

  #changed(input: Element): void {
    const name = input.dataset.control ?? "";
    const value = input.type === "checkbox" ? input.checked : input.value;
    this.#settings[name] = input.type === "range" ? Number(value) : value;
    this.#press(async () => {
      const session = this.#open();
      if (!session.change) return this.#clear();
      const scenes = iterate(session.change(name, this.#settings));
      for (let one = await scenes.next(); !one.done; one = await scenes.next()) {
        await this.#show(one.value);
      }
    });
  }

  #reset(): void {
    this.#set(defaults(this.#figure.controls));
    this.#restart();
  }

  #set(settings: Settings): void {
    Object.assign(this.#settings, settings);
    for (const input of this.#inputs()) {
      const value = this.#settings[input.dataset.control ?? ""];
      if (typeof value === "boolean") input.checked = value;
      else input.value = String(value);
    }
  }

  #restart(): void {
    this.#press(async () => this.#clear());
  }

  #clear(): void {
    this.#session = undefined;
    this.#story = undefined;
    this.#rounds = 0;
    this.#log.innerHTML = this.#emptyLog;
    this.#draw(this.#figure.initial);
  }

  async #show({ state, say, flights = [], settings }: Scene<unknown>): Promise<void> {
    this.#say(say);
    if (settings) this.#set(settings);
    await this.#fly(flights);
    this.#draw(state);
  }

  #say(sentence: string, look = ""): void {
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
    if (still()) return;
    const drawings = [...this.#root.querySelectorAll("svg")];
    const shown = drawings.find((each) => each.getClientRects().length > 0);
    const dots = flights.flatMap((flight) => (shown ? launch(shown, flight) : []));
    this.#animations = dots.map(([, animation]) => animation);
    await Promise.all(this.#animations.map(({ finished }) => finished));
    for (const [dot] of dots) dot.remove();
  }

  /** The learner's code may throw: that, too, is something that has happened. */
  #broken(error: unknown): false {
    this.#story = undefined;
    this.#say(this.#kitWords.broken(error instanceof Error ? error.message : `${error}`));
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

async function* iterate<State>(scenes: Scenes<State>): AsyncGenerator<Scene<State>> {
  yield* scenes;
}
