/**
 * What proves a lesson: that right answers pass its checks and wrong ones do not, and that each
 * step asks for exactly one thing. Every lesson has one such file, `shared/course/NN-slug/proof.ts`:
 *
 * ```ts
 * import { proof } from "../proof.ts";
 *
 * export default proof({
 *   steps: {
 *     2: [{ file: "event-bus.ts", find: `return this.#drop(listener);`, put: `todo(2, "forget this listener");` }],
 *     1: [{ file: "event-bus.ts", find: `this.#keep(listener);`, put: `todo(1, "remember the listener");` }],
 *   },
 *   mistakes: [
 *     {
 *       name: "forgets nobody",
 *       step: 2,
 *       change: [{ file: "event-bus.ts", find: `return this.#drop(listener);`, put: `return true;` }],
 *     },
 *   ],
 * });
 * ```
 *
 * To plant a mistake: think of a wrong answer that a learner may well write, say what has to change in
 * the reference answer to get it, and name the step whose check should notice. `npm test` then
 * fails if no check notices, or if one of another step is the first to do so.
 *
 * Other right answers go beside it, whole: `alternatives/<style>/<the learner's file names>`. Files
 * that are not there are taken from the reference answer; import those by `#lesson/NN-slug/file.ts`, so
 * that the compiler finds them too.
 */
export interface Proof {
  /**
   * How to take each step out of the reference answer again. `steps[3]` turns an answer with steps
   * 1 to 3 into one with steps 1 and 2, whose owner will meet TODO 3 next. They are applied from the
   * last step down, so the text that `steps[3]` looks for may have been put there by `steps[4]`.
   * Each TODO that is put in must stand in the starter too, word for word.
   */
  steps: Record<number, Change[]>;
  mistakes: Mistake[];
}

/** A wrong answer: the reference answer with something changed. */
export interface Mistake {
  /** What is wrong with it, such as `calls listeners in the order of their patterns`. */
  name: string;
  /** The step whose check is the first to fail. */
  step: number;
  change: Change[];
  /** It never ends. Then it is caught by the check that hangs, and not waited for as long. */
  endless?: true;
}

/** One replacement in one of the learner's files. */
export interface Change {
  /** As in `solutions/NN-slug/`. If that only hands on a piece of the bus, the piece is meant. */
  file: string;
  /** The text to replace: must occur exactly once. */
  find: string;
  put: string;
}

/** Declares how a lesson is proved; see the top of this file. */
export function proof(definition: Proof): Proof {
  return definition;
}
