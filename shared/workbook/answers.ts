import { readFileSync } from "node:fs";
import { join } from "node:path";
import { courseRoot, type Lesson, shortPath } from "./course.ts";

/** A file of the reference answer, and the text that is really behind it. */
export interface Answer {
  /** `shared/bus/event-bus.ts` */
  path: string;
  text: string;
}

/** An answer that is a piece of the bus is handed on in one line: this follows it to the piece. */
export function answerOf(lesson: Lesson, file: string): Answer {
  const path = join(lesson.answers, file);
  const text = readFileSync(path, "utf8");
  const door = /^export \* from "(#.+)";$/m.exec(text)?.[1];
  const statements = text
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("//"));
  const behind =
    door !== undefined && statements.length === 1 ? behindDoor(door) : undefined;
  if (behind === undefined) return { path: shortPath(path), text };
  return { path: behind, text: readFileSync(join(courseRoot, behind), "utf8") };
}

/** The text of a file of the reference answer, wherever it is. */
export function answerText(lesson: Lesson, file: string): string {
  return answerOf(lesson, file).text;
}

/** Where a `#…` import leads without conditions, by the rules of package.json. */
function behindDoor(specifier: string): string | undefined {
  const source = readFileSync(join(courseRoot, "package.json"), "utf8");
  const { imports = {} }: { imports?: Record<string, Target> } = JSON.parse(source);
  const exact = imports[specifier];
  if (exact !== undefined) return targetPath(exact);
  for (const [door, target] of Object.entries(imports)) {
    const [head = "", tail] = door.split("*");
    if (tail === undefined || !specifier.startsWith(head)) continue;
    return targetPath(target).replace("*", specifier.slice(head.length));
  }
  return undefined;
}

type Target = string | Record<string, string>;

function targetPath(target: Target): string {
  const path = typeof target === "string" ? target : (target.default ?? "");
  return path.replace(/^\.\//, "");
}
