import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { test } from "node:test";
import { courseRoot, filesUnder } from "../workbook/work/course.ts";

/** What the files of a room may import besides each other; lessons and solutions are one room. */
const ground = ["shared/todo.ts", "shared/bus", "shared/broker", "shared/any-day"];
const tools = [...ground, "shared/bench", "shared/workbook"];
const mayUse: Record<string, string[]> = {
  "shared/bus": [],
  "shared/broker": ["shared/bus"],
  "shared/any-day": ["shared/bus"],
  lessons: ground,
  "shared/bench": tools,
  "shared/workbook": tools,
  "shared/course": tools,
  "shared/shop": [...tools, "lessons", "shared/course"],
  docs: [...tools, "lessons", "shared/course", "shared/shop"],
};

/** Imports that break a rule, and why they may for now. */
const known: Record<string, string> = {
  "shared/course/09-saga/rules.test.ts -> lessons/09-saga/further/sweep.ts":
    "the lesson's sweep is tried on mistakes that only the course knows",
};

type Door = string | Record<string, string>;
type Read = (file: string) => string;

/** Every import among these files that breaks a rule, as `file -> file`. */
function broken(files: string[], read: Read, doors: Record<string, Door>): string[] {
  const targets = (file: string) => importsOf(file, read(file), doors);
  const graph = new Map(files.map((file) => [file, targets(file)]));
  const all = [...graph].flatMap(([from, list]) => list.map((to) => ({ from, to })));
  const wrong = all.filter(({ from, to }) => !allowed(from, to, doors));
  return [...wrong.map(({ from, to }) => `${from} -> ${to}`), ...cyclesIn(graph)];
}

function importsOf(file: string, text: string, doors: Record<string, Door>): string[] {
  // A string of several lines may hold the code of others.
  const code = text.replace(/`(?:\\.|[^`\\])*`/g, "``");
  const from =
    /^(?:import |(?:import|export) [\w*{][^;"=(]*? from )"([^"]+)"|\bimport\(\s*"([^"]+)"/gm;
  return [...code.matchAll(from)].flatMap(([, first, second = ""]) => {
    const specifier = first ?? second;
    if (specifier.startsWith(".")) return [join(dirname(file), specifier)];
    const fits = (door: string) =>
      door === specifier ||
      (door.endsWith("*") && specifier.startsWith(door.slice(0, -1)));
    const door = Object.keys(doors).find(fits);
    const behind = door === undefined ? undefined : doors[door];
    if (!door || !behind) return [];
    const path = typeof behind === "string" ? behind : (behind.starter ?? behind.default);
    return [join(path ?? "", "").replace("*", specifier.slice(door.length - 1))];
  });
}

function allowed(from: string, to: string, doors: Record<string, Door>): boolean {
  const [room, other] = [roomOf(from), roomOf(to)];
  if (from.endsWith("/bench.ts") && /^shared\/bench\//.test(to)) return true;
  if (room !== other && !mayUse[room]?.includes(other)) return false;
  const [lesson, built] = [lessonOf(from), lessonOf(to) || pieceOf(to, doors)];
  return room !== "lessons" || built <= lesson;
}

/** An alternative answer is what somebody might have written in its lesson. */
function roomOf(file: string): string {
  if (/^(lessons|solutions)\/|\/alternatives\//.test(file)) return "lessons";
  return /^(shared\/[^/]+|[^/]+)/.exec(file)?.[0] ?? "";
}

function lessonOf(file: string): number {
  return Number(/^(?:lessons|solutions|shared\/course)\/(\d+)-/.exec(file)?.[1] ?? 0);
}

/** The lesson that builds this piece of the bus, as its door says: 0 if none does. */
function pieceOf(file: string, doors: Record<string, Door>): number {
  const door = Object.values(doors).find(
    (each) => typeof each === "object" && each.default === `./${file}`,
  );
  return Number(/"mine-(\d+)"/.exec(JSON.stringify(door ?? ""))?.[1] ?? 0);
}

function cyclesIn(graph: Map<string, string[]>): string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file))
      cycles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    if (done.has(file)) return;
    done.add(file);
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
  };
  for (const file of graph.keys()) visit(file, []);
  return cycles;
}

test("no file imports what its room must not lean on, and no import goes round", () => {
  const read = (file: string) => readFileSync(join(courseRoot, file), "utf8");
  const files = ["shared", "lessons", "solutions", "docs"]
    .flatMap((room) =>
      filesUnder(join(courseRoot, room)).map((name) => `${room}/${name}`),
    )
    .filter(
      (file) => /\.m?ts$/.test(file) && !/\/(fixtures|node_modules|site)\//.test(file),
    );
  const { imports } = JSON.parse(read("package.json"));
  assert.deepEqual(broken(files, read, imports).sort(), Object.keys(known).sort());
});

const doors = {
  "#bus/worker": { "mine-4": "./work/worker.ts", default: "./shared/bus/worker.ts" },
  "#bus/*": "./shared/bus/*.ts",
  "#given/*": "./lessons/*",
};

for (const [file, specifier, breaks] of [
  ["shared/bus/a.ts", "#given/04-queue/time.ts", true],
  ["shared/workbook/a.ts", "../../lessons/06-rabbit/broker.ts", true],
  ["shared/course/a.ts", "#given/01-bus/a.ts", true],
  ["solutions/03-shop/a.ts", "../../shared/course/account.ts", true],
  ["solutions/03-shop/a.ts", "#given/04-queue/time.ts", true],
  ["solutions/03-shop/a.ts", "#given/02-listeners/money.ts", false],
  ["lessons/03-shop/a.ts", "#bus/worker", true],
  ["lessons/05-log/a.ts", "#bus/worker", false],
  ["lessons/03-shop/bench.ts", "../../shared/bench/measure.ts", false],
  ["lessons/03-shop/main.ts", "../../shared/bench/measure.ts", true],
  ["shared/bus/a.ts", "./a.ts", true],
] as const)
  test(`${file} ${breaks ? "must not" : "may"} import ${specifier}`, () => {
    const found = broken([file], () => `import "${specifier}";`, doors);
    assert.equal(found.length > 0, breaks);
  });
