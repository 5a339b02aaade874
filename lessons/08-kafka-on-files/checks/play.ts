/** What is done and seen on a day, on files as on lists. */
import { basename } from "node:path";
import type { Observation } from "#any-day";
import type { SeekTo } from "#given/08-kafka-on-files/given/options.ts";
import { outcome } from "./desk.ts";
import type { Clock, World } from "./real-world.ts";
import { RULES, type Rule } from "./rules.ts";
import * as story from "./story.ts";
import { type Command, type Day, groupOf, TOPICS, VALUES, WHO } from "./story.ts";

/** Plays a day, and writes down what can be seen. */
export async function play(step: number, day: Day, clock: Clock, silent: World) {
  let world = silent;
  const seen: Observation[] = [];
  const see = (rule: Rule, what: string, value: string) =>
    seen.push({ rule: RULES[rule], what, value: story.short(value) });
  const closed = new Set<number>();
  /** Topics that were made again. */
  const again = new Set<string>();
  const pauses = story.pausesOf(day);
  const broken = new Set<string>();
  const polls = WHO.map(() => 0);
  const subscribed = day.topics.map(
    (list) => new Set(list.map((at) => TOPICS[at] as string)),
  );
  const isAuto = (who: number) => day.autoCommit && who === 2;
  const start = (who: number) => {
    closed.delete(who);
    world.newConsumer(who, groupOf(day, who), WHO[who] as string, isAuto(who));
    for (const topic of subscribed[who] ?? []) world.subscribe(who, topic);
  };
  for (const by of [0, 1]) world.newProducer(by);
  for (const who of WHO.keys()) start(who);
  world = story.telling(day, silent);
  const told = story.told.get(day) as story.Told;
  if (day.partitions !== undefined) {
    // Who has looked before the topic was there finds all of its partitions later.
    await world.poll(day.partitions % WHO.length, undefined);
    await world.create("orders", day.partitions);
  }
  for (const command of day.commands) await perform(command);
  for (const [file, lines] of [...world.files()].sort())
    see("line", `the file ${file}`, lines.join("\n"));
  if (step < 4) return seen;
  const committed = world.committed().sort();
  for (const who of WHO.keys()) {
    const group = groupOf(day, who);
    const own = committed.filter((line) => line.startsWith(`${group}@`));
    const rule = isAuto(who) ? "autoCommit" : "commit";
    see(rule, `the committed offsets of ${group}`, own.join("\n") || "none");
  }
  return seen;

  async function perform(command: Command): Promise<void> {
    const { does, who, by, nth, limit } = command;
    const topic = TOPICS[command.topic] as string;
    const other = (who + 1) % WHO.length;
    const isShared = groupOf(day, who) === groupOf(day, other);
    const shares = isShared && !closed.has(other);
    const isAgain = again.has(topic);
    const pause = pauses[nth] ?? 0;
    clock.now += pause;
    if (pause > 1_000) told.lines.push(`${pause / 1_000} seconds go by`);
    const send = async (times = 1) => {
      const key = story.keyOf(command);
      const value = again.has(topic) ? [VALUES[nth], story.AGAIN] : VALUES[nth];
      if (times > 1) told.lines.push("at the same time:");
      const sendIt = () => world.send(by, topic, key, value);
      const sent = await Promise.all(Array.from(Array(times), sendIt));
      // Only records of one key keep their order.
      if (key === undefined) sent.sort();
      const rule = day.partitions === undefined ? "send" : "turns";
      see(key === undefined ? rule : "key", "the record stands at", sent.join("; "));
      const calls = world.repairs.toSorted().join("; ") || "none";
      see("repair", "calls of onRepair by now", calls);
    };
    const poll = async (by = who) => {
      const { records, refused } = await world.poll(by, limit);
      // The order among partitions is open; within one, it is that of the offsets.
      const fileOf = (record: string) => record.slice(0, record.indexOf(" "));
      records.sort((one, other) => fileOf(one).localeCompare(fileOf(other)));
      const value = refused ?? (records.join("\n") || "nothing");
      polls[by] = (polls[by] ?? 0) + 1;
      see("poll", `poll ${polls[by]} of ${WHO[by]} gets`, value);
    };
    const commit = async (by = who, meanwhile = false) => {
      if (meanwhile) told.lines.push("at the same time:");
      const came = [world.commit(by)];
      if (meanwhile) {
        await poll();
        if (nth % 2) came.push(world.commit(by));
      }
      see("failing", `${WHO[by]} commits`, (await Promise.all(came)).join(", then "));
    };
    const seek = async (to: SeekTo, rule: Rule = "noOffset") => {
      const came = await world.seek(who, topic, to);
      see(rule, story.TELLS.seek(who, topic, to), came);
      return came;
    };
    const leave = async () => {
      closed.add(who);
      for (const _ of ["once", "and once more"]) {
        await world.close(who);
        // Whether these fail is open, but it is a member no longer.
        await outcome(() => world.commit(who));
        await world.poll(who, limit);
        await world.seek(who, topic, "beginning");
        if (shares) await poll(other);
      }
      if (shares) await commit(other);
    };
    if (does === "send") return send(limit === 2 ? 2 : 1);
    if (does === "new producer") return world.newProducer(by);
    if (does === "restart") return start(who);
    if (does === "create") {
      const count = story.COUNTS[nth] ?? 1;
      const came = await world.create(topic, count);
      return void see("createOther", story.TELLS.create(topic, count), came);
    }
    if (does === "close") {
      await leave();
      if (nth % 2) return;
      start(who);
      await seek("beginning");
      if (by === 1) await commit();
      return leave();
    }
    if (closed.has(who)) return;
    if (does === "commit") return commit(who, by === 1 && !isAuto(who));
    if (does === "poll") return poll();
    if (does === "subscribe") {
      subscribed[who]?.add(topic);
      world.subscribe(who, topic);
      if (shares) await poll(other);
      return;
    }

    const files = world.files();
    const parts = [...files.keys()].filter(
      (file) => file.replace(/-\d+\.log$/, "") === topic,
    );
    const lines = (file: string) => files.get(file) ?? [];
    const partition = nth % parts.length;
    const isThere = parts.length > 0;
    const isWhole = parts.every((each) => lines(each).at(-1) === "");
    if (does === "send nothing" && isWhole) {
      if (isThere) await send();
      const value = story.UNWRITABLE[nth % story.UNWRITABLE.length]?.[1];
      const came = await world.refuse(by, topic, value);
      see("unwritable", story.TELLS.refuse(by, topic, value), came);
      // No trace: neither of how many partitions there were, nor of whose turn it was.
      if (!isThere) await world.create(topic, 2);
      return send();
    }
    if (!isThere) return;

    const file = parts[partition] ?? "";
    const offsets = `${groupOf(day, who)}@${basename(file, ".log")}`;
    const hears = subscribed[who]?.has(topic);
    // Whether half a line hides that a topic was made again, nobody can tell.
    if (does === "half line" && lines(file).at(-1) === "" && !isAgain) {
      const count = lines(file).length;
      world.addHalfLine(file, story.halfOf(nth, count - 1));
      if (step >= 5 && by === 1) await seek({ offset: count });
    }
    if (does === "spoil" && hears) {
      const both = shares ? [who, other] : [who];
      world.spoil(offsets, story.NO_PLACES[nth % story.NO_PLACES.length] ?? "");
      start(who);
      for (const each of [...both, ...both]) await poll(each);
      world.spoil(offsets);
      for (const each of both) await poll(each);
    }
    // What a broken line's time was, nobody knows, nor whether autoCommit commits a seek to it.
    const isOpen = isAuto(who)
      ? broken.size > 0
      : command.to === "time" && broken.has(topic);
    if (does === "seek" && !isOpen) {
      if (by === 1 && isShared) start(other);
      const finds = command.to !== "offset" && hears;
      const came = await seek(story.placeOf(command), finds ? "seek" : "noOffset");
      told.isRefused ||= came !== "accepted";
      see("seekCommits", "all that is committed", world.committed().sort().join("\n"));
      if (nth % 2) await send();
      await (isAuto(who) || limit === undefined ? poll() : commit());
    }
    if (does === "stuck" && hears && broken.size + again.size === 0) {
      await poll();
      await send();
      world.stick(offsets);
      if (nth % 2 && step >= 5) await seek(story.placeOf(command));
      await poll();
      if (!isAuto(who)) await commit();
      const old = world.committed().filter((line) => line.startsWith(`${offsets}.json `));
      see("failing", `what ${offsets}.json holds by now`, old.join());
      world.stick();
      await (isAuto(who) ? poll() : commit());
    }
    if (does === "break" && !broken.has(topic)) {
      await send();
      await send();
      const now = [...world.files()].filter(([name]) => parts.includes(name));
      now.sort(([, one], [, other]) => other.length - one.length);
      const [longest, records] = now[0] ?? ["", []];
      // Never the last line: who has just written it need not look at it again.
      if (records.length < 3) return;
      const seeks = by === 1 && !isAuto(who);
      const begin = () => (seeks ? seek("beginning") : start(who));
      await begin();
      await poll();
      broken.add(topic);
      const at = nth % (records.length - 2);
      const wrong = story.wrongLines(records[at] ?? "");
      world.replaceLine(longest, at, wrong[nth % 3] ?? "");
      await begin();
      await poll();
      if (nth % 2) await send();
      await poll();
      see("stopsNoOther", "all that is committed", world.committed().sort().join("\n"));
      if (nth % 3 === 0) {
        broken.delete(topic);
        world.replaceLine(longest, at, records[at] ?? "");
        return poll();
      }
      await seek(nth % 3 === 1 ? "end" : { offset: at + 1 }, "broken");
      await poll();
    }
    if (does === "make again" && !isAgain) {
      const offset = story.OFFSETS[nth] ?? 0;
      await seek({ offset });
      await poll();
      await commit();
      again.add(topic);
      broken.delete(topic);
      world.remove(topic, parts.length);
      await world.create(topic, parts.length);
      if (nth % 2) await send();
      await poll();
      await poll();
      await seek({ offset });
      await commit();
      await seek("end", "seek");
      await commit();
    }
  }
}
