import { diffLines } from "diff";
import type { CheckError, Frame } from "../checks/check-messages.ts";
import { linesOf } from "../work/course.ts";
import { type Row, row } from "./row.ts";

const comparing = /^(strictEqual|deepStrictEqual|equal|deepEqual|==|===|match)$/;

/** Expected beside actual; long values as the lines in which they differ. */
export function comparisonRows({
  operator,
  generated,
  expected,
  actual,
  message,
  equalSince,
  story,
  frames,
}: CheckError): Row[] {
  const compares = operator !== undefined && comparing.test(operator);
  if (!compares || expected === undefined || actual === undefined)
    return [says(sentenceOf(message))];
  if (story === undefined && !isEqualityMessage(message, generated)) {
    // A check's own words about what is true or false say it all.
    const isPlain = /^(true|false)$/.test(expected) || expected === actual;
    return [
      says(sentenceOf(message).split("\n+ actual - expected")[0] ?? ""),
      ...(isPlain ? [] : valueRows(expected, actual)),
    ];
  }
  if (expected === actual) return alikeRows(message, frames, equalSince);
  return valueRows(expected, actual);
}

function valueRows(expected: string, actual: string): Row[] {
  if (`${expected}${actual}`.includes("\n"))
    return [row("", "lines", ...differingLines(actual, expected))];
  return [row("Expected", "expected", expected), row("Actual", "actual", actual)];
}

function says(text: string): Row {
  return row("Says", "words", text);
}

/** The values look the same by now: only Node's message, which was written earlier, has the difference. */
function alikeRows(message: string, frames: Frame[], equalSince = false): Row[] {
  const [first = "", ...lines] = message.trimEnd().split("\n");
  if (isAboutIdentity(first))
    return [says(sentenceOf(message)), row("Compared", "code", ...callAt(frames[0]))];
  const rows: Row[] = [says(first)];
  const head = /^$|^\+ actual - expected$/;
  const own = lines.filter((line) => !head.test(line)).map(turned);
  if (own.length > 0) rows.push(row("", "lines", ...own));
  if (equalSince) rows.push(row("Says", "error", ...lateText));
  return rows;
}

/** What a check calls at a place: two objects that look the same have no other names. */
function callAt(frame: Frame | undefined): string[] {
  if (frame === undefined) return [];
  const lines = linesOf(frame.file).slice(frame.line - 1);
  const end = lines.findIndex((line) => line.endsWith(";"));
  return lines.slice(0, end + 1).map((line) => line.trim());
}

const lateText = [
  "The values have become equal since:",
  "something arrived too late. Is a function async, or a promise not awaited?",
];

/** A line of Node's own comparison with the signs as everywhere here: `+` is what is expected. */
export function turned(line: string): string {
  if (line.startsWith("+ actual - expected"))
    return line.replace(/(actual)(.*)(expected)/, "$3$2$1");
  if (!/^[+-] /.test(line)) return line;
  return (line.startsWith("+") ? "-" : "+") + line.slice(1);
}

/** `assert.ok(x)` compares with `true` too, but says more in words. */
function isEqualityMessage(message: string, generated = true): boolean {
  return generated && !message.startsWith("The expression evaluated to a falsy value");
}

function differingLines(before: string, after: string): string[] {
  return diffLines(`${before}\n`, `${after}\n`).flatMap(({ value, added, removed }) => {
    const sign = added ? "+" : removed ? "-" : " ";
    return value
      .trimEnd()
      .split("\n")
      .map((line) => `${sign} ${line}`);
  });
}

/** The first paragraph, in other words where Node's are about values rather than the mistake. */
function sentenceOf(message: string): string {
  const [first = "", second = ""] = message.split("\n\n");
  if (first.startsWith("The expression evaluated")) {
    return `this should be true: ${second.trim()}`;
  }
  if (isAboutIdentity(first)) {
    return "two objects that look the same; it has to be one and the same object";
  }
  return first;
}

function isAboutIdentity(message: string): boolean {
  return /^Values (have same structure|identical) but are not reference-equal/.test(
    message,
  );
}
