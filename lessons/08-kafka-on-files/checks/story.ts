/** What can happen on a day, how it is told, and which rule it is about. */

/** What the steps ask, as the titles of their checks. */
export const RULES = {
  send: "`send` returns the topic, partition 0 and the next offset of this topic",
  line: "a record is one line of JSON: offset, time, key and value, in this order",
  poll: "`poll` gives the new records, each once, with topic, partition, offset and time",
  limit: "`poll(2)` gives two records at most, and the next poll goes on behind them",
  topics: "a consumer reads each topic it subscribed to, once, as soon as it is there",
  nextOffset:
    "a producer that starts again, or beside another one, takes the next offset",
  repair:
    "`append` cuts off a half line and tells `onRepair` the file, the line and the bytes",
  commit:
    "after a restart a consumer goes on behind its last commit, and the rest comes again",
  autoCommit:
    "with `autoCommit`, a poll commits all its topics before it returns; without, none",
  seek: "after `seek` to the beginning, the end or an offset, the next poll begins there",
  seekCommits: "`seek` commits nothing, and a commit after it does, backwards too",
  seekTime:
    "`seek` to a time finds the first record at or after it, even where a clock was set back",
  noOffset:
    "a `seek` to no such offset, or in another topic, is refused and moves nothing",
  noneMoves: "a `seek` that fails in one partition moves the consumer in none",
  createAgain:
    "`createTopic` makes one empty file for each partition, and the second time nothing",
  key: "a key goes to the same partition in every process, and is kept in the record",
  partitions:
    "a consumer reads, seeks in and commits every partition, and a key keeps its order",
  close:
    "a member that closes hands its partitions over, from its last commit on, and a second close changes nothing",
  silent: "a member that stays silent for longer than `sessionTimeout` is struck off",
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

export const TOPICS = ["orders", "payments"];
export const WHO = ["billing-1", "billing-2", "mail-1"];
const KEYS = ["ann", "Дмитро", ""];
/** The key of a record, which has none before step 6. */
export const keyOf = ({ keyed, nth }: Command) =>
  keyed ? KEYS[nth % KEYS.length] : undefined;
export const VALUES = ["кава", { id: 15 }, "tea", "two\nlines", null, "☕🍵", 0];
/**
 * What a writer that dies leaves behind: one breaks off in the middle of a character, one lacks
 * nothing but its line break.
 */
export const HALVES = [
  '{"offset":0,"time":0,"value":0}',
  '{"offset":',
  Buffer.from('{"offset":9,"va ч').subarray(0, -1),
  "{",
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
    | "create"
    | "close"
    | "silence"
    | "break"
    | "make again"
    | "full disk"
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

export interface Day {
  /** How many partitions the orders have, if `createTopic` makes them. */
  partitions: number | undefined;
  /** Whether the billing has two members; otherwise the second reads for a group of its own. */
  sharing: boolean;
  autoCommit: boolean;
  /** The topics that each consumer begins with. */
  topics: number[][];
  commands: Command[];
}

export const groupOf = ({ sharing }: Day, who: number) =>
  ["billing", sharing ? "billing" : "audit", "mail"][who] as string;

export function tell(command: Command): string {
  const { does, who, topic, by, nth, limit, to } = command;
  const name = TOPICS[topic];
  const [consumer, key] = [WHO[who], keyOf(command)];
  const where = { offset: `offset ${nth}`, time: `time ${nth}` };
  const lines = {
    send: `producer ${by + 1} sends ${JSON.stringify(VALUES[nth % VALUES.length])} to ${name}${key === undefined ? "" : `, key "${key}"`}`,
    poll: `${consumer} polls${limit === undefined ? "" : `, ${limit} at most`}`,
    "new producer": `producer ${by + 1} starts again`,
    "half line": `a writer dies and leaves a half line in ${name}, partition ${nth}, or in 0`,
    subscribe: `${consumer} subscribes to ${name}`,
    commit: `${consumer} commits`,
    restart: `${consumer} dies and starts again`,
    seek: `${consumer} seeks ${to in where ? where[to as "time"] : `the ${to}`} of ${name}`,
    create: `${name} is created with as many partitions as it has`,
    close: `${consumer} closes`,
    silence: "six seconds pass",
    break: `a line of ${name} breaks`,
    "make again": `${name} is deleted and made again`,
    "full disk": `${consumer} polls, producer ${by + 1} sends something to ${name}${nth > 3 && who < 2 ? `, ${WHO[1 - who]}, if of the same group, starts again` : ""}; ${consumer} ${nth % 2 ? "polls" : "commits"} while no offset file of ${name} can be read or replaced, and then again`,
    "send nothing": `producer ${by + 1} sends undefined to ${name}`,
  };
  return lines[does];
}

export function storyOf(day: Day): string[] {
  const { partitions, autoCommit, topics, commands } = day;
  const used = [...WHO.keys()].filter((who) => acts(day, who));
  return [
    ...used.map((who) => {
      const auto = autoCommit && who === 2 ? ", with autoCommit" : "";
      const names = topics[who]?.map((topic) => TOPICS[topic]).join(" and ");
      return `${WHO[who]}, group ${groupOf(day, who)}${auto}, subscribes to ${names}`;
    }),
    ...(partitions === undefined
      ? []
      : [
          `${WHO[partitions % WHO.length]} polls; orders is created with ${partitions} partitions`,
        ]),
    ...commands.map(tell),
  ];
}

/** A member of a group counts by being there. */
function acts({ commands, sharing }: Day, who: number): boolean {
  const about = ["poll", "subscribe", "commit", "full disk", "restart", "seek", "close"];
  return (
    (sharing && who < 2) ||
    commands.some((one) => one.who === who && about.includes(one.does))
  );
}

export function ruleOf({ commands, partitions, sharing }: Day, seen?: string): string {
  const has = (does: Command["does"]) => commands.some((one) => one.does === does);
  const sends = commands.filter(({ does }) => does === "send");
  const isPoll = seen === RULES.poll || seen === undefined;
  const isCommit = seen === RULES.commit;
  const isWide = (partitions ?? 1) > 1;
  const misses = commands.some(({ does, to }) => does === "seek" && to === "offset");
  const signs: [boolean, Rule][] = [
    [isPoll && has("make again"), "madeAgain"],
    [isPoll && has("break") && isWide, "stopsNoOther"],
    [isPoll && has("break"), "broken"],
    [isCommit && sharing, "asksFirst"],
    [isCommit && has("seek"), "seekCommits"],
    [isPoll && sharing && has("silence"), "silent"],
    [isPoll && sharing && has("close"), "close"],
    [isPoll && sharing, "change"],
    [
      isPoll && commands.some(({ does, to }) => does === "seek" && to === "time"),
      "seekTime",
    ],
    [isPoll && misses && isWide, "noneMoves"],
    [isPoll && has("seek"), "seek"],
    [isPoll && has("create"), "createAgain"],
    [isPoll && (has("commit") || has("restart")), "commit"],
    [isPoll && isWide, "partitions"],
    [isPoll && has("half line"), "repair"],
    [isPoll && commands.some(({ limit }) => limit !== undefined), "limit"],
    [isPoll && has("subscribe"), "topics"],
    [seen === RULES.send && has("half line"), "repair"],
    [seen === RULES.send && has("new producer"), "nextOffset"],
    [seen === RULES.send && new Set(sends.map(({ by }) => by)).size > 1, "nextOffset"],
  ];
  const found = signs.find(([is]) => is)?.[1];
  return found === undefined ? (seen ?? RULES.poll) : RULES[found];
}
