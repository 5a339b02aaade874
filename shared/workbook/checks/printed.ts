const begin = "\u0002";
const end = "\u0003";

/** Stands in what a process prints where a check begins. */
export function markOf(check: string): string {
  return begin + check + end;
}

/** Sorts what a process prints by checks, on one of its streams. */
export class PrintedStream {
  readonly #printed: Map<string, string>;
  readonly #limit: number;
  #check = "";
  /** The beginning of a mark whose end has not come yet. */
  #cut = "";

  /** @param limit how much is kept of each check, in characters */
  constructor(printed: Map<string, string>, limit: number) {
    this.#printed = printed;
    this.#limit = limit;
  }

  hear(chunk: string): void {
    const [before = "", ...marked] = (this.#cut + chunk).split(begin);
    this.#keep(before);
    this.#cut = "";
    for (const text of marked) {
      const at = text.indexOf(end);
      if (at < 0) {
        this.#cut = begin + text;
      } else {
        this.#check = text.slice(0, at);
        this.#keep(text.slice(at + 1));
      }
    }
  }

  #keep(text: string): void {
    const before = this.#printed.get(this.#check) ?? "";
    this.#printed.set(this.#check, (before + text).slice(0, this.#limit));
  }
}
