/** What an orchestrator is made with, and how it is made complete. Only to be read. */
import { lazyTimers } from "#bus/lazy-timers";
import type { Journal } from "./journal.ts";
import type { Process, Reply, SagaEvent, Send, Timer } from "./process.ts";

export interface OrchestratorOptions {
  process: Process;
  journal: Journal;
  /** Hands a command to its participant. */
  send: Send;
  /** Is called with the `saga.stuck` of each stuck saga. May be async. Default: prints it. */
  alarm?: (event: SagaEvent) => unknown;
  /** Where timestamps come from. Default: `Date.now`. */
  clock?: () => number;
  /** What time limits and pauses wait with. Default: `setTimeout`. */
  timer?: Timer;
}

/**
 * The options with their defaults. Here, `send` always returns a promise, which rejects for a reply
 * that is not one: an outcome that nobody knows says no more than silence.
 *
 * @throws TypeError if a step up to the pivot has no compensation, a later one has one, or a number
 *   makes no sense
 */
export function complete(options: OrchestratorOptions): Required<OrchestratorOptions> {
  checkProcess(options.process);
  return {
    alarm: printAlarm,
    clock: Date.now,
    timer: realTimer,
    ...options,
    send: async (command) => checkedReply(await options.send(command)),
  };
}

function checkProcess({ steps, pivot }: Process): void {
  for (const [place, step] of steps.entries()) {
    const { action, compensation, attempts, timeLimit, pause } = step;
    if (place <= pivot !== (compensation !== undefined))
      throw new TypeError(
        `"${action}" is step ${place}, the pivot is ${pivot}: steps up to the pivot have a compensation, later ones have none.`,
      );
    if (!(Number.isInteger(attempts) && attempts >= 1 && timeLimit > 0 && pause >= 0))
      throw new TypeError(
        `"${action}" needs an attempt, a time limit above 0 and a pause of 0 or more; got ${attempts}, ${timeLimit} and ${pause}.`,
      );
  }
}

function checkedReply(reply: Reply): Reply {
  const { name, outcome, reason = "" } = Object(reply) as Partial<Reply>;
  const isReply =
    typeof name === "string" &&
    (outcome === "done" || outcome === "refused") &&
    typeof reason === "string";
  if (isReply) return reply;
  throw new TypeError("The participant's reply has no name, or no outcome that we know.");
}

function printAlarm({ data }: SagaEvent): void {
  const reason = data.kind === "ended" ? data.reason : undefined;
  console.error(`${data.correlationId} is stuck and needs somebody: ${reason}`);
}

const realTimer: Timer = (ms, ring) => {
  const alarm = lazyTimers.setTimeout(ring, ms);
  return () => lazyTimers.clearTimeout(alarm);
};
