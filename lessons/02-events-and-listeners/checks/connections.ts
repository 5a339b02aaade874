/** Who is connected to which bus on a day, and which rule it is about when they hear an event. */
import type { Command, Rule } from "./story.ts";

/** Somebody's event handler may be called with anything. */
type Handler = (...args: unknown[]) => void;

export class Connections {
  readonly #all: { shop: number; bus: number; end: Handler; ended: boolean }[] = [];
  /** Whether one was ended a second time. */
  #isStale = false;

  add(shop: number, bus: number, end: Handler): void {
    this.#all.push({ shop, bus, end, ended: false });
  }

  has(shop: number, bus: number): boolean {
    return this.#of(shop, bus).some(({ ended }) => !ended);
  }

  /** Ends a connection, if there are that many. */
  end(nth: number): boolean {
    const connection = this.#all[nth];
    if (!connection) return false;
    this.#isStale ||= connection.ended;
    connection.end({ type: "abort" }, nth);
    connection.ended = true;
    return true;
  }

  haveLeft(bus: number): boolean {
    return this.#all.every((one) => one.bus !== bus || one.ended);
  }

  ruleOf(shop: number, { bus, does }: Command): Rule {
    const count = this.#of(shop, bus).length;
    if (!this.has(shop, bus)) return count > 0 ? "disconnect" : "apart";
    if (this.#isStale) return "twice";
    if (count > 1) return "again";
    return does === "odd" ? "every" : "reach";
  }

  #of(shop: number, bus: number) {
    return this.#all.filter((one) => one.shop === shop && one.bus === bus);
  }
}
