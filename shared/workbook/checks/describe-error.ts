import { AssertionError } from "node:assert";
import { fileURLToPath } from "node:url";
import { inspect, isDeepStrictEqual } from "node:util";
import { inWords } from "#bus/contract";
import { refusalOf } from "../work/refusal.ts";
import type { CheckError, Frame } from "./check-messages.ts";

/** Puts an error into words and plain data that survive the way to another process. */
export function describeError(error: unknown): CheckError {
  if (!(error instanceof Error)) {
    return { kind: "thrown", name: "Error", message: inWords(error), frames: [] };
  }
  const frames = framesOf(error.stack ?? "");
  const found: CheckError = {
    kind: "thrown",
    name: error.name,
    message: error.message,
    frames,
  };
  const refusal = refusalOf(error);
  if (refusal !== undefined) found.refusal = refusal;
  if (error.name === "TodoError" && "step" in error && typeof error.step === "number") {
    return { ...found, kind: "todo", step: error.step };
  }
  if ("rule" in error && "story" in error && Array.isArray(error.story)) {
    found.rule = String(error.rule);
    found.story = error.story.map(String);
  }
  if (error instanceof AssertionError) return { ...found, ...comparison(error) };
  return found;
}

function comparison(error: AssertionError): Partial<CheckError> {
  return {
    kind: "assertion",
    operator: error.operator,
    generated: error.generatedMessage,
    expected: show(error.expected, "story" in error),
    actual: show(error.actual, "story" in error),
    ...(becameEqual(error) && { equalSince: true }),
  };
}

/** Objects may change between the comparison and this moment. */
function becameEqual({ operator, expected, actual }: AssertionError): boolean {
  return /^deep(Strict)?Equal$/.test(operator) && isDeepStrictEqual(actual, expected);
}

function show(value: unknown, isTold = false): string {
  if (isTold && typeof value === "string") return value;
  const text = inspect(value, {
    depth: 6,
    breakLength: 64,
    maxArrayLength: 50,
    maxStringLength: 2000,
  });
  // Where an error among the values was made is not what differs.
  return text.replace(/\n\s+at .*/g, "");
}

/** Folders may have brackets and spaces in their names, so that a place begins where a path does. */
const placePattern =
  /(?:^\s+at (?:async )?| \()((?:file:\/|\/|[A-Za-z]:[\\/]).+):(\d+):\d+\)?$/;

/** The places a stack trace names, innermost first, without Node's own. */
function framesOf(stack: string): Frame[] {
  return stack.split("\n").flatMap((text) => {
    const [, file, line] = placePattern.exec(text) ?? [];
    if (file === undefined) return [];
    const path = file.startsWith("file:") ? fileURLToPath(file) : file;
    return { file: path, line: Number(line) };
  });
}
