/**
 * The rules of the orchestrator, each with a change to the reference answer that breaks it. The
 * sweep must find every one of them; see `mistakes.test.ts`.
 */

export interface Change {
  file: "decide.ts" | "orchestrator.ts";
  /** Occurs exactly once. */
  find: string;
  put: string;
}

export interface Mistake {
  name: string;
  /** The step of the lesson that asks for the rule. */
  step: number;
  change: Change[];
}

const decide = (find: string, put: string): Change => ({ file: "decide.ts", find, put });
const lead = (find: string, put: string): Change => ({
  file: "orchestrator.ts",
  find,
  put,
});

export const mistakes: Mistake[] = [
  {
    name: "is content one step too early",
    step: 1,
    change: [
      decide("step === process.steps.length", "step === process.steps.length - 1"),
    ],
  },
  {
    name: "counts an answer twice that comes twice",
    step: 1,
    change: [
      decide(
        "data.step !== cursor.step || data.way !== cursor.way",
        "data.way !== cursor.way",
      ),
      decide("step: nextStep(data)", "step: nextStep({ ...data, step: cursor.step })"),
    ],
  },
  {
    name: "takes back in the order of doing, not in reverse",
    step: 2,
    change: [
      decide('way === "forward" ? step + 1 : step - 1', "step + 1"),
      decide(
        'return { way: "back", step, failures: 0 };',
        'return { way: "back", step: 0, failures: step * 0 };',
      ),
      decide("if (step < 0)", 'if (way === "back" && step > process.pivot)'),
    ],
  },
  {
    name: "leaves every second compensation out",
    step: 2,
    change: [
      decide(
        'way === "forward" ? step + 1 : step - 1',
        'way === "forward" ? step + 1 : step - 2',
      ),
    ],
  },
  {
    name: "takes nothing back: the saga just ends",
    step: 2,
    change: [
      decide(
        "? turnBack(cursor.step - 1) : failed(cursor)",
        "? turnBack(-1) : failed(cursor)",
      ),
    ],
  },
  {
    name: "believes that a step without an answer has not happened",
    step: 3,
    change: [decide("? turnBack(cursor.step)\n", "? turnBack(cursor.step - 1)\n")],
  },
  {
    name: "gives up at the first silence",
    step: 3,
    change: [
      decide(
        "cursor.failures + 1 === stepOf(process, cursor.step).attempts",
        "cursor.failures >= 0",
      ),
    ],
  },
  {
    name: "goes forward again when a late yes comes in",
    step: 3,
    change: [
      decide(
        "data.step !== cursor.step || data.way !== cursor.way",
        "data.step !== cursor.step",
      ),
      decide(
        "return { ...cursor, step: nextStep(data), failures: 0 };",
        "return { way: data.way, step: nextStep(data), failures: 0 };",
      ),
    ],
  },
  {
    name: "does not forget the silences of one step at the next",
    step: 3,
    change: [decide("step: nextStep(data), failures: 0 }", "step: nextStep(data) }")],
  },
  {
    name: "turns back beyond the point of no return",
    step: 4,
    change: [
      decide(
        'way === "forward" && step <= process.pivot',
        'way === "forward" && step <= process.steps.length',
      ),
    ],
  },
  {
    name: "puts the point of no return one step too early",
    step: 2,
    change: [decide("step <= process.pivot", "step <= process.pivot - 1")],
  },
  {
    name: "asks for ever",
    step: 4,
    change: [
      decide("if (failures === stepOf", "if (failures < 0 && failures === stepOf"),
    ],
  },
  {
    name: "swallows a compensation that keeps failing and goes on",
    step: 4,
    change: [
      decide(
        "        : failed(cursor);\n    }",
        `        : gaveUp && cursor.way === "back"
          ? turnBack(cursor.step - 1)
          : failed(cursor);
    }`,
      ),
    ],
  },
  {
    name: "calls a saga cancelled that is stuck",
    step: 4,
    change: [decide('name: "saga.stuck"', 'name: "saga.cancelled"')],
  },
  {
    name: "has one key for the whole saga",
    step: 5,
    change: [lead(`/\${step}\`,`, "`,")],
  },
  {
    name: "has another key for taking back than for doing",
    step: 5,
    change: [lead(`/\${step}\`,`, `/\${step}/\${way}\`,`)],
  },
  {
    name: "asks first and writes down then",
    step: 5,
    change: [
      lead(
        `const requested = await this.#write("step.requested", {`,
        `const requested = this.#note("step.requested", {`,
      ),
      lead(
        "    const because = {",
        "    await journal.append(requested);\n    const because = {",
      ),
      lead(
        "  async #write(",
        `  #note(name: string, data: SagaData): SagaEvent {
    return createEvent(name, data, this.#options.clock());
  }

  async #write(`,
      ),
    ],
  },
  {
    name: "does not wait until the journal has stored it",
    step: 5,
    change: [
      lead(
        "await this.#options.journal.append(event);",
        "void this.#options.journal.append(event);",
      ),
    ],
  },
  {
    name: "names the order as the cause, not an event",
    step: 5,
    change: [
      lead(
        "const because = { ...about, causationId: requested.id };",
        "const because = { ...about, causationId: saga };",
      ),
    ],
  },
  {
    name: "has a new key for every attempt",
    step: 6,
    change: [lead(`/\${step}\`,`, `/\${step}/\${attempt}\`,`)],
  },
  {
    name: "waits without a time limit",
    step: 6,
    change: [
      lead(
        "this.#options.timer(ms, () => resolve(",
        "this.#options.timer(ms, () => String(",
      ),
    ],
  },
  {
    name: "falls over when the connection breaks",
    step: 6,
    change: [
      lead(
        "return new Promise((resolve) => {\n      const callOff",
        "return new Promise((resolve, reject) => {\n      const callOff",
      ),
      lead(
        "resolve(error instanceof Error ? error.message : String(error)),",
        "reject(error),",
      ),
    ],
  },
  {
    name: "takes a silence for a refusal",
    step: 6,
    change: [lead('kind: "unanswered"', 'kind: "refused"')],
  },
  {
    name: "takes a silence for a yes",
    step: 6,
    change: [lead('kind: "unanswered"', 'kind: "done"')],
  },
  {
    name: "goes on only with sagas that are on their way forward",
    step: 7,
    change: [
      lead(
        "filter((saga) => !endOf(journal, saga))",
        `filter((saga) => !endOf(journal, saga) && !journal.of(saga).some(({ data }) => "way" in data && data.way === "back"))`,
      ),
      lead(
        "if (this.#options.journal.of(order.id).length === 0) {",
        `if (this.#options.journal.of(order.id).some(({ data }) => "way" in data && data.way === "back")) return "saga.cancelled";
      if (this.#options.journal.of(order.id).length === 0) {`,
      ),
    ],
  },
  {
    name: "begins an order a second time that it knows",
    step: 7,
    change: [lead("of(order.id).length === 0", "of(order.id).length >= 0")],
  },
  {
    name: "writes down that a saga is stuck, and tells somebody then",
    step: 7,
    change: [
      lead(
        `    if (name === "saga.stuck") await alarm(event);
    await journal.append(event);`,
        `    await journal.append(event);
    if (name === "saga.stuck") await alarm(event);`,
      ),
    ],
  },
  {
    name: "tells nobody",
    step: 7,
    change: [lead(`    if (name === "saga.stuck") await alarm(event);\n`, "")],
  },
];
