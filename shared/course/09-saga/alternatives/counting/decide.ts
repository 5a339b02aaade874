import type {
  Decision,
  Process,
  SagaEvent,
  StepData,
  Way,
} from "#given/09-saga/given/process.ts";

/** Cuts the journal where the saga turns, and counts what stands in each part. No fold. */
export function decide(process: Process, journal: readonly SagaEvent[]): Decision {
  const notes = journal.flatMap(({ data }) => ("step" in data ? [data] : []));
  const turn = findTurn(process, notes);
  return turn === undefined
    ? goForward(process, notes)
    : goBack(process, notes.slice(turn.after), turn.from);
}

interface Turn {
  /** How many notes were written until the saga turned. */
  after: number;
  /** The first step to take back. */
  from: number;
}

function findTurn(process: Process, notes: StepData[]): Turn | undefined {
  for (let after = 1; after <= notes.length; after++) {
    const past = notes.slice(0, after);
    const { step, since } = doneSteps(past);
    const failures = failuresOf(past.slice(since), step, "forward");
    if (step > process.pivot || step >= process.steps.length) continue;
    if (failures.some(({ kind }) => kind === "refused")) return { after, from: step - 1 };
    if (failures.length >= (process.steps[step]?.attempts ?? 0))
      return { after, from: step };
  }
  return undefined;
}

function goForward(process: Process, notes: StepData[]): Decision {
  const { step, since } = doneSteps(notes);
  if (step >= process.steps.length) return { type: "end", name: "saga.completed" };
  return askOrGiveUp(process, notes.slice(since), step, "forward");
}

function goBack(process: Process, notes: StepData[], from: number): Decision {
  let [step, since] = [from, 0];
  for (const [at, { way, kind, step: of }] of notes.entries())
    if (way === "back" && kind === "done" && of === step)
      [step, since] = [step - 1, at + 1];
  return step < 0
    ? { type: "end", name: "saga.cancelled" }
    : askOrGiveUp(process, notes.slice(since), step, "back");
}

function askOrGiveUp(
  process: Process,
  notes: StepData[],
  step: number,
  way: Way,
): Decision {
  const failures = failuresOf(notes, step, way);
  const last = failures.at(-1);
  if (last && failures.length >= (process.steps[step]?.attempts ?? 0))
    return { type: "end", name: "saga.stuck", reason: `no luck with: ${last.command}` };
  return { type: "ask", step, way, attempt: failures.length + 1 };
}

/** How many steps are done one after the other, from the first on, and how many notes that took. */
function doneSteps(notes: StepData[]) {
  let [step, since] = [0, 0];
  for (const [at, { way, kind, step: of }] of notes.entries())
    if (way === "forward" && kind === "done" && of === step)
      [step, since] = [step + 1, at + 1];
  return { step, since };
}

function failuresOf(notes: StepData[], step: number, way: Way): StepData[] {
  return notes.filter(
    (note) =>
      note.step === step &&
      note.way === way &&
      (note.kind === "refused" || note.kind === "unanswered"),
  );
}
