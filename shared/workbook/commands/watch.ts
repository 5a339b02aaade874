import { unwatchFile, watchFile } from "node:fs";
import { join } from "node:path";
import kleur from "kleur";
import { prepare } from "../screens/prepare.ts";
import { showRun } from "../screens/show-run.ts";
import { movesCursor, say } from "../screens/terminal.ts";
import { filesUnder, type Lesson } from "../work/course.ts";
import hint from "./hint.ts";

/** Asking for the time of a file works everywhere; waiting for news of changes does not, on WSL2. */
const pollEvery = 250;

/** `npm run lesson 4 watch` */
export default function watch(lesson: Lesson): Promise<number> {
  return new Promise((done) => new Watch(lesson, done).begin());
}

/** Runs the checks at every save, one run at a time, and listens to single keys. */
class Watch {
  readonly #lesson: Lesson;
  readonly #done: (status: number) => void;
  readonly #files = new Set<string>();
  /** What to do next, and whether something is being done. */
  #next: (() => Promise<unknown>) | undefined;
  #busy = false;

  constructor(lesson: Lesson, done: (status: number) => void) {
    this.#lesson = lesson;
    this.#done = done;
  }

  begin(): void {
    this.#listen();
    this.#ask(() => this.#check());
  }

  /** Only the latest wish counts: five saves while the checks run make one more run. */
  async #ask(wish: () => Promise<unknown>): Promise<void> {
    this.#next = wish;
    if (this.#busy) return;
    this.#busy = true;
    while (this.#next) {
      const now: () => Promise<unknown> = this.#next;
      this.#next = undefined;
      await now();
      this.#sayKeys();
    }
    this.#busy = false;
  }

  async #check(): Promise<void> {
    if (movesCursor()) process.stdout.write("\x1b[2J\x1b[3J\x1b[H");
    prepare(this.#lesson);
    this.#watchFiles();
    await showRun(this.#lesson, false);
  }

  /** The learner may add files; they are noticed at the next run. */
  #watchFiles(): void {
    for (const name of [...this.#lesson.files, ...filesUnder(this.#lesson.work)]) {
      const file = join(this.#lesson.work, name);
      if (this.#files.has(file)) continue;
      this.#files.add(file);
      watchFile(file, { interval: pollEvery }, () => this.#ask(() => this.#check()));
    }
  }

  async #hint(): Promise<void> {
    say();
    await hint(this.#lesson);
  }

  #sayKeys(): void {
    const keys = process.stdin.isTTY ? "h hint · r run again · q quit" : "Ctrl-C quits";
    say(kleur.dim(`\nWaiting for a change in work/${this.#lesson.folder} · ${keys}`));
  }

  #listen(): void {
    if (!process.stdin.isTTY) return;
    process.stdin.setRawMode(true).setEncoding("utf8").resume();
    process.stdin.on("data", (key: string) => this.#press(key));
  }

  #press(key: string): void {
    if (key === "h") this.#ask(() => this.#hint());
    if (key === "r") this.#ask(() => this.#check());
    if (key === "q" || key === "\u0003" || key === "\u0004") this.#quit();
  }

  #quit(): void {
    for (const file of this.#files) unwatchFile(file);
    process.stdin.setRawMode(false).pause();
    this.#done(0);
    process.exit(0);
  }
}
