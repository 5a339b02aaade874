/** What can happen on a day, and how it is told. */
import type { SeekTo } from "#given/08-kafka-on-files/given/options.ts";
import type { World } from "./real-world.ts";

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

/** What can happen from which step on: the more often it stands here, the more often it does. */
export const DOES = [
  [2, "send", "send", "send", "poll", "poll", "poll", "subscribe"],
  [3, "new producer", "half line"],
  [4, "restart", "commit", "commit", "spoil", "stuck"],
  [5, "seek", "seek", "half line", "half line"],
  [6, "create", "seek"],
  [7, "close", "close", "restart", "subscribe", "seek", "spoil"],
  [8, "break", "make again", "send nothing", "send nothing"],
] as const;

/** One thing that happens. Each reads only the fields that it is about. */
export interface Command {
  does: Exclude<(typeof DOES)[number][number], number>;
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

const sentTo = (by: number, what: unknown, topic: string) =>
  `producer ${by + 1} sends ${what} to ${topic}`;
const nameOf = (value: unknown) => UNWRITABLE.find(([, one]) => one === value)?.[0];

/** How it is told what is done to the world. */
export const TELLS = {
  create: (topic, partitions) => `${topic} is created with ${partitions} partitions`,
  remove: (topic) => `${topic} is deleted`,
  newProducer: (by) => `producer ${by + 1} starts again`,
  send: (by, topic, key, value) =>
    sentTo(by, JSON.stringify(value), topic) +
    (key === undefined ? "" : `, key ${JSON.stringify(key)}`),
  refuse: (by, topic, value) => sentTo(by, nameOf(value), topic),
  addHalfLine: (file) => `a writer dies and leaves a half line in ${file}`,
  replaceLine: (file, index, line) =>
    `line ${index + 1} of ${file} becomes ${JSON.stringify(line.slice(0, 15))} …`,
  newConsumer: (who) => `${WHO[who]} dies and starts again`,
  subscribe: (who, topic) => `${WHO[who]} subscribes to ${topic}`,
  poll: (who, limit) =>
    `${WHO[who]} polls${limit === undefined ? "" : ` ${limit} at most`}`,
  commit: (who) => `${WHO[who]} commits`,
  seek: (who, topic, to) =>
    `${WHO[who]} seeks ${typeof to === "string" ? to : Object.entries(to).flat().join(" ")} of ${topic}`,
  close: (who) => `${WHO[who]} closes`,
  spoil: (name, text) => `${name}.json ${text === undefined ? "is deleted" : "breaks"}`,
  stick: (name) => (name ? `${name}.json cannot be replaced` : "it can again"),
} satisfies {
  [Method in Exclude<keyof World, "repairs">]?: (
    ...parts: Parameters<World[Method]>
  ) => string;
};

/** What happened when a day was played. */
export interface Told {
  readonly lines: string[];
  /** Whether a seek was refused. */
  isRefused: boolean;
}
export const told = new WeakMap<Day, Told>();

/** The same world, which tells what is done to it. */
export function telling(day: Day, world: World): World {
  const lines: string[] = [];
  told.set(day, { lines, isRefused: false });
  return new Proxy(world, {
    get(_, name) {
      const method = Reflect.get(world, name, world);
      if (typeof method !== "function") return method;
      return (...parts: unknown[]) => {
        const tell = Reflect.get(TELLS, name);
        if (tell) lines.push(short(tell(...parts)));
        return method.apply(world, parts);
      };
    },
  });
}

export function storyOf(day: Day): string[] {
  // One that has not been played yet may be the last of this process.
  const plan = ({ does, who, topic }: Command) =>
    `${WHO[who]}, ${TOPICS[topic]}: ${does}`;
  const lines = told.get(day)?.lines ?? day.commands.map(plan);
  const readers = WHO.map((name, who) => {
    const auto = day.autoCommit && who === 2 ? ", with autoCommit" : "";
    const names = day.topics[who]?.map((topic) => TOPICS[topic]).join(" and ");
    return `${name}, group ${groupOf(day, who)}${auto}, subscribes to ${names}`;
  });
  // A member of a group counts by being there.
  const counts = (_: string, who: number) =>
    who < day.members || lines.some((line) => line.startsWith(WHO[who] as string));
  return [...readers.filter(counts), ...lines];
}
