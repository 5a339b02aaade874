import kleur from "kleur";
import {
  accountOf,
  type Failure,
  listOf,
  type ProofMessage,
  type Proved,
} from "./account.ts";

const barWidth = 24;

/** A line of the screen: a lesson, or all that concerns none. */
interface Line {
  name: string;
  /** Of a lesson trials, else files. */
  planned: number;
  done: number;
  failed: number;
  /** Files that have not come to their end. */
  files: number;
}

/** What `npm test` shows: a line for each lesson that fills up, and at the end what came of it all. */
export class ProofScreen {
  readonly #out: NodeJS.WriteStream;
  readonly #lines: Map<string, Line>;
  readonly #proved: Proved[] = [];
  readonly #unproved: string[] = [];
  readonly #failures: Failure[] = [];
  #tests = 0;
  #drawn = 0;

  /** @param names the lines, each with how many files it stands for */
  constructor(names: Map<string, number>, out = process.stdout) {
    this.#out = out;
    this.#lines = new Map(
      [...names].map(([name, files]) => [
        name,
        { name, planned: 0, done: 0, failed: 0, files },
      ]),
    );
    this.#draw();
  }

  get failed(): number {
    return this.#failures.length;
  }

  get unproved(): number {
    return this.#unproved.length;
  }

  hear(name: string, message: ProofMessage): void {
    const line = this.#line(name);
    if (message.type === "proved") this.#proved.push(message.entry);
    if (message.type === "planned") line.planned += message.trials;
    if (message.type === "passed" || message.type === "failed") {
      this.#tests += 1;
      if (message.isTrial) line.done += 1;
    }
    if (message.type === "passed" && message.skipped !== undefined)
      this.#unproved.push(message.skipped);
    if (message.type === "failed") this.fail(name, message.failure);
    this.#draw();
  }

  fail(name: string, failure: Failure): void {
    this.#line(name).failed += 1;
    this.#failures.push(failure);
  }

  /** A file has come to its end. */
  ended(name: string): void {
    const line = this.#line(name);
    line.files -= 1;
    if (line.files === 0 && !this.#out.isTTY) this.#out.write(`${shown(line)}\n`);
    this.#draw();
  }

  /** All that came of it: failures in full, then the account. */
  end(seconds: number, log: string): void {
    const failures = this.#failures.map(
      ({ path, text }) => `${kleur.red("✖")} ${path.join(" › ")}\n${indented(text)}\n`,
    );
    const counts = `${this.#tests} tests, ${this.failed} failed, ${seconds} s`;
    this.#out.write(
      `\n${[
        ...failures,
        accountOf(this.#proved),
        "",
        listOf(this.#unproved),
        "",
        this.failed > 0 ? kleur.red(counts) : kleur.green(counts),
        `All that was said: ${log}`,
      ].join("\n")}\n`,
    );
  }

  #line(name: string): Line {
    const line = this.#lines.get(name);
    if (line === undefined) throw new Error(`The screen has no line "${name}".`);
    return line;
  }

  #draw(): void {
    if (!this.#out.isTTY) return;
    const lines = [...this.#lines.values()].map((line) => `\x1b[2K${shown(line)}\n`);
    const back = this.#drawn > 0 ? `\x1b[${this.#drawn}A` : "";
    this.#out.write(back + lines.join(""));
    this.#drawn = lines.length;
  }
}

function shown({ name, planned, done, failed, files }: Line): string {
  const isDone = files === 0;
  const part = isDone ? 1 : planned === 0 ? 0 : Math.min(done / planned, 0.99);
  const full = Math.floor(part * barWidth);
  const bar = "▰".repeat(full) + kleur.dim("▱".repeat(barWidth - full));
  const end =
    failed > 0 ? kleur.red(`✖ ${failed} failed`) : isDone ? kleur.green("✔") : "";
  return `  ${name.padEnd(24)} ${bar} ${end}`.trimEnd();
}

function indented(text: string): string {
  return text.replace(/^/gm, "    ");
}
