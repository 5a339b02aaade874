import { watchFile } from "node:fs";
import { join } from "node:path";
import kleur from "kleur";
import { type TypeProblem, typeErrors } from "../checks/type-errors.ts";
import { LivePages } from "../page/live-pages.ts";
import { checkUp } from "../results/outcome.ts";
import { showTypeProblems } from "../screens/card.ts";
import { prepare } from "../screens/prepare.ts";
import { checked, showOutcome } from "../screens/show-run.ts";
import { movesCursor, say } from "../screens/terminal.ts";
import { courseRoot, filesUnder, findLessons, type Lesson } from "../work/course.ts";
import { refusalOf } from "../work/refusal.ts";
import hint from "./hint.ts";

/** Asking for the time of a file works everywhere; waiting for news of changes does not, on WSL2. */
const pollEvery = 250;

/** `npm run lesson 4 watch`, which goes on until the learner ends it. */
export default function watch(lesson: Lesson): Promise<number> {
  return new Promise(() => new Watch(lesson).begin());
}

/**
 * Runs the checks at every save in any lesson, one run at a time, shows what comes out here and on the
 * pages, and listens to single keys.
 */
class Watch {
  /** The one that was saved last. */
  #lesson: Lesson;
  readonly #files = new Set<string>();
  /** What is still to do, by name. */
  readonly #wishes = new Map<string, () => Promise<unknown>>();
  #busy = false;
  #types = new AbortController();
  readonly #pages = new LivePages((lesson) =>
    this.#ask(`look ${lesson.folder}`, () => this.#look(lesson)),
  );
  /** Where a lesson's page is, in words. */
  #pageText: (lesson: Lesson) => string = () => "";

  constructor(lesson: Lesson) {
    this.#lesson = lesson;
  }

  async begin(): Promise<void> {
    this.#listen();
    this.#pageText = await this.#openPages();
    this.#askCheck(this.#lesson);
    for (const lesson of findLessons()) this.#watchFiles(lesson);
  }

  async #openPages(): Promise<(lesson: Lesson) => string> {
    try {
      const { address, isOther } = await this.#pages.open();
      const words = isOther
        ? "Another watch runs already, and serves the pages"
        : "The same in the explanation";
      return ({ folder }) => `${words}: ${address}${folder}.html`;
    } catch (error) {
      return () => `The pages cannot be served. ${refusalOf(error) ?? error}`;
    }
  }

  #askCheck(lesson: Lesson): void {
    this.#types.abort();
    this.#ask(`check ${lesson.folder}`, () => this.#check(lesson));
  }

  /** Five saves of a lesson while the checks run make one more run. */
  async #ask(name: string, wish: () => Promise<unknown>): Promise<void> {
    this.#wishes.set(name, wish);
    if (this.#busy) return;
    this.#busy = true;
    for (const [next, now] of this.#wishes) {
      this.#wishes.delete(next);
      await now();
    }
    this.#busy = false;
  }

  async #check(lesson: Lesson): Promise<void> {
    this.#lesson = lesson;
    if (movesCursor()) process.stdout.write("\x1b[2J\x1b[3J\x1b[H");
    say(`${kleur.dim(this.#pageText(lesson))}\n`);
    prepare(lesson);
    this.#watchFiles(lesson);
    this.#pages.begin(lesson);
    const outcome = await checked(lesson);
    if (this.#isOutdated(lesson)) return;
    showOutcome(lesson, outcome);
    this.#pages.end(lesson, outcome);
    if (outcome.progress.crash !== "syntax")
      showTypeProblems(await this.#typeErrors(lesson));
    this.#sayKeys();
  }

  /** For a page alone: the terminal stays with the lesson it shows. */
  async #look(lesson: Lesson): Promise<void> {
    this.#pages.begin(lesson);
    const outcome = await checkUp(lesson);
    if (this.#isOutdated(lesson)) return;
    this.#pages.end(lesson, outcome);
    await this.#typeErrors(lesson);
  }

  /** Saved again meanwhile: what came out is about code that is no more. */
  #isOutdated({ folder }: Lesson): boolean {
    return this.#wishes.has(`check ${folder}`);
  }

  /** After the checks, as both together would make one wait longer for what matters most. */
  async #typeErrors(lesson: Lesson): Promise<TypeProblem[]> {
    this.#types = new AbortController();
    const problems = await typeErrors(lesson, courseRoot, this.#types.signal);
    this.#pages.types(lesson, problems);
    return problems;
  }

  /** The learner may add files; they are noticed at the next run. */
  #watchFiles(lesson: Lesson): void {
    for (const name of [...lesson.files, ...filesUnder(lesson.work)]) {
      const file = join(lesson.work, name);
      if (this.#files.has(file)) continue;
      this.#files.add(file);
      watchFile(file, { interval: pollEvery }, () => this.#askCheck(lesson));
    }
  }

  async #hint(): Promise<void> {
    say();
    await hint(this.#lesson);
    this.#sayKeys();
  }

  #sayKeys(): void {
    const keys = process.stdin.isTTY ? "h hint · r run again · q quit" : "Ctrl-C quits";
    say(
      `\n${kleur.dim(`Waiting for a change in work/${this.#lesson.folder} · ${keys}`)}`,
    );
  }

  #listen(): void {
    if (!process.stdin.isTTY) return;
    process.stdin.setRawMode(true).setEncoding("utf8").resume();
    process.stdin.on("data", (key: string) => this.#press(key));
  }

  #press(key: string): void {
    if (key === "h") this.#ask("hint", () => this.#hint());
    if (key === "r") this.#askCheck(this.#lesson);
    if (key === "q" || key === "\u0003" || key === "\u0004") process.exit(0);
  }
}
