import type { Change } from "../proof.ts";
import { proof } from "../proof.ts";

const log = "event-log.ts";
const bus = "recorded-bus.ts";

function inLog(find: string, put: string): Change[] {
  return [{ file: log, find, put }];
}

function inBus(find: string, put: string): Change[] {
  return [{ file: bus, find, put }];
}

export default proof({
  steps: {
    8: [
      ...inBus(
        `    checkOptions(options);\n`,
        `    if (Object.keys(options).length > 0) todo(8, "replay a part of the log, at a pace");\n`,
      ),
      ...inBus(
        `import { EventLog, readEvents`,
        `import { todo } from "#todo";\nimport { EventLog, readEvents`,
      ),
    ],
    7: [
      ...inBus(
        `    await this.#settle(path);\n`,
        `    return todo(7, "flush this log, read that file, deliver each event, count them");\n`,
      ),
      ...inBus(
        `  return (data, event) => (event.replayed ? undefined : listener(data, event));`,
        `  return todo(7, "return a listener that passes news on, and no replayed event");`,
      ),
    ],
    6: [
      ...inBus(
        `    this.#log = new EventLog(path, options);`,
        `    todo(6, "subscribe to every event, and append it to an EventLog unless it is replayed");`,
      ),
      ...inBus(
        `    await this.#log.flush();\n    if`,
        `    todo(6, "flush the log; throw what kept an event out of it");\n    if`,
      ),
      ...inBus(
        `    this.#stopRecording();`,
        `    todo(6, "end the subscription, close the log; throw what kept an event out of it");`,
      ),
    ],
    5: [
      ...inLog(
        `    throw new LogError(\`There is no log at \${path}: nothing was ever recorded there.\`, {
      cause,
    });`,
        `    todo(5, "say in a LogError that there is no log at this path");`,
      ),
      ...inLog(
        `    if (failure) throw brokenLine(path, firstLine, failure);`,
        `    if (failure) throw failure;`,
      ),
      ...inLog(
        `  if (rest !== "")
    yield { ...lastLine(path, firstLine, rest), bytes: totalBytes, totalBytes };
`,
        ``,
      ),
      ...inLog(
        `import { type AppendFile,`,
        `import { todo } from "#todo";\nimport { type AppendFile,`,
      ),
    ],
    4: inLog(
      `  const totalBytes = await lengthOf(path);`,
      `  yield todo(4, "read piece by piece, split at line breaks, yield the events");`,
    ),
    3: inLog(
      `    const first = fromLine(text.slice(0, text.indexOf("\\n")));`,
      `    const first = todo(3, "remember a LogError that names the first event of the text");`,
    ),
    2: [
      ...inLog(
        `    const line = toLine(event);`,
        `    const line = todo(2, "keep the line, and see to it that what is kept is written soon");`,
      ),
      ...inLog(
        `    await this.#written;`,
        `    todo(2, "wait until every line kept so far is written");`,
      ),
      ...inLog(
        `    this.#closed = true;`,
        `    todo(2, "take nothing more, flush, and close the file if it was opened");`,
      ),
    ],
    1: [
      ...inLog(
        `  try {
    if (typeof event.data`,
        `  todo(1, "the event as JSON and a line break; refuse what JSON cannot hold");
  try {
    if (typeof event.data`,
      ),
      ...inLog(
        `  const { id, name, data, timestamp } = (`,
        `  todo(1, "parse the line, see that it is an event, mark it as replayed, freeze");
  const { id, name, data, timestamp } = (`,
      ),
    ],
  },
  mistakes: [
    // Step 1
    {
      name: "writes JSON over several lines",
      step: 1,
      change: inLog(`JSON.stringify(event)}`, `JSON.stringify(event, null, 2)}`),
    },
    {
      name: "forgets the line break",
      step: 1,
      change: inLog(`\`\${JSON.stringify(event)}\\n\``, `JSON.stringify(event)`),
    },
    {
      name: "lets data that is a function vanish",
      step: 1,
      change: inLog(`typeof event.data === "function" || `, ``),
    },
    {
      name: "says that JSON cannot hold it, but not what",
      step: 1,
      change: inLog(`JSON cannot hold \${titleOf(event)}`, `JSON cannot hold this`),
    },
    {
      name: "does not mark what it has read as replayed",
      step: 1,
      change: inLog(`timestamp, replayed: true }`, `timestamp }`),
    },
    {
      name: "hands out events that can be changed",
      step: 1,
      change: inLog(
        `return Object.freeze({ id, name, data, timestamp, replayed: true });`,
        `return { id, name, data, timestamp, replayed: true };`,
      ),
    },
    {
      name: "takes any JSON for an event",
      step: 1,
      change: inLog(
        `    typeof id !== "string" ||
    typeof name !== "string" ||
    typeof timestamp !== "number"
`,
        `    false
`,
      ),
    },
    {
      name: "gives each event it reads the time of reading",
      step: 1,
      change: inLog(
        `Object.freeze({ id, name, data, timestamp,`,
        `Object.freeze({ id, name, data, timestamp: Date.now(),`,
      ),
    },
    // Step 2
    {
      name: "writes every line by itself",
      step: 2,
      endless: true,
      change: inLog(
        `for (const text of batches) {`,
        `for (const text of batches.flatMap((batch) => batch.match(/.*\\n/g) ?? [])) {`,
      ),
    },
    {
      name: "begins a write while another one is under way",
      step: 2,
      change: inLog(
        `this.#written = this.#written.then(() => this.#writeWaiting());`,
        `this.#written = Promise.all([this.#written, this.#writeWaiting()]).then(() => {});`,
      ),
    },
    {
      name: "resolves flush before anything is written",
      step: 2,
      change: inLog(`    await this.#written;\n`, ``),
    },
    {
      name: "waits in flush for the write under way, and not for what came meanwhile",
      step: 2,
      change: [
        ...inLog(`    await this.#written;\n`, `    await this.#underWay;\n`),
        ...inLog(
          `  #closed = false;`,
          `  #closed = false;\n  #underWay?: Promise<void>;`,
        ),
        ...inLog(
          `      if (!this.#failure) await this.#write(text);`,
          `      this.#underWay = this.#write(text);\n      await this.#underWay;`,
        ),
        ...inLog(
          `this.#written = this.#written.then(() => this.#writeWaiting());`,
          `this.#written = this.#written.then(() => this.#writeWaiting());\n      this.#underWay ??= this.#written;`,
        ),
      ],
    },
    {
      name: "writes the first batch of a burst and forgets the others",
      step: 2,
      change: inLog(
        `for (const text of batches) {`,
        `for (const text of batches.slice(0, 1)) {`,
      ),
    },
    {
      name: "writes what it has written already again",
      step: 2,
      change: inLog(`    this.#batches = [];\n`, ``),
    },
    {
      name: "never asks the disk, whatever fsync says",
      step: 2,
      change: inLog(
        `      if (this.#options.fsync) await this.#file.sync();
`,
        ``,
      ),
    },
    {
      name: "asks the disk and does not wait for its answer",
      step: 2,
      change: inLog(`await this.#file.sync();`, `this.#file.sync();`),
    },
    {
      name: "does not wait for the disk, and hides what it answers",
      step: 2,
      change: inLog(`await this.#file.sync();`, `this.#file.sync().catch(() => {});`),
    },
    {
      name: "asks the disk although nobody wants it",
      step: 2,
      change: inLog(`if (this.#options.fsync) await`, `await`),
    },
    {
      name: "never closes the file",
      step: 2,
      change: inLog(`      await file?.close();\n`, ``),
    },
    {
      name: "closes the file without writing what waits",
      step: 2,
      change: inLog(`      await this.flush();\n`, ``),
    },
    {
      name: "takes events after it was closed",
      step: 2,
      change: inLog(`    if (this.#closed)\n`, `    if (this.#closed && !event)\n`),
    },
    {
      name: "takes down at the time of writing what the event has become by then",
      step: 2,
      change: [
        ...inLog(`  #lines: string[] = [];`, `  #lines: BusEvent[] = [];`),
        ...inLog(`this.#lines.push(line);`, `this.#lines.push(event);`),
        ...inLog(`this.#lines.join("")`, `this.#lines.map(toLine).join("")`),
      ],
    },
    // Step 3
    {
      name: "keeps a failed write to itself",
      step: 3,
      change: inLog(
        `    this.#failure = new LogError(`,
        `    const _failure = new LogError(`,
      ),
    },
    {
      name: "names the last event of a failed write",
      step: 3,
      change: inLog(
        `fromLine(text.slice(0, text.indexOf("\\n")))`,
        `fromLine(text.trim().slice(text.trim().lastIndexOf("\\n") + 1))`,
      ),
    },
    {
      name: "keeps a failed sync to itself",
      step: 3,
      change: inLog(
        `await this.#file.sync();`,
        `await this.#file.sync().catch(() => {});`,
      ),
    },
    {
      name: "says that a write failed, but not of which event",
      step: 3,
      change: inLog(`ends before \${titleOf(first)}, which`, `ends here: an event`),
    },
    {
      name: "goes on writing behind the gap",
      step: 3,
      endless: true,
      change: inLog(`      if (!this.#failure) await`, `      await`),
    },
    {
      name: "takes more events when it cannot write any",
      step: 3,
      change: inLog(
        `    if (this.#failure) throw this.#failure;\n    const line`,
        `    const line`,
      ),
    },
    {
      name: "lets a failed write become an unhandled rejection",
      step: 3,
      change: inLog(`    this.#failure = new LogError(`, `    throw new LogError(`),
    },
    {
      name: "leaves the file open when the last events could not be written",
      step: 3,
      change: inLog(
        `    try {
      await this.flush();
    } finally {
      const file`,
        `    await this.flush();
    {
      const file`,
      ),
    },
    // Step 4
    {
      name: "reads the whole file at once",
      step: 4,
      change: inLog(
        `const READ_SIZE = 64 * 1024;`,
        `const READ_SIZE = 16 * 1024 * 1024;`,
      ),
    },
    {
      name: "forgets the half line at the end of a piece",
      step: 4,
      change: inLog(`\`\${rest}\${piece}\``, `\`\${piece}\``),
    },
    {
      name: "cuts letters of several bytes in two",
      step: 4,
      change: inLog(`    encoding: "utf8",\n`, ``),
    },
    {
      name: "counts the lines of each piece from 1",
      step: 4,
      change: inLog(`    firstLine += events.length;\n`, ``),
    },
    {
      name: "reads on into what was written after it began",
      step: 4,
      change: inLog(`    end: totalBytes - 1,\n`, ``),
    },
    {
      name: "reads one byte more than there was when it began",
      step: 4,
      change: inLog(`    end: totalBytes - 1,\n`, `    end: totalBytes,\n`),
    },
    {
      name: "says how long each piece is instead of how far it has come",
      step: 4,
      change: inLog(`bytes: file.bytesRead,`, `bytes: piece.length,`),
    },
    // Step 5
    {
      name: "calls a torn last line an error",
      step: 5,
      change: inLog(
        `  if (!failure) return { events, firstLine };`,
        `  if (failure) throw brokenLine(path, firstLine, failure);`,
      ),
    },
    {
      name: "passes over a torn last line in silence",
      step: 5,
      change: inLog(
        `  return { events, firstLine, torn };`,
        `  return { events, firstLine };`,
      ),
    },
    {
      name: "calls every last line torn that lacks its line break",
      step: 5,
      change: inLog(
        `  if (!failure) return { events, firstLine };`,
        `  if (!failure) events.pop();`,
      ),
    },
    {
      name: "skips a broken line in the middle",
      step: 5,
      change: inLog(
        `    for (; read < lines.length; read++) events[read] = fromLine(lines[read] ?? "");
    return { events };`,
        `    for (const line of lines) {
      try {
        events[read] = fromLine(line);
        read += 1;
      } catch {}
    }
    return { events: events.slice(0, read) };`,
      ),
    },
    {
      name: "keeps back the events before a broken line",
      step: 5,
      change: inLog(
        `    return { events: events.slice(0, read), failure`,
        `    return { events: [], failure`,
      ),
    },
    {
      name: "counts lines from 0",
      step: 5,
      change: inLog(
        `\`\${path}:\${line} cannot be replayed`,
        `\`\${path}:\${line - 1} cannot be replayed`,
      ),
    },
    {
      name: "takes a missing log for an empty one",
      step: 5,
      change: inLog(
        `    throw new LogError(\`There is no log at \${path}: nothing was ever recorded there.\`, {
      cause,
    });`,
        `    return 0;`,
      ),
    },
    // Step 6
    {
      name: "records the names of one word only",
      step: 6,
      change: inBus(`.subscribe("#",`, `.subscribe("*",`),
    },
    {
      name: "records what is replayed",
      step: 6,
      change: inBus(`    if (event.replayed) return;\n`, ``),
    },
    {
      name: "does not wait for the log in flush",
      step: 6,
      change: inBus(`    await this.#log.flush();\n    if`, `    if`),
    },
    {
      name: "does not tell in flush of an event that is missing in the log",
      step: 6,
      change: inBus(
        `    await this.#log.flush();\n    if (this.#lost) throw this.#lost;`,
        `    await this.#log.flush();`,
      ),
    },
    {
      name: "goes on listening when it is closed",
      step: 6,
      change: inBus(`    this.#stopRecording();\n`, ``),
    },
    {
      name: "forgets in close what waits to be written",
      step: 6,
      change: inBus(`    await this.#log.close();\n`, ``),
    },
    {
      name: "records an event a moment too late for flush",
      step: 6,
      change: inBus(
        `      this.#record(event),
`,
        `      queueMicrotask(() => this.#record(event)),
`,
      ),
    },
    // Step 7
    {
      name: "emits the events anew, with new ids and times",
      step: 7,
      change: inBus(
        `        this.deliver(event as EventOf<Events>);`,
        `        this.emit(event.name as NameOf<Events>, event.data as Events[NameOf<Events>]);`,
      ),
    },
    {
      name: "replays its own log without what is not written yet",
      step: 7,
      change: inBus(`    await this.#settle(path);\n`, ``),
    },
    {
      name: "knows its own log only by the very same path",
      step: 7,
      change: inBus(`resolve(path) !== resolve(this.#path)`, `path !== this.#path`),
    },
    {
      name: "refuses to replay its own log when the disk is full",
      step: 7,
      change: inBus(
        `    await this.#log.flush().catch(() => {});`,
        `    await this.#log.flush();`,
      ),
    },
    {
      name: "lets reactions hear the past",
      step: 7,
      change: inBus(
        `(event.replayed ? undefined : listener(data, event))`,
        `listener(data, event)`,
      ),
    },
    {
      name: "lets reactions hear nothing but the past",
      step: 7,
      change: inBus(`(event.replayed ? undefined :`, `(!event.replayed ? undefined :`),
    },
    {
      name: "loses what a reaction returns, and with it its failure",
      step: 7,
      change: inBus(
        `(event.replayed ? undefined : listener(data, event))`,
        `{
    if (!event.replayed) Promise.resolve(listener(data, event)).catch(() => {});
  }`,
      ),
    },
    {
      name: "leaves the torn line out of the report",
      step: 7,
      change: inBus(`      if (torn) report.torn = torn;\n`, ``),
    },
    {
      name: "says nothing of an empty log",
      step: 7,
      change: inBus(`      report.empty = \``, `      report.skipped = 0 && \``),
    },
    {
      name: "counts nothing",
      step: 7,
      change: inBus(`        report.replayed += 1;\n`, ``),
    },
    // Step 8
    {
      name: "replays the event that it was to stop before",
      step: 8,
      change: inBus(
        `    this.ended ||= until !== undefined && isAt(until, event, this.read);
    if (this.ended) return false;
`,
        `    if (this.ended) return false;
    this.ended = until !== undefined && isAt(until, event, this.read);
`,
      ),
    },
    {
      name: "stops after the time instead of before it",
      step: 8,
      change: inBus(`event.timestamp >= place.time`, `event.timestamp > place.time`),
    },
    {
      name: "leaves out the event that it was to begin with",
      step: 8,
      change: inBus(
        `    return this.#begun && (pattern`,
        `    if (from && "id" in from && from.id === event.id) return false;
    return this.#begun && (pattern`,
      ),
    },
    {
      name: "chooses events by their time, whatever their place",
      step: 8,
      change: inBus(`this.#begun ||= from !== undefined &&`, `this.#begun = !from ||`),
    },
    {
      name: "goes on behind the end when the clock was set back",
      step: 8,
      change: [
        ...inBus(`    this.ended ||= until`, `    this.ended = until`),
        ...inBus(`      if (section.ended) break;\n`, ``),
      ],
    },
    {
      name: "compares the pattern letter by letter",
      step: 8,
      change: inBus(`matches(pattern, event.name)`, `pattern === event.name`),
    },
    {
      name: "counts only the events that match",
      step: 8,
      change: inBus(
        `    this.#begun ||= from`,
        `    if (pattern !== undefined && !matches(pattern, event.name)) return false;
    this.#begun ||= from`,
      ),
    },
    {
      name: "counts for the end only the events that it delivers",
      step: 8,
      change: [
        ...inBus(`isAt(until, event, this.read)`, `isAt(until, event, this.#counted)`),
        ...inBus(`  ended = false;`, `  ended = false;\n  #counted = 0;`),
        ...inBus(
          `    this.read += 1;\n`,
          `    this.read += 1;
    if (!this.#begun || pattern === undefined || matches(pattern, event.name))
      this.#counted += 1;\n`,
        ),
      ],
    },
    {
      name: "calls a log empty of which the pattern chooses nothing",
      step: 8,
      change: inBus(
        `if (section.read === 0 && !section.ended)`,
        `if (report.replayed === 0)`,
      ),
    },
    {
      name: "makes pauses longer instead of shorter",
      step: 8,
      change: inBus(`(last ?? timestamp)) / pace`, `(last ?? timestamp)) * pace`),
    },
    {
      name: "waits less than no time when the clock was set back",
      step: 8,
      change: inBus(
        `Math.max(0, timestamp - (last ?? timestamp))`,
        `(timestamp - (last ?? timestamp))`,
      ),
    },
    {
      name: "forgets pauses too short for a timer",
      step: 8,
      change: inBus(
        `    if (due < 1) return;`,
        `    if (due < 1) due = 0;\n    if (due < 1) return;`,
      ),
    },
    {
      name: "waits even when no pace is asked for",
      step: 8,
      change: inBus(`if (options.pace) await keepPace`, `await keepPace`),
    },
    {
      name: "never tells how far it is",
      step: 8,
      change: inBus(
        `      options.onProgress?.({ replayed: report.replayed, bytes, totalBytes });\n`,
        ``,
      ),
    },
    {
      name: "replays everything when the event to stop before is not there",
      step: 8,
      change: inBus(`    section.check();\n`, ``),
    },
    {
      name: "accepts a pace of 0",
      step: 8,
      change: inBus(
        `!(pace > 0 && Number.isFinite(pace))`,
        `!(pace >= 0 && Number.isFinite(pace))`,
      ),
    },
  ],
});
