// The chapters quote code and show what programs print. This holds them against both.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { misleading } from "../shared/course/explanation.ts";
import { type Complaint, includeIn, refresh } from "../shared/course/includes.ts";
import { listed } from "../shared/course/texts.ts";
import {
  checkFiles,
  courseRoot,
  filesUnder,
  findLessons,
  readIfThere,
  readText,
  shortPath,
} from "../shared/workbook/work/course.ts";

const cache = join(courseRoot, "node_modules", ".cache", "eda-workbook");
const lessons = findLessons(courseRoot);

/**
 * What is wrong in Markdown files, as sentences with file and line: quoted code that has changed,
 * programs that now print something else, links, commands and names that lead nowhere. To see what
 * programs print they are run, once for each state of their code.
 *
 * @param sayWhy is called if programs must be run first
 */
export async function complaintsIn(
  files: string[],
  sayWhy: () => void = () => {},
): Promise<string[]> {
  const complaints = new Map(files.map((file) => [file, misleading(file, courseRoot)]));
  const queue = files.filter((file) => !existsSync(stampOf(file)));
  if (queue.some(showsOutput)) sayWhy();
  const work = async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift())
      complaints.get(file)?.push(...(await compare(file)));
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work));
  return files.flatMap(
    (file) => listed(shortPath(file), complaints.get(file) ?? []) ?? [],
  );
}

async function compare(file: string): Promise<Complaint[]> {
  const { broken, stale } = await refresh(readText(file), courseRoot, file);
  const complaints = [...broken, ...stale];
  if (complaints.length === 0) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(stampOf(file), shortPath(file));
  }
  return complaints;
}

/** A file whose name stands for the text and all it is made from: it is there if they agree. */
function stampOf(file: string): string {
  const hash = createHash("sha256").update(process.version);
  const sources = [file, ...includesOf(file).map(({ path }) => join(courseRoot, path))];
  sources.push(...checksBeside(file));
  if (showsOutput(file)) sources.push(...programsOf(file));
  for (const source of sources)
    hash.update(`${shortPath(source)}\n${readIfThere(source) ?? "is not there"}\n`);
  return join(cache, hash.digest("hex").slice(0, 32));
}

/** What a step asks is what its checks are called. */
function checksBeside(file: string): string[] {
  const lesson = lessons.find(({ given }) => given === dirname(file));
  return lesson === undefined ? [] : checkFiles(lesson);
}

function showsOutput(file: string): boolean {
  return includesOf(file).some(({ region }) => region === undefined);
}

function includesOf(file: string) {
  const lines = readText(file).split("\n");
  return lines.flatMap((line) => includeIn(line) ?? []);
}

/** All that a program beside a text may be made of; rather too much than too little. */
function programsOf(file: string): string[] {
  const own = [
    ...sourcesUnder(dirname(file)),
    ...sourcesUnder(join(courseRoot, "solutions")),
    ...sourcesUnder(join(courseRoot, "shared", "bus")),
  ];
  const given = own.flatMap((source) =>
    [...(readIfThere(source) ?? "").matchAll(/"#given\/([^"]+)"/g)].map(([, path = ""]) =>
      join(courseRoot, "lessons", path),
    ),
  );
  const lock = join(courseRoot, "package-lock.json");
  return [...new Set([...own, ...given, join(courseRoot, "shared", "todo.ts"), lock])];
}

function sourcesUnder(folder: string): string[] {
  return filesUnder(folder)
    .filter((file) => file.endsWith(".ts") && !/\.test\.ts$|(^|\/)bench\.ts$/.test(file))
    .map((file) => join(folder, file));
}
