import kleur from "kleur";
import { isDone, keepHint, openStep, progressOf } from "../checks/progress.ts";
import { asksOf } from "../results/card.ts";
import { sayCommand, showAsks } from "../screens/card.ts";
import { renderMarkdown } from "../screens/markdown.ts";
import { prepare } from "../screens/prepare.ts";
import { apart, say } from "../screens/terminal.ts";
import type { Lesson } from "../work/course.ts";
import { askOf, readExplanation } from "../work/readme.ts";

/** `npm run lesson 4 hint`: for the first open step, each time one hint further; `hint 2`: those up to 2. */
export default async function hint(lesson: Lesson, wish = ""): Promise<number> {
  const isNumber = /^[1-9]\d*$/.test(wish);
  if (wish !== "" && !isNumber) {
    process.stderr.write(
      `A hint has a number, such as: npm run lesson ${lesson.number} hint 2\n`,
    );
    return 1;
  }
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
  const given = progress.hints[number] ?? 0;
  const asked = isNumber ? Number(wish) : undefined;
  const level = Math.min(asked ?? given + 1, hints.length);
  keepHint(lesson, number, Math.max(given, level));
  const first = asked === undefined ? level : 1;
  for (let at = first; at <= level; at++) {
    say(
      apart(
        kleur.bold(`Step ${number} · ${step?.title}`),
        kleur.dim(`hint ${at} of ${hints.length}`),
      ),
    );
    say();
    if (step && at === first)
      showAsks(lesson, asksOf(step, [], progress.failed && askOf(progress.failed)));
    say(`${renderMarkdown(hints[at - 1] ?? "", "  ")}\n`);
  }
  if (hints.length === 0) say("This step has no hints.\n");
  if (level < hints.length) sayCommand(lesson, "hint", "the next hint");
  else sayCommand(lesson, "diff", "the last resort: beside the reference answer");
  sayCommand(lesson, "test", "check your code");
  return 0;
}
