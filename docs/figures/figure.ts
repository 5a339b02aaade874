/** What a figure is: a still picture, some controls, and a story that the lesson's code tells. */

/** A wide drawing for screens and paper, a narrow one for phones. */
export type Layout = "wide" | "narrow";

export type Control =
  | { kind: "choice"; name: string; options: readonly string[]; value: string }
  | { kind: "switch"; name: string; value: boolean; group?: string }
  | { kind: "slider"; name: string; min: number; max: number; value: number };

/** What the controls say now, by name. It changes while a story is told. */
export type Settings = Record<string, string | boolean | number>;

/** One step of a story. */
export interface Scene<State> {
  state: State;
  /** What has happened, in words. */
  say: string;
  /** The edges along which a dot flies; with `-` in front, against the arrow. */
  flights?: readonly string[];
  /** What the controls show from now on, where the story moves them. */
  settings?: Settings;
  /** The code has done already what the next scene tells. */
  ahead?: boolean;
}

export type Scenes<State> = Iterable<Scene<State>> | AsyncIterable<Scene<State>>;

/** The lesson's code at work. */
export interface Session<State> {
  /** What happens when somebody presses Step or Play: scene after scene. */
  go(settings: Settings): Scenes<State>;
  /**
   * What happens when a control is changed, which ends the story that is told. Without it, all
   * begins anew.
   */
  change?(name: string, settings: Settings): Scenes<State>;
}

/** A session whose story goes on from what has happened: each scene says what is new. */
export abstract class Story<State, Code, Words> implements Session<State> {
  readonly code: Code;
  readonly words: Words;
  state: State;

  constructor(code: Code, words: Words, initial: State) {
    this.code = code;
    this.words = words;
    this.state = initial;
  }

  abstract go(settings: Settings): Scenes<State>;

  /** A choice is about what comes next: of itself it tells nothing. */
  change(_name: string, _settings: Settings): Scenes<State> {
    return [];
  }

  scene(news: Partial<State>, say: string, ...flights: string[]): Scene<State> {
    this.state = { ...this.state, ...news };
    return { state: this.state, say, flights };
  }
}

/** What every figure needs to say, besides the sentences of its story. */
export interface FigureWords {
  /** Above the picture, in HTML. It says what is simulated. */
  caption: string;
  /** What the picture shows, for those who do not see it. */
  picture: string;
  /** By the name of the control, or of its group. */
  controls: Record<string, string>;
  /** By the value of an option; those that are missing are shown as they are. */
  options?: Record<string, string>;
}

/** By language. */
type Editions<Words> = { en: Words } & Record<string, Words>;

export interface Figure<State, Code extends object, Words extends FigureWords> {
  /** The folder of the lesson. */
  lesson: string;
  /** What the story runs, and the modules that this comes from. */
  code: { [Name in keyof Code]: string };
  words: Editions<Words>;
  controls: readonly Control[];
  /** The state of the picture before anything has happened. */
  initial: State;
  heights: Record<Layout, number>;
  /** The picture of a state. It asks nobody, so it can be drawn while the site is built. */
  draw(state: State, layout: Layout, words: Words): string;
  open(code: Code, words: Words): Session<State>;
}

/** Some options, of which one is chosen: the first, unless it is said which. */
export function choice(
  name: string,
  options: readonly string[],
  value: string = options[0] ?? "",
): Control {
  return { kind: "choice", name, options, value };
}

/** A group of switches, which are all on, unless it is said which. */
export function switches(
  group: string,
  names: readonly string[],
  on: readonly string[] = names,
): Control[] {
  return names.map((name) => ({ kind: "switch", name, group, value: on.includes(name) }));
}

/** The words in a language, or else in English. */
export function inLanguage<Words>(editions: Editions<Words>, language: string): Words {
  return editions[language] ?? editions.en;
}

/** What the controls say before anybody has touched them. */
export function defaults(controls: readonly Control[]): Settings {
  return Object.fromEntries(controls.map(({ name, value }) => [name, value]));
}
