/** The rules by which days are judged, and which of them a day is about. */
import { type Command, type Day, told } from "./story.ts";

/** What the steps ask, as the titles of their checks. */
export const RULES = {
  send: "`send` returns the topic, partition 0 and the next offset of this topic",
  line: "a record is one line of JSON: offset, time, key and value, in this order",
  poll: "`poll` gives the new records, each once, with topic, partition, offset and time",
  repair:
    "`append` cuts off a half line and tells `onRepair` the file, the line and the bytes",
  commit:
    "after a restart a consumer goes on behind the last commit of its group, and the rest comes again",
  failing:
    "a `commit` that fails rejects and can be tried again; with `autoCommit`, the poll rejects, and the next one gives all of it again",
  brokenPlace: "a broken offset file is an error that names it, until it is deleted",
  autoCommit:
    "with `autoCommit`, a poll commits all its topics before it returns; without, none",
  seek: "after `seek` to the beginning, the end or an offset, the next poll begins there",
  seekCommits: "`seek` commits nothing, and a commit after it does, backwards too",
  noOffset:
    "a `seek` to no such offset is a RangeError, in a topic without a subscription an error, and neither moves anything",
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

/** A difference may be about many rules: what happened on the day says which. */
export function ruleOf(day: Day, seen?: string): string {
  const { commands, partitions, members } = day;
  const sharing = members > 1;
  const isWide = (partitions ?? 1) > 1;
  const has = (does: Command["does"]) => commands.some((one) => one.does === does);
  const isKeyed = commands.some(({ keyed }) => keyed);
  const isRefused = told.get(day)?.isRefused ?? false;
  // In what follows, a consumer comes, and commits another place than before.
  const comes = commands.some(({ does, by, nth }) => {
    return by === 1 && (does === "seek" || (does === "close" && nth % 2 === 0));
  });
  const isOf = (...rules: Rule[]) => rules.some((rule) => RULES[rule] === seen);
  if (isOf("send", "turns", "key") && has("send nothing")) return RULES.unwritable;
  if (isOf("send", "line") && has("half line")) return RULES.repair;
  if (isOf("line") && isKeyed) return RULES.key;
  if (isOf("commit") && sharing) return RULES.asksFirst;
  if (isOf("commit") && has("close")) return RULES.close;
  if (isOf("commit") && isRefused) return RULES.noOffset;
  if (isOf("commit") && has("seek")) return RULES.seekCommits;
  if (isOf("commit") && isWide) return RULES.partitions;
  if (seen !== undefined && !isOf("poll")) return seen;
  const signs: [boolean, Rule][] = [
    [sharing && (has("spoil") || comes), "change"],
    [has("spoil"), "brokenPlace"],
    [has("stuck"), "failing"],
    [has("make again"), "madeAgain"],
    [has("break"), isWide ? "stopsNoOther" : "broken"],
    [sharing && has("close"), "close"],
    [sharing && (has("restart") || has("subscribe")), "change"],
    [sharing, "group"],
    [isRefused, "noOffset"],
    [has("seek"), "seek"],
    [has("commit") || has("restart"), "commit"],
    [isWide, "partitions"],
  ];
  return RULES[signs.find(([is]) => is)?.[1] ?? "poll"];
}
