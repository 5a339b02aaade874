/** What can happen on a day, and how it is told. */
import type { SeekTo } from "#given/08-kafka-on-files/given/options.ts";

/** The files of the second topic begin with the name of the first one. */
export const TOPICS = ["orders", "orders-2026"];
export const WHO = ["ann", "bob", "carla"];
/** A number that is made of all of it by sums and products alone is beyond all numbers. */
const LONG_KEY = "a long key, ".repeat(99);
const KEYS = ["ann", "Андріи\u0306\n", "", LONG_KEY, "-7.5"];
/** The key of a record, which has none before step 6. */
export const keyOf = ({ keyed, nth }: Command) =>
  keyed ? KEYS[nth % KEYS.length] : undefined;
/** More than is read of a file at once. */
const LONG = "☕".repeat(23_000);
/** So long that no line of a topic that was made again ends where one of the old file did. */
export const AGAIN = "again ".repeat(5_000);
export const short = (text: string) =>
  [LONG, AGAIN, LONG_KEY].reduce(
    (all, long) => all.replaceAll(long, `${long.slice(0, 11)}…`),
    text,
  );
export const VALUES = [
  "кава",
  { id: 15, paid: null, total() {} },
  LONG,
  "two\nlines\u2028\r\ud83c",
  null,
  "",
  Object.assign(new Date(0), { toJSON: () => "1 January" }),
  false,
];
/** One breaks off in the middle of a character, one lacks nothing but its line break. */
const HALVES = [
  '{"offset":0,"time":0,"value":0}',
  '{"offset":',
  Buffer.from('{"offset":9,"va чай').subarray(0, -1),
  `{"offset":9,"value":"${LONG}`,
  " ",
];
export function halfOf(nth: number, offset: number): Buffer {
  const half = HALVES[nth % HALVES.length] ?? "";
  return Buffer.from(typeof half === "string" ? half.replace("0", `${offset}`) : half);
}
const ring: unknown[] = [];
ring.push(ring);
export const UNWRITABLE: [string, unknown][] = [
  ["undefined", undefined],
  ["a function", () => {}],
  ["a bigint", 10n],
  ["a circular reference", ring],
  ["a bigint in an array", [10n]],
  ["what toJSON makes undefined", { toJSON: () => undefined }],
];
export const OFFSETS = [0, 1, 2, 3, Infinity, -1, 1.5, Number.NaN];
/** What a broken offset file holds. */
export const NO_PLACES = ['{"offset":1,"pos', "", "null", '{"offset":1}'];
/** How many partitions a topic is to have. */
export const COUNTS = [1, 2, 3, 0, -1, 1.5, Number.NaN, Infinity];

/** A line that is broken, each as long as it was: what lies behind it stays where it is. */
export const wrongLines = (line: string) => [
  `~${line.slice(1)}`,
  line.replace(/\d/, (digit) => (digit === "9" ? "8" : "9")),
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
    | "stuck"
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

/** How far a clock moves, in ms: back, too, and once for longer than a session. */
const PAUSES = [1, 0, -3, 2, 1, 6_000, 1, 11_000];
/** Whether a poll that fails at one topic is a sign of life in another is open. */
export const pausesOf = ({ commands }: Day) =>
  commands.some(({ does }) => does === "spoil")
    ? PAUSES.map((pause) => pause % 1_000)
    : PAUSES;
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

/** What was found when a command was played: the story tells what really happened. */
export const notes = new WeakMap<Command, Note>();
interface Note {
  /** Whether the next consumer, a member of the same group, is there too. */
  shares: boolean;
  partition?: number;
  line?: number;
  isAgain?: boolean;
  isRefused?: boolean;
  seeks?: boolean;
  dies?: boolean;
}

function seekOf({ who, topic, nth, to }: Command): string {
  const where = { offset: `offset ${OFFSETS[nth]}`, time: `time ${nth}` };
  return `${WHO[who]} seeks ${to in where ? where[to as "time"] : `the ${to}`} of ${TOPICS[topic]}`;
}

export const creationOf = ({ topic, nth }: Command) =>
  `${TOPICS[topic]} is created with ${COUNTS[nth]} partitions`;

export const refusalOf = ({ by, topic, nth }: Command) =>
  `producer ${by + 1} sends ${UNWRITABLE[nth % UNWRITABLE.length]?.[0]} to ${TOPICS[topic]}`;

function tell(day: Day, command: Command): string {
  const { does, who, topic, by, nth, limit } = command;
  const next = (who + 1) % WHO.length;
  const isAuto = day.autoCommit && who === 2;
  const isGroup = groupOf(day, who) === groupOf(day, next);
  const note: Note = notes.get(command) ?? { shares: isGroup };
  const { shares, partition, line, isAgain, seeks, dies } = note;
  const at = partition === undefined ? "" : `, partition ${partition}`;
  const [name, one, other] = [TOPICS[topic], WHO[who], WHO[next]];
  const key = keyOf(command);
  const value = short(JSON.stringify(isAgain ? [VALUES[nth], AGAIN] : VALUES[nth]));
  const sends = `producer ${by + 1} sends ${value} to ${name}${key === undefined ? "" : `, key ${JSON.stringify(key)}`}`;
  const most = limit === undefined ? "" : ` ${limit} at most`;
  const poll = shares ? `${one} and ${other} poll${most}` : `${one} polls${most}`;
  const again = `${one} ${by === 1 && !isAuto ? `seeks the beginning of ${name}` : "starts again"}`;
  const close = shares
    ? `${one} closes, commits and polls; ${other} polls${most}; ${one} does so once more; ${other} polls${most} and commits`
    : `${one} closes, commits and polls, and does so once more`;
  const lines = {
    send: `${sends}${limit === 2 ? ", twice at once" : ""}`,
    poll: `${one} polls${most}`,
    "new producer": `producer ${by + 1} starts again`,
    "half line": `a writer dies and leaves a half line in ${name}${at}${seeks && by === 1 ? `; ${one} seeks behind it` : ""}`,
    subscribe: `${one} subscribes to ${name}${shares ? `; ${other} polls${most}` : ""}`,
    commit: `${one} commits${by === 1 && !isAuto ? `; at the same time, ${one} polls${most}${nth % 2 ? " and commits" : ""}` : ""}`,
    stuck: `${one} polls${most}; ${sends}; the offset file of ${name}${at} cannot be replaced; ${seeks && nth % 2 ? `${seekOf(command)}; ` : ""}${one} polls${most}${isAuto ? "" : " and commits"}; ${seeks && by === 1 ? `${seekOf(command)}; ` : ""}it can again; ${one} ${dies ? `polls${most}, dies, starts again and polls${most}` : isAuto ? `polls${most}` : "commits"}`,
    restart: `${one} dies and starts again`,
    seek: `${by === 1 && isGroup ? `${other} starts again; ` : ""}${seekOf(command)}; ${nth % 2 ? `${sends}; ` : ""}${one} ${limit === undefined || isAuto ? `polls${most}` : "commits"}`,
    spoil: `the offset file of ${name}${at} breaks; ${one} starts again; ${poll}, twice; it is deleted; ${poll}`,
    create: creationOf(command),
    close: `${close}${nth % 2 ? "" : `; ${one} starts again, seeks the beginning of ${name}${by === 1 ? " and commits" : ""}; ${close}`}`,
    break: `${sends}, twice${line === undefined ? "" : `; ${again} and polls${most}; line ${line} of ${name}${at} breaks; ${again}, polls${most}${nth % 2 ? `; ${sends}; ${one} polls${most}` : ", twice"}; ${nth % 3 ? `${one} seeks ${nth % 3 === 1 ? "the end" : "behind it"}` : "somebody mends it"} and ${one} polls${most}`}`,
    "make again": `${one} seeks offset ${OFFSETS[nth]}, polls${most} and commits; ${name} is deleted and made again${nth % 2 ? `; producer ${by + 1} sends something` : ""}; ${one} polls${most}, twice, seeks offset ${OFFSETS[nth]} and commits, seeks the end and commits`,
    "send nothing": `${at === "" ? `${refusalOf(command)}; ${name} is created with 2 partitions` : `${sends}; ${refusalOf(command)}`}; ${sends}`,
  };
  return lines[does];
}

export function storyOf(day: Day): string[] {
  const { partitions, autoCommit, topics, commands, members } = day;
  const early = partitions === undefined ? undefined : partitions % WHO.length;
  // A member of a group counts by being there.
  const counts = (who: number) =>
    who < members || who === early || commands.some((one) => one.who === who);
  const readers = [...WHO.keys()].filter(counts).map((who) => {
    const auto = autoCommit && who === 2 ? ", with autoCommit" : "";
    const names = topics[who]?.map((topic) => TOPICS[topic]).join(" and ");
    return `${WHO[who]}, group ${groupOf(day, who)}${auto}, subscribes to ${names}`;
  });
  if (early !== undefined)
    readers.push(`${WHO[early]} polls; orders is created with ${partitions} partitions`);
  return [...readers, ...commands.flatMap((command) => tell(day, command).split("; "))];
}
