/** What a starter throws where the learner's own code will stand. */
export class TodoError extends Error {
  override readonly name = "TodoError";
  /** The step of the lesson that asks for this code, counted from 1. */
  readonly step: number;

  constructor(step: number, task: string) {
    super(`TODO step ${step}: ${task}`);
    this.step = step;
  }
}

/**
 * Marks code that is still to be written. Replace the call with your own code.
 *
 * @param step the step of the lesson that asks for it, counted from 1
 * @param task what the code should do, as a command: "call every listener of this event"
 * @throws TodoError always
 */
export function todo(step: number, task: string): never {
  throw new TodoError(step, task);
}
