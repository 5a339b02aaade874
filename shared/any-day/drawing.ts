/** What the days of several lessons are drawn with. */
import fc from "fast-check";

/** Gives values that a step's days know only from some step on. */
export function sinceOf(step: number) {
  return <const Value>(first: number, ...values: Value[]) => (step < first ? [] : values);
}

/** A whole number from 1 up to this one: of each size, small or large, as often as of any other. */
export function upTo(most: number): fc.Arbitrary<number> {
  return fc.nat(999).map((size) => Math.ceil(most ** (size / 999)));
}
