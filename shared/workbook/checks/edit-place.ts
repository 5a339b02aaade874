import { join } from "node:path";
import { courseRoot, type Lesson, readIfThere, shortPath } from "../work/course.ts";
import type { CheckError, Frame } from "./run-checks.ts";

/**
 * Where in the learner's own files to write for a step: `work/01-event-bus/event-bus.ts:12`, or
 * several. The TODO that a check met, or every function in which the starter speaks of the step.
 */
export function placesToEdit(lesson: Lesson, step: number, error?: CheckError): string[] {
  const frame = error && isTodoOf(step, error) && ownFrame(lesson, error.frames);
  if (frame) return [placeOf(frame)];
  const declared = lesson.files.flatMap((file) => declarationsOf(lesson, file, step));
  if (declared.length > 0) return declared;
  return lesson.files.slice(0, 1).map((file) => shortPath(join(lesson.work, file)));
}

/** Whether a check ended at code that is still to be written for its step, or for one before it. */
export function isTodoOf(step: number, { kind, step: of = step }: CheckError): boolean {
  return kind === "todo" && of <= step;
}

/** `work/01-event-bus/event-bus.ts:12` */
export function placeOf({ file, line }: Frame): string {
  return `${shortPath(file)}:${line}`;
}

/** The innermost place of a stack trace that the learner wrote. */
export function ownFrame(lesson: Lesson, frames: Frame[]): Frame | undefined {
  return frames.find(({ file }) => shortPath(file).startsWith(`work/${lesson.folder}/`));
}

/** The functions of a file that a step asks for, at the lines they have in the learner's copy. */
function declarationsOf(lesson: Lesson, file: string, step: number): string[] {
  const source = readIfThere(join(lesson.given, file)) ?? "";
  const starter = source.split("\n");
  const copy = (readIfThere(join(lesson.work, file)) ?? "").split("\n");
  const path = shortPath(join(lesson.work, file), courseRoot);
  const places = marksOf(source, step).flatMap((at) => {
    const heads = [...headOf(starter[at] ?? ""), ...enclosing(starter, at)];
    const mine = heads.find((text) => lineDeclaring(copy, text) > 0);
    return mine ? `${path}:${lineDeclaring(copy, mine)}  ${nameIn(mine)}`.trimEnd() : [];
  });
  return [...new Set(places)];
}

/** The lines, counted from 0, on which a starter says `todo(5, …)` or `// Step 5: …`. */
function marksOf(source: string, step: number): number[] {
  const marks = source.matchAll(
    new RegExp(`\\btodo\\(\\s*${step},|// Step ${step}:`, "g"),
  );
  return [...marks].map(({ index }) => source.slice(0, index).split("\n").length - 1);
}

/** The declaration on the line of a TODO itself: `welcome: (user) =>` of `welcome: (user) => todo(1, "…")`. */
function headOf(line: string): string[] {
  const head = line.slice(0, line.indexOf("todo(")).trim();
  return /^[\w$]+(:| =)/.test(head) || /^(export )?const /.test(head) ? [head] : [];
}

/** What a line declares: `subscribe` of `async subscribe<Name>(`, `welcome` of `const welcome =`. */
function nameIn(declaration: string): string {
  const named = /\b(?:const|let|function|class)\s+([\w$]+)/.exec(declaration);
  const property = /^([\w$]+)(?::| =)/.exec(declaration);
  return (
    named?.[1] ?? property?.[1] ?? /([\w$#]+)\s*(<.*>?)?\(/.exec(declaration)?.[1] ?? ""
  );
}

/** Where a copy has a declaration of the starter, counted from 1: the same words, else the same name. */
function lineDeclaring(copy: string[], declaration: string): number {
  const same = copy.findIndex((own) => own.trim().startsWith(declaration));
  const name = nameIn(declaration);
  if (same >= 0 || name === "") return same + 1;
  return copy.findIndex((own) => declares(own.trim(), name)) + 1;
}

/** Whether a line begins a function, class, method or property with that name, and does not only call it. */
function declares(line: string, name: string): boolean {
  const escaped = name.replaceAll("$", "\\$");
  const modifiers =
    /^((export|default|public|private|protected|static|override|readonly|async|get|set)\s+|\*\s*)*/;
  const rest = line.replace(modifiers, "");
  if (
    new RegExp(`^(const|let|var|class|function\\s*\\*?)\\s*\\b${escaped}(?![\\w$])`).test(
      rest,
    )
  )
    return true;
  if (new RegExp(`^${escaped}[?!]?\\s*(:|=(?!=))`).test(rest)) return true;
  const isHead = /[({}]$/.test(line) && !/=>\s*\{$/.test(line);
  return isHead && new RegExp(`^${escaped}\\s*(<.*>)?\\s*\\(`).test(rest);
}

/** The lines that a line is in, innermost first, without conditions, loops and calls. */
function enclosing(lines: string[], at: number): string[] {
  const found: string[] = [];
  let depth = indentOf(lines[at] ?? "");
  let inHead = false;
  for (let up = at - 1; up >= 0; up--) {
    const line = lines[up] ?? "";
    const indent = indentOf(line);
    if (line.trim() === "" || (inHead ? indent > depth : indent >= depth)) continue;
    depth = indent;
    // A head over several lines ends with a bracket as far in as its first line.
    inHead = /^[)}\]]/.test(line.trim());
    if (
      !inHead &&
      !/^((if|for|while|else|try|switch|return)\b|[\w$]+\.)/.test(line.trim())
    )
      found.push(line.trim());
  }
  return found;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
