import { mistakes } from "#given/09-saga/further/mistakes.ts";
import { type Change, proof } from "../proof.ts";

const decide = (find: string, put: string): Change => ({ file: "decide.ts", find, put });
const lead = (find: string, put: string): Change => ({
  file: "orchestrator.ts",
  find,
  put,
});
const draw = (find: string, put: string): Change => ({ file: "timeline.ts", find, put });

export default proof({
  steps: {
    8: [
      draw(
        "  const own = [...events]",
        `  todo(8, "make a row of every event of this saga");
  const own = [...events]`,
      ),
      draw("\n/**\n * The story", `import { todo } from "#todo";\n\n/**\n * The story`),
    ],
    7: [
      lead(
        "    const open = journal.sagas()",
        `    todo(7, "run every saga of the journal that has not ended");
    const open = journal.sagas()`,
      ),
      lead(
        "      process: validProcess(options.process),\n    };\n",
        `      process: validProcess(options.process),
    };
    if (options.alarm)
      todo(7, "tell the alarm of a saga that is stuck, before writing it down");
`,
      ),
      lead("import { decide }", `import { todo } from "#todo";\nimport { decide }`),
      lead(`    if (name === "saga.stuck") await alarm(event);\n`, ""),
    ],
    6: [
      lead(
        "    if (options.alarm)\n",
        `    if (options.timer)
      todo(6, "wait no longer than the time limit, and pause between attempts");
    if (options.alarm)
`,
      ),
      lead(
        "    const reply = await this.#within(timeLimit, answer);\n",
        "    const reply: Reply | string = await answer;\n",
      ),
    ],
    5: [
      lead(
        "    return this.#once(order.id, async () => {",
        `    todo(5, "write saga.started, then run the saga");
    return this.#once(order.id, async () => {`,
      ),
    ],
    4: [
      decide(
        "  switch (data.kind) {",
        `  const failure = data.kind === "refused" || data.kind === "unanswered";
  if (failure && (data.way === "back" || data.step > process.pivot)) {
    todo(4, "here there is no way back: count the failure; after the last one, stuck");
  }
  switch (data.kind) {`,
      ),
      decide(
        `} from "#given/09-saga/process.ts";`,
        `} from "#given/09-saga/process.ts";\nimport { todo } from "#todo";`,
      ),
    ],
    3: [
      decide(
        "      const gaveUp =",
        `      todo(3, "count it and ask again; after the last attempt, turn back");
      const gaveUp =`,
      ),
    ],
    2: [
      decide(
        "      // Whoever refuses",
        `      todo(2, "turn back, to the step before the one that was refused");
      // Whoever refuses`,
      ),
    ],
    1: [
      decide(
        "  if (step === process.steps.length)",
        `  todo(1, "ask for the step where the saga stands; beyond the last, end it");
  if (step === process.steps.length)`,
      ),
    ],
  },
  mistakes: [
    // The rules that keep the money safe. The sweep must find each of these by itself, too.
    ...mistakes,
    {
      name: "counts requests, not failures",
      step: 1,
      change: [
        decide(
          `case "requested":
      return cursor;`,
          `case "requested":
      return failed(cursor);`,
        ),
      ],
    },
    {
      name: "takes back what was refused",
      step: 2,
      change: [decide("? turnBack(cursor.step - 1) :", "? turnBack(cursor.step) :")],
    },
    {
      name: "does not say at what the saga is stuck",
      step: 4,
      change: [decide(`name: "saga.stuck", reason }`, `name: "saga.stuck" }`)],
    },
    {
      name: "loses the reason of a refusal",
      step: 5,
      change: [lead("kind: outcome, ...(reason && { reason }) });", "kind: outcome });")],
    },
    {
      name: "stamps events with a clock of its own",
      step: 5,
      change: [
        lead(
          "const event = createEvent(name, data, this.#options.clock());",
          "const event = createEvent(name, data);",
        ),
      ],
    },
    {
      name: "does not pause between attempts",
      step: 6,
      change: [
        lead("if (attempt > 1) await this.#wait(pause * 2 ** (attempt - 2));", ""),
      ],
    },
    {
      name: "pauses always the same",
      step: 6,
      change: [lead("pause * 2 ** (attempt - 2)", "pause")],
    },
    {
      name: "leaves its timers running",
      step: 6,
      change: [lead(".finally(callOff)", ".finally(() => callOff)")],
    },
    {
      name: "throws late answers away",
      step: 6,
      change: [lead("    answer.then(writeReply).catch(() => {});\n", "")],
    },
    {
      name: "has one time limit for all steps",
      step: 6,
      change: [lead("this.#within(timeLimit, answer)", "this.#within(1_000, answer)")],
    },
    {
      name: "leads a saga twice at the same time",
      step: 7,
      change: [lead("if (running) return running;", "")],
    },
    {
      name: "does not wait for an alarm that takes its time",
      step: 7,
      change: [
        lead(
          "await alarm(event);",
          "void Promise.resolve(alarm(event)).catch(() => {});",
        ),
      ],
    },
    {
      name: "never forgets a saga that failed to be written",
      step: 7,
      change: [lead("work().finally(() => this.#running.delete(saga))", "work()")],
    },
    {
      name: "mixes the sagas in one timeline",
      step: 8,
      change: [
        draw(
          "filter(({ data }) => data.correlationId === correlationId)",
          "filter(() => correlationId !== undefined)",
        ),
      ],
    },
    {
      name: "counts time from the beginning of the journal",
      step: 8,
      change: [draw("const beginning = own[0]", "const beginning = [...events][0]")],
    },
    {
      name: "numbers causes from 0",
      step: 8,
      change: [
        draw("[id, index + 1]", "[id, index]"),
        draw("line: lines.get(id) ?? 0", "line: (lines.get(id) ?? 0) + 1"),
      ],
    },
    {
      name: "calls an answer late that is not",
      step: 8,
      change: [
        draw(
          "late: unanswered.has(data.causationId) && isAnswer(data)",
          "late: unanswered.size > 0 && isAnswer(data)",
        ),
      ],
    },
    {
      name: "says at every request which attempt it is",
      step: 8,
      change: [draw("data.attempt === 1 ?", "data.attempt === 0 ?")],
    },
  ],
});
