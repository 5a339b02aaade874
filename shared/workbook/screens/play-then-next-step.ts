import { join } from "node:path";
import kleur from "kleur";
import type { CheckError } from "../checks/check-messages.ts";
import { ownFrame, placeOf } from "../checks/edit-place.ts";
import { play } from "../checks/play.ts";
import {
  conditionsOf,
  isDone,
  openStep,
  ownPieces,
  type Progress,
  progressOf,
} from "../checks/progress.ts";
import { openCard } from "../results/card.ts";
import { answersMissing } from "../work/answers.ts";
import type { Lesson } from "../work/course.ts";
import { isUntouched } from "../work/starters.ts";
import { sayCommand, showCard, stepsLine } from "./card.ts";
import { sayCarrier } from "./carrier.ts";
import { showFinish } from "./finish.ts";
import { prepare } from "./prepare.ts";
import { say, sayRule, wrap } from "./terminal.ts";
import { Waiting } from "./waiting.ts";

/** Plays the demonstration with the learner's code once a step passes, then shows what is open. */
export async function playThenNextStep(lesson: Lesson): Promise<number> {
  prepare(lesson);
  const waiting = new Waiting("Looking at how far you are");
  const progress = await progressOf(lesson);
  const own = await ownPieces(lesson.number);
  waiting.over();
  const isOwn = progress.done.length > 0;
  const missing = isOwn ? undefined : answersMissing(lesson);
  if (missing !== undefined) {
    say(kleur.dim(wrap(`Nothing plays yet: yours does once a step passes. ${missing}`)));
    showNext(lesson, progress);
    return 0;
  }
  sayPlayer(lesson, isOwn);
  sayBroken(lesson, progress);
  sayCarrier(lesson, own);
  sayRule();
  const conditions = conditionsOf(own);
  if (!isOwn) conditions.push("solution");
  const { error } = await play(join(lesson.given, "main.ts"), conditions);
  if (error) sayStopped(lesson, error);
  showNext(lesson, progress);
  return 0;
}

function sayPlayer(lesson: Lesson, isOwn: boolean): void {
  const reason = isUntouched(lesson)
    ? "yours plays once a step passes"
    : "no step of yours passes yet";
  if (isOwn) say(kleur.green(`Playing your code, work/${lesson.folder}.`));
  else say(kleur.dim(`Playing the reference answer: ${reason}.`));
}

/** Said before the play: a loop without end would never let it be said after. */
function sayBroken(lesson: Lesson, { crash }: Progress): void {
  if (crash === undefined) return;
  const whose = crash === "damaged" ? "A file of the course" : "Your code";
  const isCut = crash === "hang" || crash === "exit";
  const what = `${whose} does not run ${isCut ? "to its end " : ""}now.`;
  say(kleur.yellow(wrap(`${what} See why: npm run lesson ${lesson.number} test`)));
}

/** Why a demonstration did not come to its end. */
export function sayStopped(lesson: Lesson, error: CheckError): void {
  const frame = ownFrame(lesson, error.frames);
  const place = frame ? ` (${placeOf(frame)})` : "";
  const why =
    error.kind === "todo"
      ? `step ${error.step} is yours to write`
      : (error.refusal ?? `${error.name}: ${error.message.split("\n")[0]}`);
  const end = why.endsWith(".") ? "" : ".";
  say(kleur.yellow(wrap(`\nThe story stops here: ${why}${place}${end}`)));
}

function showNext(lesson: Lesson, progress: Progress): void {
  sayRule();
  say();
  if (isDone(progress)) {
    showFinish(lesson, progress, true);
  } else {
    say(`${stepsLine(progress)}\n`);
    showCard(lesson, openCard(lesson, openStep(progress)));
    say();
    sayCommand(lesson, "test", "check your code");
    sayCommand(lesson, "watch", "check it at every save");
    sayCommand(lesson, "hint", "a hint for this step");
    sayCommand(lesson, "read", "the explanation");
  }
}
