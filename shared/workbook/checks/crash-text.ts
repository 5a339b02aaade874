import { existsSync, readdirSync, realpathSync } from "node:fs";
import { basename, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { closest } from "fastest-levenshtein";
import {
  courseRoot,
  type Lesson,
  linesOf,
  readIfThere,
  shortPath,
} from "../work/course.ts";
import { ownFrame } from "./edit-place.ts";
import type { Crash } from "./run-checks.ts";

/** What is wrong when the checks could not run to their end, and what to do about it. */
interface CrashText {
  what: string;
  /** `work/…/file.ts:12`, and the line itself. */
  place?: string;
  line?: string;
  advice: string;
}

export function crashText(lesson: Lesson, crash: Crash): CrashText {
  if (crash.kind === "hang") return hang(crash);
  if (crash.kind === "exit") return exit(crash);
  if (isDamaged(crash)) return damaged(crash);
  const elsewhere = leadsTo(lesson.work);
  if (elsewhere) return linked(lesson, elsewhere);
  const empty = lesson.files.find(
    (file) => readIfThere(join(lesson.work, file))?.trim() === "",
  );
  if (empty) return emptyFile(lesson, empty);
  if (crash.kind === "syntax") return syntax(crash);
  return missingExport(lesson, crash) ?? missingFile(crash) ?? broken(lesson, crash);
}

/** Where a folder really is, if that is outside the course. */
function leadsTo(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const place = realpathSync(folder);
  return place.startsWith(realpathSync(courseRoot) + sep) ? undefined : place;
}

function linked(lesson: Lesson, place: string): CrashText {
  return {
    what: `${shortPath(lesson.work)} is behind a link that leads out of the course, to ${place}.`,
    advice:
      "What lies there cannot import anything from the course. Put the folder itself where the link is now.",
  };
}

function hang({ check, loops }: Crash): CrashText {
  if (check === undefined) {
    return {
      what: "Your code never lets the process end.",
      advice:
        "A timer, a server or a connection stays open, or a loop outside every function never ends.",
    };
  }
  if (loops) {
    return {
      what: "Your code loops for ever, or takes far too long.",
      advice:
        "Look at the loops that this check runs, and at what calls itself: does each of them end, and does none try too many combinations?",
    };
  }
  const isKnown = loops !== undefined;
  return {
    what: `Your code ${isKnown ? "" : "loops for ever, or "}waits for something that never comes.`,
    advice: "Is there a promise that nobody resolves, or an event that nobody emits?",
  };
}

function exit({ message }: Crash): CrashText {
  return {
    what: `Your code ended the whole process: ${message}.`,
    advice: "Look for process.exit, or for an error thrown in a timer.",
  };
}

function emptyFile(lesson: Lesson, file: string): CrashText {
  return {
    what: `${shortPath(join(lesson.work, file))} is empty.`,
    advice: `Undo in your editor, or take the starter again: npm run lesson ${lesson.number} reset`,
  };
}

/** Whether what cannot be read is a file of the course, and not one of the learner's. */
export function isDamaged({ kind, file }: Crash): boolean {
  return (
    kind === "syntax" &&
    file !== undefined &&
    /^(lessons|shared|solutions)\//.test(shortPath(file))
  );
}

function damaged({ message, file = "", line = 0 }: Crash): CrashText {
  const path = shortPath(file);
  return {
    what: `${path}:${line} is damaged: ${message}`,
    line: lineOf(file, line),
    advice: `Your code was not checked. Put the file back as it was:\n\n  git checkout -- ${path}`,
  };
}

function syntax({ message, file = "", line = 0 }: Crash): CrashText {
  const place = at(file, line);
  const field = /^Private name "(.+)" must be declared/.exec(message)?.[1];
  if (field) {
    return {
      what: `The class has no ${field}, which is used here.`,
      ...place,
      advice: `Is the name right? A field is declared in its class before it is used, for example: ${field} = 0;`,
    };
  }
  return {
    what: `This is not TypeScript yet: ${message}`,
    ...place,
    advice:
      "Often it is the line before: look for a bracket, a quote or a comma that is missing.",
  };
}

function missingExport(lesson: Lesson, { message }: Crash): CrashText | undefined {
  const found = /requested module '(.+)' does not provide an export named '(.+)'/.exec(
    message,
  );
  if (found === null) return undefined;
  const [, module = "", name = ""] = found;
  if (/^#(?!lesson\/)/.test(module)) return wrongImport(lesson, module, name);
  const file = lesson.files.find((own) => basename(own) === basename(module)) ?? module;
  const path = join(lesson.work, file);
  const declaration = new RegExp(
    `^\\s*(async\\s+)?(class|function\\*?|const|let|type|interface)\\s+${name}\\b`,
  );
  const declared = linesOf(path).findIndex((line) => declaration.test(line)) + 1;
  return {
    what: `${shortPath(path)} does not export ${name}, which is needed here.`,
    ...(declared && at(path, declared)),
    advice: declared
      ? 'Put "export" in front of it.'
      : `Has it another name now? Exports keep the name they have in ${shortPath(join(lesson.given, file))}.`,
  };
}

/** A name that a file of the course does not have, imported through its door. */
function wrongImport(lesson: Lesson, door: string, name: string): CrashText {
  const hasName = (line: string) => line.split(/\W+/).includes(name);
  const importer = lesson.files
    .map((file) => join(lesson.work, file))
    .find((path) => linesOf(path).some(hasName));
  const source = readIfThere(join(courseRoot, "shared", `${door.slice(1)}.ts`)) ?? "";
  const names = [...source.matchAll(/^export (?:\w+ )+?(\w+)\b(?! \w)/gm)].map(
    ([, exported = ""]) => exported,
  );
  return {
    what: `${name} is imported from "${door}", which has no such name.`,
    ...(importer && at(importer, linesOf(importer).findIndex(hasName) + 1)),
    advice: names.length > 0 ? `Did you mean "${closest(name, names)}"?` : "Is it right?",
  };
}

function missingFile({ message }: Crash): CrashText | undefined {
  const found = /^Cannot find (module|package) '(.+?)' imported from (.+)$/.exec(message);
  if (found === null) return undefined;
  const [, kind, wanted = "", importer = ""] = found;
  const by = shortPath(importer.startsWith("file:") ? fileURLToPath(importer) : importer);
  if (kind === "package") {
    return {
      what: `${by} imports the package "${wanted}", which is not installed.`,
      advice: "No lesson needs more packages than the course has. Is the name right?",
    };
  }
  const name = shortPath(wanted);
  return {
    what: `${by} imports ${name}, which is not there.`,
    advice: `File names end in .ts in imports here. ${nearestFile(wanted)}`.trim(),
  };
}

function nearestFile(wanted: string): string {
  const folder = join(wanted, "..");
  if (!existsSync(folder)) return "";
  const names = readdirSync(folder).filter((name) => name.endsWith(".ts"));
  return names.length > 0 ? `Did you mean "${closest(basename(wanted), names)}"?` : "";
}

function broken(lesson: Lesson, { message, error }: Crash): CrashText {
  const frame = ownFrame(lesson, error?.frames ?? []);
  return {
    what: `Your code stops while it is being loaded: ${error?.name ?? "Error"}: ${message.split("\n")[0]}`,
    ...(frame && at(frame.file, frame.line)),
    advice: `Everything that was said about it: npm run lesson ${lesson.number} raw`,
  };
}

function at(file: string, line: number): Pick<CrashText, "place" | "line"> {
  return { place: `${shortPath(file)}:${line}`, line: lineOf(file, line) };
}

function lineOf(file: string, line: number): string {
  return linesOf(file)[line - 1]?.trim() ?? "";
}
