import { join } from "node:path";
import {
  filesUnder,
  type Lesson,
  linesOf,
  readIfThere,
  shortPath,
} from "../work/course.ts";
import { askOf, readExplanation } from "../work/readme.ts";
import type { CheckError, Frame } from "./check-messages.ts";
import type { CheckResult } from "./run-checks.ts";

/** A function of a starter in which the learner has something to write. */
interface Task {
  file: string;
  /** Its first line. */
  head: string;
  name: string;
  /** What it is to do, by the step that asks for it. */
  asked: Map<number, string>;
  /** The steps that have a TODO in it: there the rest of it is written. */
  todos: number[];
}

type Failed = Pick<CheckResult, "name" | "error">;

export const placesShown = 4;
/** Of a loop whose function is not known for certain: one that awaits comes and goes. */
const placesOfLoop = 2;

/**
 * Where in the learner's own files to write for a step, the best place first:
 * `work/01-event-bus/event-bus.ts:12  subscribe`. It is the TODO that a check met, or where a loop was
 * stopped. Else these are the functions of the step that the failed rule, its check and the text speak of
 * most. What the learner wrote besides and the best of them calls, such as `#drop`, comes behind two of these.
 * What was thrown in a file of which the step does not speak is mended there first.
 */
export function placesToEdit(lesson: Lesson, step: number, failed?: Failed): string[] {
  const error = failed?.error;
  if (error?.kind === "hang") {
    const frames = error.frames.filter((frame) => isOwn(lesson, frame));
    if (frames.length > 0) return frames.slice(0, placesOfLoop).map(placeOf);
  }
  const frame = error && isTodoOf(step, error) && ownFrame(lesson, error.frames);
  if (frame) return [placeOf(frame)];
  const tasks = rankedTasks(lesson, step, failed);
  const places = tasks.map((task) => placeOfTask(lesson, task));
  const thrown = error?.kind === "thrown" && ownFrame(lesson, error.frames);
  const isElsewhere = (file: string) =>
    !tasks.some((task) => shortPath(join(lesson.work, task.file)) === shortPath(file));
  if (thrown && isElsewhere(thrown.file))
    return [placeOf(thrown), ...places].slice(0, placesShown);
  if (places.length === 0)
    return lesson.files.slice(0, 1).map((file) => shortPath(join(lesson.work, file)));
  const [best] = failed ? tasks : [];
  const earlier = stepOfRule(lesson, error?.rule);
  const [cause] = earlier ? rankedTasks(lesson, earlier, failed) : [];
  if (cause) places.splice(1, 0, placeOfTask(lesson, cause));
  places.splice(2, 0, ...helpersOf(lesson, best));
  return [...new Set(places)].slice(0, placesShown);
}

/**
 * The functions that a step asks for, best first: those for which the check's title, values and code, and the
 * text of the step speak most. The weights are those with which most of the mistakes that the course plants
 * have their function first.
 */
function rankedTasks(lesson: Lesson, step: number, failed?: Failed): Task[] {
  const tasks = tasksOf(lesson).filter(({ asked }) => asked.has(step));
  const { rule, expected = "", actual = "" } = failed?.error ?? {};
  const title = rule ?? failed?.name ?? "";
  const blamed = new Set(wordsOf(`${quotedIn(title)} ${namesOfValues(expected)}`));
  const called = new Set(wordsOf(failed ? checkOf(lesson, failed.name) : ""));
  const named = new Set(wordsOf(askedIn(lesson, step)));
  const inTitle = new Set(stemsOf(title));
  const inValues = new Set(stemsOf(`${expected} ${actual}`));
  const stems = tasks.map(({ asked }) => new Set(stemsOf(asked.get(step) ?? "")));
  const scoreOf = ({ name, todos }: Task, at: number): number => {
    const own = name.replace("#", "");
    const words = [...(stems[at] ?? [])];
    const signs: [boolean, number][] = [
      [blamed.has(own), 4],
      [called.has(own), 3],
      [named.has(own), 2],
      [todos.includes(step), 0.5],
      // What the public ones have in common is done there.
      [name.startsWith("#"), 4],
      // A word that few of the functions have says more.
      ...words.map((stem): [boolean, number] => [
        inTitle.has(stem),
        3 / stems.filter((each) => each.has(stem)).length,
      ]),
      ...words.map((stem): [boolean, number] => [inValues.has(stem), 2]),
    ];
    return signs.reduce((sum, [is, weight]) => sum + (is ? weight : 0), 0);
  };
  return tasks
    .map((task, at) => ({ task, score: scoreOf(task, at) }))
    .sort((one, other) => other.score - one.score)
    .map(({ task }) => task);
}

/** The words of four letters or more, without their endings. */
function stemsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z]{4,}/g) ?? [];
  return words.map((word) => word.replace(/(ed|ing|es|s|e)$/, ""));
}

/** Whether the starter has a `todo(3, …)` for a step. */
export function hasTodo(lesson: Lesson, step: number): boolean {
  return tasksOf(lesson).some(({ todos }) => todos.includes(step));
}

/** Whether a check ended at code that is still to be written for its step, or for one before it. */
export function isTodoOf(step: number, { kind, step: of = step }: CheckError): boolean {
  return kind === "todo" && of <= step;
}

/** `work/01-event-bus/event-bus.ts:12`, and the function where it is known. */
export function placeOf({ file, line, name }: Frame): string {
  return `${shortPath(file)}:${line}${name ? `  ${name}` : ""}`;
}

/** The innermost place of a stack trace that the learner wrote. */
export function ownFrame(lesson: Lesson, frames: Frame[]): Frame | undefined {
  return frames.find((frame) => isOwn(lesson, frame));
}

function isOwn(lesson: Lesson, { file }: Frame): boolean {
  return shortPath(file).startsWith(`${shortPath(lesson.work)}/`);
}

function wordsOf(text: string): string[] {
  return text.match(/[\w$]+/g) ?? [];
}

/** The code of one check, from its title to the end of its call. */
function checkOf(lesson: Lesson, name: string): string {
  const sources = filesUnder(lesson.given)
    .filter((file) => file.endsWith(".test.ts") || file.startsWith("checks/"))
    .map((file) => readIfThere(join(lesson.given, file)) ?? "");
  // A rule of days stands among others, which say nothing of it.
  const [, after = ""] = sources.find((text) => text.includes(name))?.split(name) ?? [];
  return after.split(/^\}/m)[0] ?? "";
}

/** The days of a later step look at the rules of earlier ones, too. */
function stepOfRule(lesson: Lesson, rule?: string): number | undefined {
  if (rule === undefined) return undefined;
  const { steps } = readExplanation(lesson);
  return steps.find(({ asks }) => asks.includes(askOf(rule)))?.number;
}

function askedIn(lesson: Lesson, step: number): string {
  const asked = readExplanation(lesson).steps.find(({ number }) => number === step);
  return quotedIn(asked?.instruction ?? "");
}

/** What the values are called that a check compares: of `{ 'emit returns': 'object' }`, `emit returns`. */
function namesOfValues(expected: string): string {
  return expected.match(/'[^'\n]+'(?=:)/g)?.join(" ") ?? "";
}

/** What a text says in code. A constructor has no name of its own. */
function quotedIn(text: string): string {
  return text.match(/`[^`]+`|\bconstructor\b/g)?.join(" ") ?? "";
}

/** Every `todo(5, …)` and `// Step 5: …` of the starters, by the function that it is in. */
function tasksOf(lesson: Lesson): Task[] {
  return lesson.files.flatMap((file) => {
    const source = readIfThere(join(lesson.given, file)) ?? "";
    const tasks = new Map<string, Task>();
    for (const mark of source.matchAll(
      /\/\/ Step (\d+):(.*)|\btodo\(\s*(\d+),\s*(.*)/g,
    )) {
      const before = source.slice(0, mark.index).split("\n");
      const head = headOf(before);
      const name = /[\w$#]+(?=[(<:]| =)/.exec(head)?.[0] ?? "";
      const empty: Task = { file, head, name, asked: new Map(), todos: [] };
      const task = tasks.get(head) ?? empty;
      const step = Number(mark[1] ?? mark[3]);
      task.asked.set(step, `${task.asked.get(step) ?? ""} ${mark[2] ?? mark[4]}`);
      if (mark[3] !== undefined) task.todos.push(step);
      tasks.set(head, task);
    }
    return [...tasks.values()];
  });
}

/** The first line of the function or method that the last of these lines is in, told by its indent. */
function headOf(lines: string[]): string {
  let head = lines.at(-1) ?? "";
  if (/^\s*[\w$]+: /.test(head)) return head;
  let depth = head.search(/\S|$/);
  for (const line of lines.slice(0, -1).reverse()) {
    const indent = line.search(/\S/);
    if (indent < 0 || indent >= depth) continue;
    if (/\bclass |= \{$/.test(line)) break;
    // A head over several lines ends with a bracket as far in as its first line.
    const begins = /^\s*[\w$#]/.test(line);
    depth = begins ? indent : indent + 1;
    if (begins) head = line;
    if (/\bfunction /.test(line)) break;
  }
  return head;
}

function placeOfTask(lesson: Lesson, task: Task): string {
  return placeAt(lesson, task.file, lineOfTask(lesson, task), task.name);
}

function placeAt({ work }: Lesson, file: string, line: number, name: string): string {
  const path = shortPath(join(work, file));
  return `${path}${line > 0 ? `:${line}` : ""}  ${name}`.trimEnd();
}

/** The line in the learner's copy, as long as that begins there as in the starter; else 0. */
function lineOfTask({ work }: Lesson, { file, head, name }: Task): number {
  const copy = linesOf(join(work, file));
  const upToName = head.slice(0, head.indexOf(name) + name.length);
  const isHead = (line: string) =>
    name !== "" &&
    bare(line).startsWith(bare(upToName)) &&
    !/^[\w$]/.test(bare(line).slice(bare(upToName).length));
  return copy.findIndex((own) => own.startsWith(head)) + 1 || copy.findIndex(isHead) + 1;
}

/** A head without the words in front that change nothing of where it is. */
function bare(head: string): string {
  return head.replace(
    /^(\s*)((export|async|static|public|protected|private|override|readonly) )+/,
    "$1",
  );
}

/**
 * The functions and private methods that a function calls, or one of those, the nearest first: those that the
 * starter does not have, and those that another step asks for, in another file, too.
 */
function helpersOf(lesson: Lesson, task?: Task): string[] {
  if (!task) return [];
  const { file } = task;
  const copy = linesOf(join(lesson.work, file));
  const starter = linesOf(join(lesson.given, file));
  const tasks = tasksOf(lesson);
  const lines = [lineOfTask(lesson, task)];
  const found: string[] = [];
  for (const begin of lines) {
    if (begin === 0) continue;
    for (const name of new Set(bodyAt(copy, begin).match(/#?\w+(?=[(<])/g))) {
      const declares = (line: string) => declarationOf(name).test(line);
      const asked = tasks.find((one) => one.name === name);
      const line = copy.findIndex(declares) + 1;
      if (asked?.head.startsWith("export ") && asked.file !== file)
        found.push(placeOfTask(lesson, asked));
      const isGiven = starter.some(declares) && !asked;
      if (line === 0 || lines.includes(line) || isGiven) continue;
      found.push(placeAt(lesson, file, line, name));
      lines.push(line);
    }
  }
  return found;
}

function declarationOf(name: string): RegExp {
  return new RegExp(
    `^\\s*((export |async |function |private )*${name}[(<].*{$|(export )?const ${name} = .*(=>|function|\\($))`,
  );
}

/** The lines of a function: its first one, and what is further in. */
function bodyAt(copy: string[], begin: number): string {
  const depth = (copy[begin - 1] ?? "").search(/\S/);
  const isOut = (line: string) => /^\s*[^\s)]/.test(line) && line.search(/\S/) <= depth;
  const length = copy.slice(begin).findIndex(isOut);
  return copy.slice(begin - 1, length < 0 ? undefined : begin + length).join("\n");
}
