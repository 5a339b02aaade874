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
        `    todo(7, "run every saga of the journal that has not ended, and wait for all");
    const open = journal.sagas()`,
      ),
      lead(
        "    return this.#once(order.id, async () => {",
        `    if (this.#options.journal.of(order.id).length > 0)
      todo(7, "begin no saga twice, and lead none twice at the same time");
    return this.#once(order.id, async () => {`,
      ),
      lead("import { decide }", `import { todo } from "#todo";\nimport { decide }`),
      lead(
        `    if (name === "saga.stuck") await alarm(event);\n`,
        `    if (name === "saga.stuck" && alarm !== printAlarm)
      todo(7, "tell the alarm of a saga that is stuck, before writing it down");
`,
      ),
    ],
    6: [
      lead(
        "    if (attempt > 1) await this.#wait(pause * 2 ** (attempt - 2));\n",
        `    if (this.#options.timer !== realTimer)
      todo(6, "pause before a further attempt, and wait no longer than the time limit");
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
    todo(4, "here there is no way back: count a failure of either kind");
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
      decide(
        "      return { ...cursor, step: nextStep(data), failures: 0 };",
        `      if (cursor.way === "back") todo(2, "on the way back, go on to the step before");
      return { ...cursor, step: nextStep(data), failures: 0 };`,
      ),
      decide(
        `  if (step < 0) return { type: "end", name: "saga.cancelled" };`,
        `  if (step < 0) todo(2, "nothing is left to take back: end it");`,
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
      name: "moves on from the step of the answer, wherever the saga is by then",
      step: 1,
      change: [
        decide(
          " || data.step !== cursor.step || data.way !== cursor.way)",
          ` || data.way !== cursor.way ||
    (data.kind !== "done" && data.step !== cursor.step))`,
        ),
      ],
    },
    {
      name: "turns back at a refusal, wherever the saga is by then",
      step: 2,
      change: [
        decide(
          "  // An answer to a question",
          `  if (data.kind === "refused" && data.way === "forward" && data.step <= process.pivot)
    return turnBack(data.step - 1);
  // An answer to a question`,
        ),
      ],
    },
    {
      name: "takes back what was refused",
      step: 2,
      change: [decide("? turnBack(cursor.step - 1) :", "? turnBack(cursor.step) :")],
    },
    {
      name: "goes on counting where a refusal turns the saga back",
      step: 3,
      change: [
        decide(
          `? turnBack(cursor.step - 1) :`,
          `? { ...turnBack(cursor.step - 1), failures: cursor.failures } :`,
        ),
      ],
    },
    {
      name: "goes on counting where a silence turns the saga back",
      step: 3,
      change: [
        decide(
          `? turnBack(cursor.step)
`,
          `? { ...turnBack(cursor.step), failures: cursor.failures }
`,
        ),
      ],
    },
    {
      name: "counts each failure where there is no way back, whatever it is about",
      step: 4,
      change: [
        decide(
          "  // An answer to a question",
          `  if (
    (data.kind === "refused" || data.kind === "unanswered") &&
    (data.way === "back" || data.step > process.pivot)
  )
    return failed(cursor);
  // An answer to a question`,
        ),
      ],
    },
    {
      name: "counts a late no to an action as a failure of its compensation",
      step: 4,
      change: [
        decide(
          "  // An answer to a question",
          `  if (
    (data.kind === "refused" || data.kind === "unanswered") &&
    (cursor.way === "back" || data.step > process.pivot)
  )
    return data.step === cursor.step ? failed(cursor) : cursor;
  // An answer to a question`,
        ),
      ],
    },
    {
      name: "is stuck after three failures, whatever the step says",
      step: 4,
      change: [decide("failures === stepOf(process, step).attempts", "failures === 3")],
    },
    {
      name: "does not say at what the saga is stuck",
      step: 4,
      change: [decide(`name: "saga.stuck", reason }`, `name: "saga.stuck" }`)],
    },
    {
      name: "gives a command the id of what led to its request",
      step: 5,
      change: [
        lead(
          `causationId: requested.id,
      participant`,
          `causationId: requested.data.causationId,
      participant`,
        ),
      ],
    },
    {
      name: "takes the command for the key",
      step: 5,
      change: [lead("key: `$", "key: command || `$")],
    },
    {
      name: "loses the reason of a refusal",
      step: 5,
      change: [lead("kind: outcome, ...(reason && { reason }) });", "kind: outcome });")],
    },
    {
      name: "loses the reason of the end",
      step: 5,
      change: [
        lead(
          `      kind: "ended",
      ...(reason && { reason }),`,
          `      kind: "ended",`,
        ),
      ],
    },
    {
      name: "does not wait until the reply is stored",
      step: 5,
      change: [lead(`await writeReply(reply);`, `void writeReply(reply);`)],
    },
    {
      name: "does not wait until the beginning is stored",
      step: 5,
      change: [
        lead(`await this.#write("saga.started"`, `void this.#write("saga.started"`),
      ],
    },
    {
      name: "does not wait until the end is stored",
      step: 5,
      change: [lead(`await journal.append(event);`, `void journal.append(event);`)],
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
      name: "adds to the pause instead of doubling it",
      step: 6,
      change: [lead(`pause * 2 ** (attempt - 2)`, `pause * (attempt - 1)`)],
    },
    {
      name: "leaves its timers running",
      step: 6,
      change: [lead(".finally(callOff)", ".finally(() => callOff)")],
    },
    {
      name: "leaves its timer running when the connection breaks",
      step: 6,
      change: [lead(".finally(callOff);", ";\n      answer.then(callOff, () => {});")],
    },
    {
      name: "takes a reply that cannot be written down for silence",
      step: 6,
      change: [
        lead(
          "    const reply = await this.#within(timeLimit, answer);\n",
          `    let reply = await this.#within(timeLimit, answer);
    try {
      if (typeof reply !== "string") return void (await writeReply(reply));
    } catch (error) {
      reply = String(error);
    }
`,
        ),
      ],
    },
    {
      name: "throws late answers away",
      step: 6,
      change: [lead("    answer.then(writeReply).catch(() => {});\n", "")],
    },
    {
      name: "takes the newest event for what led to a silence",
      step: 6,
      change: [
        lead(
          `this.#write("step.unanswered", {
      ...because,`,
          `this.#write("step.unanswered", {
      ...about,
      causationId: lastOf(journal, saga).id,`,
        ),
      ],
    },
    {
      name: "lets a late answer that cannot be written down end the process",
      step: 6,
      change: [
        lead(
          `answer.then(writeReply).catch(() => {});`,
          `answer.then(writeReply, () => {});`,
        ),
      ],
    },
    {
      name: "lets a broken connection end the process",
      step: 6,
      change: [
        lead(`answer.then(writeReply).catch(() => {});`, `void answer.then(writeReply);`),
      ],
    },
    {
      name: "asks again before it is stored that nobody answered",
      step: 6,
      change: [
        lead(`await this.#write("step.unanswered"`, `void this.#write("step.unanswered"`),
      ],
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
      name: "goes on when the alarm fails",
      step: 7,
      change: [
        lead(
          `await alarm(event);`,
          `await Promise.resolve(alarm(event)).catch(() => {});`,
        ),
      ],
    },
    {
      name: "tells the alarm another event than the one it writes down",
      step: 7,
      change: [
        lead(`await alarm(event);`, `await alarm(createEvent(name, data, clock()));`),
      ],
    },
    {
      name: "resumes without waiting for the end",
      step: 7,
      change: [lead(`await Promise.all(open`, `void Promise.all(open`)],
    },
    {
      name: "says nothing when a resumed saga fails",
      step: 7,
      change: [lead(`await Promise.all(open`, `await Promise.allSettled(open`)],
    },
    {
      name: "resumes one saga after the other, up to the first that fails",
      step: 7,
      change: [
        lead(
          `await Promise.all(open.map((saga) => this.#once(saga, () => this.#run(saga))));`,
          `for (const saga of open) await this.#once(saga, () => this.#run(saga));`,
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
      name: "takes the way back for the way forward when it looks for what was given up",
      step: 8,
      change: [
        draw(
          `late: unanswered.has(data.causationId) && isAnswer(data)`,
          `late:
        isAnswer(data) &&
        own.slice(0, own.findIndex((each) => each.id === id)).some(
          (each) =>
            each.data.kind === "unanswered" &&
            "step" in data &&
            each.data.step === data.step &&
            each.data.attempt === data.attempt,
        )`,
        ),
      ],
    },
    {
      name: "never calls a refusal late",
      step: 8,
      change: [
        draw(`return kind === "done" || kind === "refused";`, `return kind === "done";`),
      ],
    },
    {
      name: "sorts by the clock",
      step: 8,
      change: [
        draw(
          `data.correlationId === correlationId);`,
          `data.correlationId === correlationId)
    .sort((one, other) => one.timestamp - other.timestamp);`,
        ),
      ],
    },
    {
      name: "has no line, instead of null, for a cause outside of the saga",
      step: 8,
      change: [
        draw(
          `lines.get(data.causationId ?? "") ?? null`,
          `lines.get(data.causationId ?? "") as number`,
        ),
      ],
    },
    {
      name: "names the line in the whole journal, not in the saga",
      step: 8,
      change: [
        draw(`const lines = new Map(own.map`, `const lines = new Map([...events].map`),
      ],
    },
    {
      name: "says at every request which attempt it is",
      step: 8,
      change: [draw("data.attempt === 1 ?", "data.attempt === 0 ?")],
    },
  ],
});
