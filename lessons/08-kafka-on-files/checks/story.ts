/** What can happen on a day, how it is told, and which rule it is about. */
import type { SeekTo } from "#given/08-kafka-on-files/given/options.ts";

/** What the steps ask, as the titles of their checks. */
export const RULES = {
  send: "`send` returns the topic, partition 0 and the next offset of this topic",
  line: "a record is one line of JSON: offset, time, key and value, in this order",
  poll: "`poll` gives the new records, each once, with topic, partition, offset and time",
  limit: "`poll(2)` gives two records at most, and the next poll goes on behind them",
  topics: "a consumer reads each topic it subscribed to, once, as soon as it is there",
  repair:
    "`append` cuts off a half line and tells `onRepair` the file, the line and the bytes",
  commit:
    "after a restart a consumer goes on behind the last commit of its group, and the rest comes again",
  brokenPlace: "a broken offset file is an error that names it, until it is deleted",
  autoCommit:
    "with `autoCommit`, a poll commits all its topics before it returns; without, none",
  seek: "after `seek` to the beginning, the end or an offset, the next poll begins there",
  seekTime:
    "`seek` to a time finds the first record at or after it, even where a clock was set back",
  seekCommits: "`seek` commits nothing, and a commit after it does, backwards too",
  noOffset:
    "a `seek` to no such offset is a RangeError, one in another topic an error, and neither moves anything",
  createAgain:
    "`createTopic` makes one empty file for each partition, and the second time nothing",
  createOther:
    "`createTopic` refuses another number of partitions, and one that is not 1, 2, 3 …",
  key: "a key goes to the same partition in every process, and is kept in the record",
  turns:
    "records without a key take turns in each topic, and one with a key takes no turn",
  partitions:
    "a consumer reads, seeks in and commits every partition, and a key keeps its order",
  group: "each record goes to one member of a group, and to every group",
  close:
    "a member that closes hands its partitions over, from its last commit on, and a second close changes nothing",
  asksFirst:
    "`commit` and `seek` ask the group first: they touch only what is held by now",
  change:
    "when somebody joins or leaves a topic, all begin at what is committed there, and only there",
  unwritable:
    "`send` refuses a value that JSON cannot write with a TypeError, and leaves no trace",
  broken:
    "a broken line is a BrokenRecordError with file and line, behind the good records before it",
  stopsNoOther:
    "a log that cannot be read stops no other, and is an error when nothing else is new",
  madeAgain:
    "of a topic that was made again, `poll` says so: a RangeError names the sound file",
} as const;
export type Rule = keyof typeof RULES;

/** The files of the second topic begin with the name of the first one. */
export const TOPICS = ["orders", "orders-2026"];
export const WHO = ["ann", "bob", "carla"];
const KEYS = ["ann", "Дмитро\n", "", "a long key, ".repeat(9)];
/** The key of a record, which has none before step 6. */
export const keyOf = ({ keyed, nth }: Command) =>
  keyed ? KEYS[nth % KEYS.length] : undefined;
/** More than is read of a file at once. */
export const LONG = "tea ".repeat(17_000);
export const short = (text: string) => text.replaceAll(LONG, "tea …");
export const VALUES = [
  "кава",
  { id: 15, note: undefined },
  LONG,
  "two\nlines\u2028\r\ud83c",
  null,
  "",
  0,
  false,
];
/**
 * What a writer that dies leaves behind: one breaks off in the middle of a character, one lacks
 * nothing but its line break.
 */
export const HALVES = [
  '{"offset":0,"time":0,"value":0}',
  '{"offset":',
  Buffer.from('{"offset":9,"va чай').subarray(0, -1),
  `{"offset":9,"value":"${LONG}`,
  "{",
];
const ring: unknown[] = [];
ring.push(ring);
export const UNWRITABLE: [string, unknown][] = [
  ["undefined", undefined],
  ["a function", () => {}],
  ["a bigint", 10n],
  ["a circular reference", ring],
  ["what toJSON makes undefined", { toJSON: () => undefined }],
];
export const OFFSETS = [0, 1, 2, 3, Infinity, -1, 1.5, Number.NaN];
/** How many partitions a topic is to have. */
export const COUNTS = [1, 2, 3, 0, -1, 1.5, Number.NaN, Infinity];

/** A line that is broken, each as long as it was: what lies behind it stays where it is. */
export const wrongLines = (line: string) => [
  `~${line.slice(1)}`,
  line.replace(/\d/, "9"),
  " ".repeat(Buffer.byteLength(line)),
];

/** One thing that happens. Each reads only the fields that it is about. */
export interface Command {
  does:
    | "send"
    | "poll"
    | "new producer"
    | "half line"
    | "subscribe"
    | "commit"
    | "restart"
    | "seek"
    | "spoil"
    | "create"
    | "close"
    | "break"
    | "make again"
    | "send nothing";
  who: number;
  topic: number;
  /** Which of two producers. */
  by: number;
  keyed: boolean;
  /** Which key, value, offset, half line and so on. */
  nth: number;
  limit: number | undefined;
  to: "beginning" | "end" | "offset" | "time";
}

export const BEGIN = Date.UTC(2026, 0, 31);

export const placeOf = ({ to, nth }: Command): SeekTo =>
  to === "offset"
    ? { offset: OFFSETS[nth] ?? 0 }
    : to === "time"
      ? { time: BEGIN + nth - 2 }
      : to;

export interface Day {
  /** How many partitions the orders have, if `createTopic` makes them. */
  partitions: number | undefined;
  /** How many of the consumers are members of the billing; each other has a group of its own. */
  members: number;
  autoCommit: boolean;
  /** The topics that each consumer begins with. */
  topics: number[][];
  commands: Command[];
}

export const groupOf = ({ members }: Day, who: number) =>
  who < members ? "billing" : (["billing", "audit", "mail"][who] as string);

export function tell(command: Command): string {
  const { does, who, topic, by, nth, limit, to } = command;
  const name = TOPICS[topic];
  const [consumer, key] = [WHO[who], keyOf(command)];
  const other = `${WHO[(who + 1) % 3]}, if of the same group, starts again; `;
  const sends = `producer ${by + 1} sends something; `;
  const next = `${WHO[(who + 1) % 3]} polls after each and commits, if of the same group`;
  const where = { offset: `offset ${OFFSETS[nth]}`, time: `time ${nth}` };
  const value = VALUES[nth] === LONG ? "tea …" : JSON.stringify(VALUES[nth]);
  const lines = {
    send: `producer ${by + 1} sends ${value} to ${name}${key === undefined ? "" : `, key ${JSON.stringify(key)}`}`,
    poll: `${consumer} polls${limit === undefined ? "" : `, ${limit} at most`}`,
    "new producer": `producer ${by + 1} starts again`,
    "half line": `a writer dies and leaves a half line in ${name}, partition ${nth}, or in 0`,
    subscribe: `${consumer} subscribes to ${name}; ${WHO[(who + 1) % 3]} polls, if of the same group`,
    commit: `${consumer} commits`,
    restart: `${consumer} dies and starts again`,
    seek: `${by === 1 ? other : ""}${consumer} seeks ${to in where ? where[to as "time"] : `the ${to}`} of ${name}; ${nth % 2 ? sends : ""}${consumer} ${limit === undefined ? "polls" : "commits"}`,
    spoil: `an offset file of ${name}, partition ${nth}, or of 0, breaks; ${consumer} starts again and polls twice; it is deleted, and ${consumer} polls; ${WHO[(who + 1) % 3]} polls after each, if of the same group`,
    create: `${name} is created with ${COUNTS[nth]} partitions`,
    close: `${consumer} closes, and closes once more; ${next}${nth % 2 ? "" : `; ${consumer} starts again, seeks the beginning of ${name}${by === 1 ? ", commits" : ""} and closes; ${next}`}`,
    break: `producer ${by + 1} sends two records to ${name}, and a line before the last breaks; ${consumer} starts again, polls twice, seeks behind it and polls`,
    "make again": `${consumer} polls and commits; ${name} is deleted and made again${nth % 2 ? `, and producer ${by + 1} sends something` : ""}; ${consumer} polls, seeks the end and commits`,
    "send nothing": `producer ${by + 1} sends ${UNWRITABLE[nth % UNWRITABLE.length]?.[0]} to ${name}, which then, if it is not there, is created with 2 partitions`,
  };
  return lines[does];
}

export function storyOf(day: Day): string[] {
  const { partitions, autoCommit, topics, commands, members } = day;
  // A member of a group counts by being there.
  const counts = (who: number) =>
    who < members || commands.some((one) => one.who === who);
  const readers = [...WHO.keys()].filter(counts).map((who) => {
    const auto = autoCommit && who === 2 ? ", with autoCommit" : "";
    const names = topics[who]?.map((topic) => TOPICS[topic]).join(" and ");
    return `${WHO[who]}, group ${groupOf(day, who)}${auto}, subscribes to ${names}`;
  });
  if (partitions !== undefined)
    readers.push(
      `${WHO[partitions % WHO.length]} polls; orders is created with ${partitions} partitions`,
    );
  return [...readers, ...commands.map(tell)];
}

/** A poll that differs may be about many rules: what happened on the day says which. */
export function ruleOf({ commands, partitions, members }: Day, seen?: string): string {
  const sharing = members > 1;
  const has = (does: Command["does"], to?: Command["to"]) =>
    commands.some((one) => one.does === does && (to ?? one.to) === one.to);
  if (seen === RULES.commit && has("seek")) return RULES.seekCommits;
  if (seen === RULES.commit && sharing) return RULES.asksFirst;
  if (seen !== undefined && seen !== RULES.poll) return seen;
  const isWide = (partitions ?? 1) > 1;
  const signs: [boolean, Rule][] = [
    [has("spoil"), "brokenPlace"],
    [has("make again"), "madeAgain"],
    [has("break"), isWide ? "stopsNoOther" : "broken"],
    [sharing && has("close"), "close"],
    [sharing && (has("restart") || has("subscribe")), "change"],
    [sharing, "group"],
    [has("seek", "time"), "seekTime"],
    [has("seek"), "seek"],
    [has("create"), "createAgain"],
    [has("commit") || has("restart"), "commit"],
    [isWide, "partitions"],
    [has("half line"), "repair"],
    [commands.some(({ limit }) => limit !== undefined), "limit"],
    [has("subscribe"), "topics"],
  ];
  return RULES[signs.find(([is]) => is)?.[1] ?? "poll"];
}
