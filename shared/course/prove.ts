// npm test: the course proves itself, on the reference answers.
// While one works on a lesson, `npm test 4` proves that lesson, with all that holds for every lesson;
// `npm test harness` runs the test files with that word in their path.
import { fork } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { rabbitMq } from "#broker/find-broker";
import { kafka } from "#broker/find-kafka";
import { redis } from "#broker/find-redis";
import { type FoundBroker, findServerOf } from "#broker/find-server";
import { endWithChildren, keepTrack } from "../workbook/checks/processes.ts";
import { removeStaleTrials } from "../workbook/checks/trial-folder.ts";
import {
  courseRoot,
  findLessons,
  readIfThere,
  shortPath,
} from "../workbook/work/course.ts";
import { readHeader } from "../workbook/work/readme-header.ts";
import { tellRefusals } from "../workbook/work/refusal.ts";
import { type ProofMessage, strict } from "./account.ts";
import { ProofScreen } from "./proof-screen.ts";
import { testsUnder } from "./test-files.ts";

/** A test file, the line of the screen that it belongs to, and what it is told. */
interface Part {
  file: string;
  line: string;
  args: string[];
}

const here = import.meta.dirname;
const lessonProof = join(here, "lesson-proof.test.ts");
const rest = "what holds for all";
/** What a lesson can break without being in it. */
const forAll = [
  ...["imports", "lint", "types"].map((name) => `shared/course/${name}.test.ts`),
  "docs/figures/truth.test.ts",
]
  .map((path) => join(courseRoot, path))
  .filter(existsSync);
/** Seconds on one core, measured; only for the first estimate on a machine. */
const secondsOf = { all: 650, lesson: 50 };

/** What takes long besides the lessons: a browser, a server, or many processes. */
const long =
  /live|site|shop|kafka|redis|surroundings|screens|card|harness|sweep|figures|power-cut/;

endWithChildren();
tellRefusals();
removeStaleTrials(courseRoot);

const words = process.argv.slice(2);
const number = words.find((word) => /^\d+$/.test(word));
const lessons = findLessons();
if (number && !lessons.some((lesson) => lesson.number === Number(number))) {
  console.error(
    `There is no lesson ${number}. The last one: npm test ${lessons.at(-1)?.number}`,
  );
  process.exit(1);
}
const parts = partsOf(number).filter(({ file }) =>
  words.every((word) => word === number || shortPath(file).includes(word)),
);
if (parts.length === 0) {
  console.error(
    `No test file has "${words.join('" and "')}" in its path. A lesson goes by its number: npm test 4`,
  );
  process.exit(1);
}
const cores = availableParallelism();
const trials = join(courseRoot, ".trial");
const log = join(trials, "npm-test.log");
const memory = join(trials, "npm-test.json");
mkdirSync(trials, { recursive: true });
const seconds = secondsIn(readIfThere(memory));
const began = Date.now();

console.log(
  `${words.length === 0 ? "The course proves itself" : `A part of the proof: ${words.join(" ")}`}, on ${cores} cores${estimate()}.\nAll that is said goes to ${shortPath(log)}.\n`,
);

// One server of a kind for all tests. Where none is running, each of them would start one of its own.
const servers: FoundBroker[] = [];
for (const { kind, lesson } of [
  { kind: rabbitMq, lesson: 6 },
  { kind: redis, lesson: 6 },
  { kind: kafka, lesson: 8 },
]) {
  if (number !== undefined && Number(number) !== lesson) continue;
  const server = await findServerOf(kind, { say: console.log }).catch(() => undefined);
  if (!server) continue;
  servers.push(server);
  process.env[kind.variable] = server.url;
}

/** Trials of one lesson at a time. They wait for much of their time, so there may be more than cores. */
const atOnce = number === undefined ? 2 : 2 * cores;
const files = new Map<string, number>();
for (const { line } of parts) files.set(line, (files.get(line) ?? 0) + 1);
const screen = new ProofScreen(files);
const record = createWriteStream(log);
const waiting = [...parts].sort((one, other) => timeOf(other) - timeOf(one));
// Many of them wait for half of their time. The strict proof leaves servers more room.
const lanes = strict ? cores : 2 * cores;
await Promise.all(Array.from({ length: lanes }, worker));

const took = Math.round((Date.now() - began) / 1000);
seconds[words.join(" ")] = took;
writeFileSync(memory, JSON.stringify(seconds));
record.end();
screen.end(took, shortPath(log));
await Promise.all(servers.map((server) => server.stop()));
if (words.length > 0) console.log(`This was not all: only ${words.join(" ")}.`);
if (screen.failed > 0 || (strict && screen.unproved > 0)) process.exitCode = 1;

async function worker(): Promise<void> {
  for (let part = waiting.shift(); part; part = waiting.shift()) {
    const began = Date.now();
    await run(part);
    seconds[keyOf(part)] = Math.round((Date.now() - began) / 1000);
  }
}

/** Runs a test file. What it prints, Node's own report of it included, goes to the log as a whole. */
function run({ file, line, args }: Part): Promise<void> {
  const child = fork(file, args, {
    cwd: courseRoot,
    // Kafka's client may need a newer Node than the one that is tested.
    execPath: (/kafka\.test/.test(file) && process.env.KAFKA_NODE) || process.execPath,
    silent: true,
    env: { ...process.env, WORKBOOK_AT_ONCE: String(atOnce) },
    execArgv: [
      ...process.execArgv,
      ...["--test-reporter", "spec", "--test-reporter-destination", "stdout"],
      ...["--test-reporter", import.meta.resolve("./proof-reporter.ts")],
      ...["--test-reporter-destination", "stderr"],
    ],
  });
  keepTrack(child);
  let said = `\n── ${[shortPath(file), ...args].join(" ")}\n`;
  let failed = 0;
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  child.on("message", (message: ProofMessage) => {
    if (message.type === "failed") failed += 1;
    screen.hear(line, message);
  });
  return new Promise((done) => {
    child.once("close", (status) => {
      record.write(said);
      if (status !== 0 && failed === 0)
        screen.fail(line, { path: [shortPath(file)], text: said });
      screen.ended(line);
      done();
    });
  });
}

function partsOf(wanted: string | undefined): Part[] {
  const chosen = lessons.filter(
    (lesson) => wanted === undefined || lesson.number === Number(wanted),
  );
  const ofLessons = chosen.flatMap((lesson) => {
    const line = `${lesson.number} ${readHeader(lesson).title}`;
    const own = [
      ...testsUnder(join(lesson.given, "further")),
      ...testsUnder(join(here, lesson.folder)),
    ];
    return [
      { file: lessonProof, line, args: [String(lesson.number)] },
      ...own.map((file) => ({ file, line, args: [] })),
    ];
  });
  const taken = new Set(ofLessons.map(({ file }) => file));
  const others =
    wanted === undefined
      ? ["shared", "docs"].flatMap((folder) => testsUnder(join(courseRoot, folder)))
      : forAll;
  const ofAll = others
    .filter((file) => !taken.has(file))
    .map((file) => ({ file, line: rest, args: [] }));
  return [...ofLessons, ...ofAll];
}

/** How long everything took the last time; nothing, where that is not known or cannot be read. */
function secondsIn(text = "{}"): Record<string, number> {
  try {
    return { ...JSON.parse(text) };
  } catch {
    return {};
  }
}

function keyOf({ file, args }: Part): string {
  return [shortPath(file), ...args].join(" ");
}

/** The longest first, so that the others run beside it; where nothing is known yet, by what it is about. */
function timeOf(part: Part): number {
  const guess = part.file === lessonProof ? 60 : long.test(basename(part.file)) ? 30 : 1;
  return seconds[keyOf(part)] ?? guess;
}

function estimate(): string {
  const all = words.join(" ");
  const first =
    all === "" ? secondsOf.all : all === number ? secondsOf.lesson : undefined;
  const about = seconds[all] ?? (first && first / cores);
  if (about === undefined) return "";
  return about < 100
    ? `: about ${Math.ceil(about / 10) * 10} seconds`
    : `: about ${Math.ceil(about / 60)} minutes`;
}
