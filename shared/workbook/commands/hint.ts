import kleur from "kleur";
import { sayCommand } from "../card.ts";
import type { Lesson } from "../course.ts";
import { renderMarkdown } from "../markdown.ts";
import { prepare } from "../prepare.ts";
import { isDone, keepHint, openStep, progressOf } from "../progress.ts";
import { readExplanation } from "../readme.ts";
import { apart, say } from "../terminal.ts";

/** `npm run lesson 4 hint`: for the first open step, each time one hint further. */
export default async function hint(lesson: Lesson): Promise<number> {
  prepare(lesson);
  const progress = await progressOf(lesson);
  if (isDone(progress)) {
    say("All steps pass: there is nothing left to hint at.");
    sayCommand(lesson, "diff", "your code beside the reference answer");
    return 0;
  }
  const number = openStep(progress);
  const step = readExplanation(lesson).steps.find((other) => other.number === number);
  const hints = step?.hints ?? [];
  const level = Math.min((progress.hints[number] ?? 0) + 1, hints.length);
  keepHint(lesson, number, level);
  say(
    apart(
      kleur.bold(`Step ${number} · ${step?.title}`),
      kleur.dim(`hint ${level} of ${hints.length}`),
    ),
  );
  say(`\n${renderMarkdown(hints[level - 1] ?? "This step has no hints.", "  ")}\n`);
  if (level < hints.length) sayCommand(lesson, "hint", "the next hint");
  else sayCommand(lesson, "diff", "the last resort: beside the reference answer");
  sayCommand(lesson, "test", "check your code");
  return 0;
}
