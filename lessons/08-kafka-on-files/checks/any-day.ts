// Days made up by chance, on topics in files and on slow, simple ones in lists.
import { type AnyDay, checkDays, type Observation } from "#any-day";
import type { SeekTo } from "#given/08-kafka-on-files/given/options.ts";
import { daysOf } from "./day.ts";
import { SlowWorld, type World } from "./model.ts";
import { type Choices, type Clock, RealWorld } from "./real-world.ts";
import {
  type Command,
  type Day,
  groupOf,
  HALVES,
  keyOf,
  RULES,
  type Rule,
  ruleOf,
  storyOf,
  TOPICS,
  tell,
  VALUES,
  WHO,
} from "./story.ts";

const BEGIN = Date.UTC(2026, 0, 31);
/** Makes each line of a topic that was made again longer than all that was there before. */
const PADDING = "…".repeat(3_000);

/** What happens to what is in the files by then: only for that they are read. */
const LOOKS: Command["does"][] = [
  "half line",
  "seek",
  "create",
  "break",
  "make again",
  "send nothing",
  "full disk",
];

/** Plays a day, and writes down what can be seen. */
async function play(day: Day, clock: Clock, world: World): Promise<Observation[]> {
  const seen: Observation[] = [];
  const see = (rule: Rule, what: string, value: unknown) =>
    seen.push({ rule: RULES[rule], what, value });
  const short = (text: string) => text.replaceAll(PADDING, "…");
  const closed = new Set<number>();
  const padded = new Set<string>();
  const broken = new Set<string>();
  const subscribed = day.topics.map(
    (list) => new Set(list.map((at) => TOPICS[at] as string)),
  );
  const isAuto = (who: number) => day.autoCommit && who === 2;
  const start = (who: number) => {
    world.newConsumer(who, groupOf(day, who), WHO[who] as string, isAuto(who));
    for (const topic of subscribed[who] ?? []) world.subscribe(who, topic);
  };
  for (const by of [0, 1]) world.newProducer(by);
  for (const who of WHO.keys()) start(who);
  if (day.partitions !== undefined) {
    // Who has looked before the topic was there finds all of its partitions later.
    await world.poll(day.partitions % WHO.length, undefined);
    world.create("orders", day.partitions);
  }
  for (const command of day.commands) await perform(command);
  for (const [file, lines] of [...world.files()].sort())
    see("line", `the file ${file}`, short(lines.join("\n")));
  const committed = world.committed();
  for (const who of WHO.keys()) {
    const group = groupOf(day, who);
    const own = committed.filter((line) => line.startsWith(`${group}@`));
    const rule = isAuto(who) ? "autoCommit" : "commit";
    see(rule, `the committed offsets of ${group}`, own.sort().join("\n") || "none");
  }
  return seen;

  function restart(who: number): void {
    closed.delete(who);
    start(who);
  }

  async function perform(command: Command): Promise<void> {
    const { does, who, by, nth, limit } = command;
    const topic = TOPICS[command.topic] as string;
    const files = LOOKS.includes(does) ? world.files() : new Map<string, string[]>();
    const parts = [...files.keys()].filter((file) => file.startsWith(topic));
    const lines = (file: string) => files.get(file) ?? [];
    const send = async () => {
      const key = keyOf(command);
      const value = VALUES[nth % VALUES.length];
      const long = padded.has(topic) ? { value, padding: PADDING } : value;
      const repairs = world.repairs.length;
      const sent = await world.send(by, topic, key, long);
      see(key === undefined ? "send" : "key", "the record stands at", sent);
      const calls = world.repairs.slice(repairs).join("; ") || "none";
      see("repair", "calls of onRepair", calls);
    };
    clock.now += [1, 0, -3, 2, 1, 0, 1][nth] ?? 0;
    if (does === "restart") restart(who);
    if (does === "close") {
      await world.close(who);
      closed.add(who);
    }
    if (does === "new producer") world.newProducer(by);
    if (does === "send") await send();
    if (does === "silence") clock.now += 6_000;
    if (does === "subscribe" && !closed.has(who)) {
      subscribed[who]?.add(topic);
      world.subscribe(who, topic);
    }
    const commit = async () =>
      see("commit", `${WHO[who]} commits`, await world.commit(who));
    const poll = async () => {
      const { records, refused } = await world.poll(who, limit);
      // The order among partitions is open; within one, it is that of the offsets.
      const fileOf = (record: string) => record.slice(0, record.indexOf(" "));
      records.sort((one, other) => fileOf(one).localeCompare(fileOf(other)));
      const value = refused ?? (records.map(short).join("\n") || "nothing");
      see("poll", `${WHO[who]} polls and gets`, value);
    };
    if (does === "commit" && !closed.has(who)) await commit();
    if (does === "poll" && !closed.has(who)) await poll();
    // Which places are read before anything is polled, or before a log is there, is open.
    const areThere = [...(subscribed[who] ?? [])].every((name) =>
      files.has(`${name}-0.log`),
    );
    if (does === "full disk" && !closed.has(who) && areThere) {
      await poll();
      await send();
      const work = nth % 2 ? poll : commit;
      if (nth > 3 && day.sharing && who < 2) restart(1 - who);
      await world.withoutPlaces(`${groupOf(day, who)}@${topic}`, work);
      await work();
    }
    const isWhole = parts.every((each) => lines(each).at(-1) === "");
    if (does === "send nothing" && isWhole) {
      const came = await world.send(by, topic, undefined, undefined);
      see("unwritable", "to send undefined is", came);
    }
    if (parts.length === 0) return;

    const file = parts[nth % parts.length] ?? "";
    if (does === "half line" && lines(file).at(-1) === "")
      world.addHalfLine(file, Buffer.from(HALVES[nth % HALVES.length] ?? ""));
    // Whether autoCommit commits a place that a seek has moved to a broken line is open.
    if (does === "seek" && !closed.has(who) && !(isAuto(who) && broken.size > 0)) {
      const places = { offset: { offset: nth }, time: { time: BEGIN + nth - 2 } };
      const to: SeekTo =
        command.to in places ? places[command.to as "time"] : (command.to as "end");
      // What a broken line's time was, nobody knows.
      if (command.to === "time" && broken.has(topic)) return;
      const rule = command.to === "offset" ? "noOffset" : "seek";
      see(rule, tell(command), await world.seek(who, topic, to));
      if (isAuto(who)) await poll();
    }
    if (does === "create") world.create(topic, parts.length);
    const long = parts.find((each) => lines(each).length > 2);
    if (does === "break" && long !== undefined && !broken.has(topic)) {
      broken.add(topic);
      // Never the last line: who has just written it need not look at it again.
      const at = nth % (lines(long).length - 2);
      const line = lines(long)[at] ?? "";
      // As long as it was: what lies behind it stays where it is.
      const wrong = nth % 2 ? `~${line.slice(1)}` : line.replace(/\d/, "9");
      world.replaceLine(long, at, wrong);
    }
    if (does === "make again" && !padded.has(topic)) {
      padded.add(topic);
      broken.delete(topic);
      world.remove(topic, parts.length);
      world.create(topic, parts.length);
      await send();
    }
  }
}

/** What the answer chose where the text leaves something open. */
const chosen = new WeakMap<Day, Choices>();

/** The lesson's days up to a step, as `#any-day` plays them. */
function lessonDays(step: number): AnyDay<Day> {
  return {
    day: daysOf(step),
    async play(day) {
      const choices: Choices = { turns: [], polls: [], commits: [] };
      chosen.set(day, choices);
      const clock = { now: BEGIN };
      const world = new RealWorld(clock, choices);
      try {
        return await play(day, clock, world);
      } finally {
        world.end();
      }
    },
    model(day) {
      const clock = { now: BEGIN };
      const choices = chosen.get(day) ?? { turns: [], polls: [], commits: [] };
      return play(day, clock, new SlowWorld(clock, choices, step >= 7));
    },
    story: storyOf,
    rule: ruleOf,
  };
}

/** Registers the checks that days make: one for each of these rules, and one for all that holds. */
export function anyDay(step: number, ...rules: Rule[]): void {
  checkDays(
    step,
    rules.map((rule) => RULES[rule]),
    lessonDays(step),
  );
}
