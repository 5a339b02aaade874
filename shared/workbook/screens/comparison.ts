import { diffLines } from "diff";
import kleur from "kleur";
import type { CheckError } from "../checks/run-checks.ts";
import { fold, foldMarked, labelled, wrap } from "./terminal.ts";

const comparing = /^(strictEqual|deepStrictEqual|equal|deepEqual|==|===)$/;

/** Expected beside actual; long values as the lines in which they differ. */
export function comparisonText({
  operator,
  generated,
  expected,
  actual,
  message,
  equalSince,
  story,
}: CheckError): string {
  const compares =
    operator !== undefined &&
    comparing.test(operator) &&
    (story !== undefined || isEqualityMessage(message, generated));
  if (!compares || expected === undefined || actual === undefined) {
    return labelled("Says", sentenceOf(message));
  }
  if (expected === actual) return alikeText(message, equalSince);
  if (!`${expected}${actual}`.includes("\n")) {
    return [
      labelled("Expected", kleur.green(expected), fold),
      labelled("Actual", kleur.red(actual), fold),
    ].join("\n");
  }
  return [
    `  ${kleur.green("+ expected")}  ${kleur.red("- actual")}`,
    "",
    lineDiff(actual, expected),
    "",
  ].join("\n");
}

/** A line of Node's own comparison with the signs as everywhere here: `+` is what is expected. */
function turned(line: string): string {
  if (line === "+ actual - expected") return "    + expected - actual";
  if (!/^[+-] /.test(line)) return fold(line, "    ");
  return foldMarked(line.startsWith("+") ? "- " : "+ ", line.slice(2), "    ");
}

/** The values look the same by now: only Node's message, which was written earlier, has the difference. */
function alikeText(message: string, equalSince = false): string {
  const [first = "", ...diff] = message.trimEnd().split("\n");
  if (isAboutIdentity(first)) return labelled("Says", sentenceOf(message));
  const text = [labelled("Says", first), ...diff.map(turned), ""];
  if (equalSince)
    text.push(
      wrap(
        `${kleur.red("The values have become equal since:")} something arrived too late. Is a function async, or a promise not awaited?`,
        "  ",
      ),
      "",
    );
  return text.join("\n");
}

/** `assert.ok(x)` compares with `true` too, but says more in words. */
function isEqualityMessage(message: string, generated = true): boolean {
  return generated && !message.startsWith("The expression evaluated to a falsy value");
}

function lineDiff(before: string, after: string): string {
  const lines: string[] = [];
  for (const { value, added, removed } of diffLines(`${before}\n`, `${after}\n`)) {
    const [mark, colour] = added
      ? ["+", kleur.green]
      : removed
        ? ["-", kleur.red]
        : [" ", kleur.dim];
    for (const line of value.trimEnd().split("\n"))
      lines.push(colour(foldMarked(`${mark} `, line, "    ")));
  }
  return lines.join("\n");
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
