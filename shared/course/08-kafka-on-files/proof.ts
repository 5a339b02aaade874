import { proof } from "../proof.ts";

const log = "file-log.ts";
const topic = "topic.ts";
const producer = "producer.ts";
const consumer = "consumer.ts";

export default proof({
  steps: {
    8: [
      {
        file: topic,
        find: `  if (typeof name !== "string" || !NAME.test(name)) {
    throw new TypeError(
      \`A \${what} is named with small letters, digits, "-", "_" and ".", such as "orders"; got \${JSON.stringify(name)}.\`,
    );
  }
`,
        put: `  if (!/^[a-z0-9-]+$/.test(name)) todo(8, "refuse a name that cannot be part of a file name");
`,
      },
      {
        file: topic,
        find: `import { join } from "node:path";`,
        put: `import { join } from "node:path";\nimport { todo } from "#todo";`,
      },
      {
        file: log,
        find: `throw new BrokenRecordError(this.#path, offset + 1, record.message);`,
        put: `todo(8, "throw a BrokenRecordError that names the file and the line");`,
      },
      {
        file: log,
        find: `} from "#bus/partition-log";`,
        put: `} from "#bus/partition-log";\nimport { todo } from "#todo";`,
      },
      {
        file: producer,
        find: `      throw new TypeError(\`A record holds what JSON can write; got \${typeof value}.\`);`,
        put: `      todo(8, "refuse a value that JSON cannot write with a TypeError");`,
      },
      {
        file: producer,
        find: `import { FileLog } from "./file-log.ts";`,
        put: `import { todo } from "#todo";\nimport { FileLog } from "./file-log.ts";`,
      },
      {
        file: consumer,
        find: `import { FileLog } from "./file-log.ts";`,
        put: `import { todo } from "#todo";\nimport { FileLog } from "./file-log.ts";`,
      },
    ],
    7: [
      {
        file: consumer,
        find: `  const turn = members.indexOf(member);
  const all = Array.from({ length: partitions }, (_, partition) => partition);
  return all.filter((partition) => partition % members.length === turn);`,
        put: `  if (members.length > 1) todo(7, "give each member the partitions of its turn");
  return Array.from({ length: partitions }, (_, partition) => partition);`,
      },
      {
        file: consumer,
        find: `    for (const topic of this.#topics.keys()) this.#members.leave(topic);
    this.#topics.clear();`,
        put: `    todo(7, "leave the group");`,
      },
    ],
    6: [
      {
        file: topic,
        find: `  if (!Number.isInteger(partitions) || partitions < 1) {
    throw new RangeError(\`A topic has 1 partition or more; got \${partitions}.\`);
  }
`,
        put: `  todo(6, "create the empty file of each partition");
`,
      },
      {
        file: topic,
        find: `  // FNV-1a: one multiplication per byte, and even short keys spread well.
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % partitions;`,
        put: `  return todo(6, "turn the key into a number, and that into a partition");`,
      },
      {
        file: producer,
        find: `    const known = this.#topic(topic);`,
        put: `    if (key !== undefined) todo(6, "choose the partition by the key");
    const known = this.#topic(topic);`,
      },
      {
        file: consumer,
        find: `    const partitions = countPartitions(this.#folder, topic);`,
        put: `    const partitions = 1;
    if (countPartitions(this.#folder, topic) > 1)
      todo(6, "read all partitions of the topic, with a place in each");`,
      },
    ],
    5: [
      {
        file: log,
        find: `    if (offset === 0) return START;
    let line = 0;`,
        put: `    todo(5, "find where the line of this offset begins");
    let line = 0;`,
      },
      {
        file: log,
        find: `    let place = START;
    for (;;) {`,
        put: `    let place = START;
    todo(5, "find the first record at or after this time");
    for (;;) {`,
      },
      {
        file: consumer,
        find: `    if (!this.#topics.has(topic)) {
      throw new Error(\`Subscribe to "\${topic}" before you seek in it.\`);
    }
`,
        put: `    todo(5, "ask the log for the place, and let the next poll begin there");
`,
      },
    ],
    4: [
      {
        file: consumer,
        find: `    for (const holding of this.#held()) this.#store(holding);
  }`,
        put: `    todo(4, "write each place into its file, so that nobody ever sees half of it");
  }`,
      },
      {
        file: consumer,
        find: `    if (this.#autoCommit) for (const holding of held) this.#store(holding);`,
        put: `    if (this.#autoCommit) todo(4, "commit before you hand the records over");`,
      },
    ],
    3: [
      {
        file: log,
        find: `    if (size !== this.#end.position) this.#end = this.#findEnd();`,
        put: `    if (size !== this.#end.position) todo(3, "find the end of a log from its last whole line");`,
      },
      {
        file: log,
        find: `    this.#cutTornLine(end);`,
        put: `    if (sizeOf(this.#path) > end.position)
      todo(3, "cut off the half line behind the end, and report it");`,
      },
      {
        file: producer,
        find: `openLog ?? ((path) => new FileLog(path, onRepair ? { onRepair } : {}));`,
        put: `openLog ?? ((path) => new FileLog(path));
    if (onRepair) todo(3, "hand onRepair on to the logs that you open");`,
      },
    ],
    2: [
      {
        file: log,
        find: `    const whole = this.#wholeLinesFrom(from);`,
        put: `    todo(2, "read whole lines from a place on, and say which place follows them");
    const whole = this.#wholeLinesFrom(from);`,
      },
      {
        file: consumer,
        find: `    if (this.#topics.has(topic)) return;`,
        put: `    todo(2, "remember the topic");`,
      },
      {
        file: consumer,
        find: `    const readings = readAll(held, limit);`,
        put: `    todo(2, "read on in the log of every topic, and remember the place behind it");
    const readings = readAll(held, limit);`,
      },
    ],
    1: [
      {
        file: log,
        find: `    const end = this.end();`,
        put: `    const end = todo(1, "number the entries from the end on, and append one line for each");`,
      },
      {
        file: producer,
        find: `    const known = this.#topic(topic);`,
        put: `    todo(1, "append one entry to the log of the topic, and say where it stands");
    const known = this.#topic(topic);`,
      },
    ],
  },
  mistakes: [
    {
      name: "gives every entry of one append the same offset",
      step: 1,
      change: [
        { file: log, find: `offset: end.offset + index,`, put: `offset: end.offset,` },
      ],
    },
    {
      name: "forgets the line break",
      step: 1,
      change: [
        {
          file: log,
          find: `\`\${JSON.stringify(record)}\\n\``,
          put: "JSON.stringify(record)",
        },
      ],
    },
    {
      name: "writes the time of the machine, not that of its clock",
      step: 1,
      change: [
        {
          file: producer,
          find: `const time = this.#clock();`,
          put: `const time = Date.now();`,
        },
      ],
    },
    {
      name: "writes all topics into one file",
      step: 1,
      change: [
        {
          file: topic,
          find: `\`\${checkedName("topic", topic)}-\${partition}.log\``,
          put: `\`\${checkedName("topic", topic) && "topic"}-\${partition}.log\``,
        },
      ],
    },
    {
      name: "counts the letters it has written, and trusts its count",
      step: 1,
      change: [
        {
          file: log,
          find: `position: end.position + lines.length,`,
          put: `position: end.position + lines.toString().length,`,
        },
        {
          file: log,
          find: `    if (size !== this.#end.position) this.#end`,
          put: `    if (size > 0 && this.#end === START) this.#end`,
        },
      ],
    },
    {
      name: "writes to a log of its own, whatever openLog says",
      step: 1,
      change: [{ file: producer, find: `openLog ?? ((path) =>`, put: `((path) =>` }],
    },
    {
      name: "reads the whole file at every poll and skips what it knows",
      step: 2,
      change: [
        {
          file: log,
          find: `    const whole = this.#wholeLinesFrom(from);`,
          put: `    if (from.offset > 0) {
      const all = this.read(START, Number.MAX_SAFE_INTEGER);
      const records = all.records.filter(({ offset }) => offset >= from.offset);
      const wanted = records.slice(0, limit);
      return { records: wanted, next: this.placeOf(from.offset + wanted.length) };
    }
    const whole = this.#wholeLinesFrom(from);`,
        },
      ],
    },
    {
      name: "takes half a line for a record as soon as it is JSON",
      step: 2,
      change: [
        {
          file: log,
          find: `      if (whole > 0 || length >= left) return chunk.subarray(0, whole);`,
          put: `      if (whole === 0 && chunk.at(-1) === 125)
        return Buffer.concat([chunk, Buffer.from("\\n")]);
      if (whole > 0 || length >= left) return chunk.subarray(0, whole);`,
        },
      ],
    },
    {
      name: "counts letters where the file has bytes",
      step: 2,
      change: [
        {
          file: log,
          find: `      end = whole.indexOf(NEWLINE, end) + 1;`,
          put: `      end += line.length + 1;`,
        },
      ],
    },
    {
      name: "cannot read a record that is longer than one chunk",
      step: 2,
      endless: true,
      change: [
        {
          file: log,
          find: `      if (whole > 0 || length >= left) return chunk.subarray(0, whole);`,
          put: `      return chunk.subarray(0, whole);`,
        },
      ],
    },
    {
      name: "gives all that is new, whatever the limit",
      step: 2,
      change: [{ file: log, find: `.split("\\n", limit)`, put: `.split("\\n")` }],
    },
    {
      name: "hears a topic twice that was subscribed to twice",
      step: 2,
      change: [
        {
          file: consumer,
          find: `    return [...this.#topics.keys()].flatMap((topic) => this.#heldOf(topic));`,
          put: `    return [...this.#topics.keys(), "payments"].flatMap((topic) => this.#heldOf(topic));`,
        },
      ],
    },
    {
      name: "begins anew in a topic that it subscribes to once more",
      step: 2,
      change: [
        {
          file: consumer,
          find: `    if (this.#topics.has(topic)) return;
`,
          put: ``,
        },
      ],
    },
    {
      name: "polls in peace without a subscription",
      step: 2,
      change: [
        {
          file: consumer,
          find: `    if (this.#topics.size === 0) {
`,
          put: `    if (this.#topics.size < 0) {
`,
        },
      ],
    },
    {
      name: "reads a log of its own, whatever openLog says",
      step: 2,
      change: [
        {
          file: consumer,
          find: `options.openLog ?? ((path) => new FileLog(path));`,
          put: `(path) => new FileLog(path);`,
        },
      ],
    },
    {
      name: "starts counting at 0 again after a restart",
      step: 3,
      change: [
        {
          file: log,
          find: `    return { offset: record.offset + 1, position: last.end };`,
          put: `    return { offset: 0, position: last.end };`,
        },
      ],
    },
    {
      name: "finds the end once, and never looks whether another has written",
      step: 3,
      change: [
        {
          file: log,
          find: `    if (size !== this.#end.position) this.#end`,
          put: `    if (this.#end === START && size > 0) this.#end`,
        },
      ],
    },
    {
      name: "writes the next record onto half a line",
      step: 3,
      change: [
        {
          file: log,
          find: `    truncateSync(this.#path, end.position);
    this.#onRepair`,
          put: `    this.#onRepair`,
        },
      ],
    },
    {
      name: "ends the torn line instead of cutting it off",
      step: 3,
      change: [
        {
          file: log,
          find: `    truncateSync(this.#path, end.position);
    this.#onRepair`,
          put: `    appendFileSync(this.#path, "\\n");
    this.#onRepair`,
        },
      ],
    },
    {
      name: "repairs in silence",
      step: 3,
      change: [
        {
          file: log,
          find: `    this.#onRepair({ file: this.#path, line: end.offset + 1, bytes });`,
          put: ``,
        },
      ],
    },
    {
      name: "cuts off half a line while reading, though somebody may be writing it",
      step: 2,
      change: [
        {
          file: log,
          find: `      if (whole > 0 || length >= left) return chunk.subarray(0, whole);`,
          put: `      if (whole < chunk.length && length >= left) truncateSync(this.#path, position + whole);
      if (whole > 0 || length >= left) return chunk.subarray(0, whole);`,
        },
      ],
    },
    {
      name: "cuts off half a line when asked for the end",
      step: 3,
      change: [
        {
          file: log,
          find: `    return this.#end;
  }`,
          put: `    this.#cutTornLine(this.#end);
    return this.#end;
  }`,
        },
      ],
    },
    {
      name: "keeps onRepair from its logs",
      step: 3,
      change: [
        {
          file: producer,
          find: `new FileLog(path, onRepair ? { onRepair } : {})`,
          put: `new FileLog(path)`,
        },
      ],
    },
    {
      name: "keeps its commits in memory only",
      step: 4,
      change: [{ file: consumer, find: `    renameSync(draft, file);`, put: `` }],
    },
    {
      name: "writes into the file of the offset",
      step: 4,
      change: [
        {
          file: consumer,
          find: `    renameSync(draft, file);`,
          put: `    renameSync(draft, \`\${draft}2\`);
    writeFileSync(file, readFileSync(\`\${draft}2\`));
    renameSync(\`\${draft}2\`, join(this.#folder, "done"));`,
        },
      ],
    },
    {
      name: "leaves its drafts lying about",
      step: 4,
      change: [
        {
          file: consumer,
          find: `    renameSync(draft, file);`,
          put: `    renameSync(draft, file);
    writeFileSync(draft, "");`,
        },
      ],
    },
    {
      name: "commits in every poll, asked for or not",
      step: 4,
      change: [
        {
          file: consumer,
          find: `    if (this.#autoCommit) for`,
          put: `    for`,
        },
      ],
    },
    {
      name: "commits by itself only at the next poll",
      step: 4,
      change: [
        {
          file: consumer,
          find: `    for (const { holding, batch } of readings) holding.place = batch.next;
    if (this.#autoCommit) for (const holding of held) this.#store(holding);`,
          put: `    if (this.#autoCommit) for (const holding of held) this.#store(holding);
    for (const { holding, batch } of readings) holding.place = batch.next;`,
        },
      ],
    },
    {
      name: "has one offset for all groups",
      step: 4,
      change: [
        {
          file: consumer,
          find: `\`\${this.#group}@\${topic}-\${partition}.json\``,
          put: `\`billing@\${topic}-\${partition}.json\``,
        },
      ],
    },
    {
      name: "gives the drafts of all members one name",
      step: 4,
      change: [
        {
          file: consumer,
          find: `const draft = \`\${file}.\${this.#id}\`;`,
          put: `const draft = \`\${file}.tmp\`;`,
        },
      ],
    },
    {
      name: "takes an offset for a number of bytes",
      step: 5,
      change: [
        {
          file: log,
          find: `      if (line === offset) return { offset, position };`,
          put: `      if (line === offset) return { offset, position: offset * 50 };`,
        },
      ],
    },
    {
      name: "seeks the first record after a time, not at it",
      step: 5,
      change: [{ file: log, find: `record.time >= time`, put: `record.time > time` }],
    },
    {
      name: "looks for a time among the first records only",
      step: 5,
      change: [
        {
          file: log,
          find: `      if (records.length === 0) return place;`,
          put: `      if (records.length < 501) return next;`,
        },
      ],
    },
    {
      name: "commits when it seeks",
      step: 5,
      change: [
        {
          file: consumer,
          find: `      holding.place = places[index] ?? START;`,
          put: `      holding.place = places[index] ?? START;
      this.#store(holding);`,
        },
      ],
    },
    {
      name: "never commits backwards",
      step: 5,
      change: [
        {
          file: consumer,
          find: `    if (place.offset === holding.committed) return;`,
          put: `    if (place.offset <= holding.committed) return;`,
        },
      ],
    },
    {
      name: "goes to the end for an offset that is not there",
      step: 5,
      change: [
        {
          file: log,
          find: `    throw new RangeError(\`\${this.#path} ends at offset \${line}; got \${offset}.\`);`,
          put: `    return this.end();`,
        },
      ],
    },
    {
      name: "looks for a time by halving, as if no clock was ever set back",
      step: 5,
      change: [
        {
          file: log,
          find: `      const index = records.findIndex((record) => record.time >= time);`,
          put: `      let index = 0;
      let last = records.length;
      while (index < last) {
        const middle = (index + last) >> 1;
        if ((records[middle]?.time ?? 0) < time) index = middle + 1;
        else last = middle;
      }
      if (index === records.length) index = -1;`,
        },
      ],
    },
    {
      name: "seeks in peace where nothing is subscribed to",
      step: 5,
      change: [
        {
          file: consumer,
          find: `    if (!this.#topics.has(topic)) {
`,
          put: `    if (topic === "") {
`,
        },
      ],
    },
    {
      name: "remembers which partition it gave to a key instead of working it out",
      step: 6,
      change: [
        {
          file: producer,
          find: `  readonly #topics =`,
          put: `  readonly #keys = new Map<string, number>();
  readonly #topics =`,
        },
        {
          file: producer,
          find: `partitionOf(key, logs.length);`,
          put: `(this.#keys.get(key) ?? this.#keys.size % logs.length);
    if (key !== undefined) this.#keys.set(key, partition);`,
        },
      ],
    },
    {
      name: "does not keep the key",
      step: 6,
      change: [
        {
          file: producer,
          find: `append([{ time, key, value }])`,
          put: `append([{ time, value }])`,
        },
      ],
    },
    {
      name: "puts every key into the same partition",
      step: 6,
      change: [
        { file: topic, find: `return (hash >>> 0) % partitions;`, put: `return 0;` },
      ],
    },
    {
      name: "reads the first partition only",
      step: 6,
      change: [
        {
          file: consumer,
          find: `    const partitions = countPartitions(this.#folder, topic);`,
          put: `    const partitions = Math.min(1, countPartitions(this.#folder, topic));`,
        },
      ],
    },
    {
      name: "has one committed offset for all partitions",
      step: 6,
      change: [
        {
          file: consumer,
          find: `\`\${this.#group}@\${topic}-\${partition}.json\``,
          put: `\`\${this.#group}@\${topic}-\${partition * 0}.json\``,
        },
        {
          file: consumer,
          find: `    const place = this.#committed(topic, partition);`,
          put: `    const place = partition === 0 ? this.#committed(topic, partition) : START;`,
        },
      ],
    },
    {
      name: "adds partitions to a topic, so that its keys change places",
      step: 6,
      change: [
        {
          file: topic,
          find: `  if (count > 0 && count !== partitions) {`,
          put: `  if (count > partitions) {`,
        },
      ],
    },
    {
      name: "takes a key without letters for none",
      step: 6,
      change: [
        {
          file: producer,
          find: `      key === undefined ? known`,
          put: `      !key ? known`,
        },
      ],
    },
    {
      name: "counts its turns over all topics",
      step: 6,
      change: [
        {
          file: producer,
          find: `  readonly #topics =`,
          put: `  #turn = 0;
  readonly #topics =`,
        },
        { file: producer, find: `known.turn++`, put: `this.#turn++` },
      ],
    },
    {
      name: "makes no folder for a topic",
      step: 6,
      change: [
        {
          file: topic,
          find: `  mkdirSync(folder, { recursive: true });
`,
          put: ``,
        },
      ],
    },
    {
      name: "makes a topic of one and a half partitions",
      step: 6,
      change: [
        {
          file: topic,
          find: `!Number.isInteger(partitions) || partitions < 1`,
          put: `partitions < 1`,
        },
      ],
    },
    {
      name: "has moved in some partitions when a seek fails in another",
      step: 6,
      change: [
        {
          file: consumer,
          find: `    const places = held.map(({ log }) => placeIn(log, to));
`,
          put: `    const places = held.map((each) => {
      each.place = placeIn(each.log, to);
      return each.place;
    });
`,
        },
      ],
    },
    {
      name: "gives every member all partitions",
      step: 7,
      change: [
        {
          file: consumer,
          find: `  return all.filter((partition) => partition % members.length === turn);`,
          put: `  return turn < 0 ? [] : all;`,
        },
      ],
    },
    {
      name: "gives every member one partition, however many there are",
      step: 7,
      change: [
        {
          file: consumer,
          find: `  return all.filter((partition) => partition % members.length === turn);`,
          put: `  if (members.length === 1) return all;
  return all.filter((partition) => partition === turn);`,
        },
      ],
    },
    {
      name: "does not say goodbye",
      step: 7,
      change: [
        {
          file: consumer,
          find: `    for (const topic of this.#topics.keys()) this.#members.leave(topic);
`,
          put: ``,
        },
      ],
    },
    {
      name: "never gives a partition back that it once held",
      step: 7,
      change: [
        {
          file: consumer,
          find: `    if (held.length > 0 && !changed) return held;`,
          put: `    if (held.length > 0) return held;`,
        },
      ],
    },
    {
      name: "commits without asking whether it still holds the partition",
      step: 7,
      change: [
        {
          file: consumer,
          find: `    for (const holding of this.#held()) this.#store(holding);
  }`,
          put: `    for (const holding of [...this.#topics.values()].flat()) this.#store(holding);
  }`,
        },
      ],
    },
    {
      name: "keeps its old place in a partition that another has read meanwhile",
      step: 7,
      change: [
        {
          file: consumer,
          find: `    const taken = mine.map((partition) => this.#takeOver(topic, partition));`,
          put: `    const taken = mine.map(
      (partition) =>
        held.find((holding) => holding.partition === partition) ??
        this.#takeOver(topic, partition),
    );`,
        },
      ],
    },
    {
      name: "shares in equal ranges, and leaves the last member without any",
      step: 7,
      change: [
        {
          file: consumer,
          find: `  return all.filter((partition) => partition % members.length === turn);`,
          put: `  const size = Math.ceil(partitions / members.length);
  return all.slice(turn * size, turn * size + size);`,
        },
      ],
    },
    {
      name: "only looks for two dots in a name",
      step: 8,
      change: [
        {
          file: topic,
          find: `!NAME.test(name)`,
          put: `name === "" || name.includes("..")`,
        },
      ],
    },
    {
      name: "checks the topic of a producer, and forgets that of a consumer",
      step: 8,
      change: [
        {
          file: consumer,
          find: `    checkedName("topic", topic);
`,
          put: ``,
        },
      ],
    },
    {
      name: "does not look at the names of groups",
      step: 8,
      change: [
        {
          file: consumer,
          find: `this.#group = checkedName("group", group);`,
          put: `this.#group = group;`,
        },
      ],
    },
    {
      name: "counts lines from 0",
      step: 8,
      change: [
        {
          file: log,
          find: `BrokenRecordError(this.#path, offset + 1, record.message)`,
          put: `BrokenRecordError(this.#path, offset, record.message)`,
        },
      ],
    },
    {
      name: "counts lines from where the poll began",
      step: 8,
      change: [
        {
          file: log,
          find: `BrokenRecordError(this.#path, offset + 1, record.message)`,
          put: `BrokenRecordError(this.#path, records.length + 1, record.message)`,
        },
      ],
    },
    {
      name: "skips a broken record in silence",
      step: 8,
      change: [
        {
          file: log,
          find: `        throw new BrokenRecordError(this.#path, offset + 1, record.message);`,
          put: `        break;`,
        },
      ],
    },
    {
      name: "loses the good records in front of a broken one",
      step: 8,
      change: [
        {
          file: log,
          find: `        if (records.length > 0) break;
`,
          put: ``,
        },
      ],
    },
    {
      name: "does not compare the offset in the line with the one expected",
      step: 8,
      change: [
        {
          file: log,
          find: `record instanceof Error || record.offset === offset`,
          put: `record instanceof Error || record.offset >= 0`,
        },
      ],
    },
    {
      name: "writes undefined",
      step: 8,
      change: [
        {
          file: producer,
          find: `    if (JSON.stringify(value) === undefined) {`,
          put: `    if (typeof value === "bigint") {`,
        },
      ],
    },
    {
      name: "looks at each line of a name by itself",
      step: 8,
      change: [{ file: topic, find: `[a-z0-9])?$/;`, put: `[a-z0-9])?$/m;` }],
    },
    {
      name: "loses what it has read when another partition is broken",
      step: 8,
      change: [
        {
          file: consumer,
          find: `      readings.push({ holding, batch: holding.log.read(holding.place, limit) });`,
          put: `      const batch = holding.log.read(holding.place, limit);
      holding.place = batch.next;
      readings.push({ holding, batch });`,
        },
        { file: consumer, find: `      broken ??= error;`, put: `      throw error;` },
      ],
    },
    {
      name: "lets one broken partition stop all others",
      step: 8,
      change: [
        { file: consumer, find: `      broken ??= error;`, put: `      throw error;` },
      ],
    },
    {
      name: "never tells of a broken partition",
      step: 8,
      change: [
        {
          file: consumer,
          find: `  if (broken !== undefined && !found) throw broken;
`,
          put: ``,
        },
      ],
    },
    {
      name: "does not wait for a log that answers later",
      step: 1,
      change: [
        {
          file: producer,
          find: `const [record] = (await logs[partition]?.append([{ time, key, value }])) ?? [];`,
          put: `const answer = logs[partition]?.append([{ time, key, value }]);
    const [record] = (answer as LogRecord[]) ?? [];`,
        },
      ],
    },
    {
      name: "reads the whole file at every poll",
      step: 2,
      change: [
        {
          file: log,
          find: `const chunk = readBytes(this.#path, position, Math.min(length, left));`,
          put: `const chunk = readFileSync(this.#path).subarray(position, position + Math.min(length, left));`,
        },
        {
          file: log,
          find: `import { appendFileSync, truncateSync } from "node:fs";`,
          put: `import { appendFileSync, readFileSync, truncateSync } from "node:fs";`,
        },
      ],
    },
    {
      name: "remembers where keys went, and forgets it with the process",
      step: 6,
      change: [
        {
          file: topic,
          find: `  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % partitions;`,
          put: `  if (!seen.includes(key)) seen.push(key);
  return seen.indexOf(key) % partitions;`,
        },
        {
          file: topic,
          find: `/** The partition of a key:`,
          put: `const seen: string[] = [];

/** The partition of a key:`,
        },
      ],
    },
  ],
});
