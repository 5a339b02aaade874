import kleur from "kleur";
import { columns, movesCursor } from "./terminal.ts";

/** How long a screen may stay still before it says what it waits for. */
const patience = 700;

/** One line that says what is being waited for, and goes away. In a terminal only. */
export class Waiting {
  #text: string;
  #shown = false;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(text: string) {
    this.#text = text;
    if (movesCursor()) this.#timer = setInterval(() => this.#show(), patience);
  }

  /** What is being waited for now. */
  now(text: string): void {
    this.#text = text;
  }

  over(): void {
    clearInterval(this.#timer);
    if (this.#shown) process.stdout.write("\r\x1b[K");
  }

  #show(): void {
    this.#shown = true;
    process.stdout.write(
      `\r\x1b[K${kleur.dim(`${this.#text} …`.slice(0, columns() - 1))}`,
    );
  }
}
