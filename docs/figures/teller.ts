/** Tells the story of a figure, wherever it is shown: in a page, or in a test. */
import {
  type Control,
  defaults,
  inLanguage,
  type Scene,
  type Scenes,
  type Session,
  type Settings,
} from "./figure.ts";
import { kit } from "./words.ts";

/** Where a story is shown. */
export interface Stage<State> {
  /** Nothing has happened yet. */
  clear(): void;
  /** A line between two stories. */
  say(sentence: string): void;
  show(scene: Scene<State>): Promise<void>;
  /** What the controls say. */
  set(settings: Settings): void;
}

export class Teller<State> {
  readonly #controls: readonly Control[];
  readonly #open: () => Session<State>;
  readonly #stage: Stage<State>;
  readonly #words: (typeof kit)["en"];
  #settings: Settings;
  /** Opened when it is first needed, as the learner's code may throw. */
  #session: Session<State> | undefined;
  #story: AsyncGenerator<Scene<State>> | undefined;
  #isAhead = false;
  #round = 1;
  /** What the next story begins with, if not silently. */
  #between: "again" | "round" | "cut" | undefined;

  constructor(
    controls: readonly Control[],
    open: () => Session<State>,
    stage: Stage<State>,
    language: string,
  ) {
    this.#controls = controls;
    this.#open = open;
    this.#stage = stage;
    this.#words = inLanguage(kit, language);
    this.#settings = defaults(controls);
  }

  /** Shows the next scene; at the end of the story, the first of another one if `again`. */
  async next(again: boolean): Promise<boolean> {
    if (await this.#nextOfStory()) return true;
    return again && this.#nextOfStory();
  }

  /**
   * A changed control ends the story: what comes next is told by what the controls say now. Where
   * the code can go on from here, what it has done already is told first; else all begins anew.
   */
  async change(name: string, value: Settings[string]): Promise<void> {
    this.#session ??= this.#open();
    if (this.#session.change) while (this.#isAhead) await this.#nextOfStory();
    this.#set({ [name]: value });
    if (!this.#session.change) return this.clear();
    const isChoice = this.#controls.find((one) => one.name === name)?.kind === "choice";
    if (this.#story && isChoice) this.#between = "cut";
    await this.#story?.return(undefined);
    this.#story = undefined;
    const scenes = this.#session.change(name, this.#settings);
    for await (const scene of scenes) await this.#show(scene);
  }

  /** As it was in the beginning; what has been done to the listeners, too. */
  clear(): void {
    if (this.#session?.change) {
      const undone = this.#controls.filter(({ kind }) => kind !== "choice");
      this.#set(defaults(undone));
    }
    this.#session = undefined;
    this.#story = undefined;
    this.#isAhead = false;
    this.#round = 1;
    this.#between = undefined;
    this.#stage.clear();
  }

  reset(): void {
    this.clear();
    this.#set(defaults(this.#controls));
  }

  /** The code has thrown: its story is over. */
  breakOff(): void {
    this.#story = undefined;
    this.#isAhead = false;
  }

  async #nextOfStory(): Promise<boolean> {
    this.#session ??= this.#open();
    this.#story ??= this.#begin(this.#session);
    const { done, value } = await this.#story.next();
    if (done) {
      this.breakOff();
      this.#between = this.#session.change ? "round" : "again";
      return false;
    }
    await this.#show(value);
    return true;
  }

  /**
   * Where controls act on what has happened, the next story goes on from there. Otherwise it is
   * the same story again, and nothing of the last one is left.
   */
  #begin(session: Session<State>): AsyncGenerator<Scene<State>> {
    if (this.#between === "again") {
      this.#stage.clear();
      this.#stage.say(this.#words.again);
    } else if (this.#between) this.#stage.say(this.#words[this.#between](++this.#round));
    this.#between = undefined;
    return iterate(session.go(this.#settings));
  }

  async #show(scene: Scene<State>): Promise<void> {
    this.#isAhead = scene.ahead === true;
    if (scene.settings) this.#set(scene.settings);
    await this.#stage.show(scene);
  }

  #set(settings: Settings): void {
    this.#settings = { ...this.#settings, ...settings };
    this.#stage.set(this.#settings);
  }
}

async function* iterate<State>(scenes: Scenes<State>): AsyncGenerator<Scene<State>> {
  yield* scenes;
}
