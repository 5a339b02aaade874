// Days made up by chance, on the answer and on a model.
import { type AnyDay, checkDays, type Observation } from "#any-day";
import { decide } from "#lesson/09-saga/decide.ts";
import { daysOf } from "./day.ts";
import { notesIn, playJournal } from "./journal-day.ts";
import { type Played, slowDecide, slowSaga } from "./model.ts";
import { look, playAnswer } from "./saga-day.ts";
import { type Day, RULES, type Rule, ruleOf, storyOf } from "./story.ts";

/** The lesson's days up to a step, as `#any-day` plays them. */
function lessonDays(step: number): AnyDay<Day> {
  const common = { day: daysOf(step), story: storyOf, rule: ruleOf };
  if (step < 4) {
    const model = (day: Day) =>
      playJournal(day, (process, events) => slowDecide(process, notesIn(events)));
    return { ...common, play: (day) => playJournal(day, decide), model };
  }
  type Play = (day: Day, models: Played[]) => Observation[] | Promise<Observation[]>;
  const onSagas = (play: Play) => (day: Day) => {
    const models = day.sagas.map((saga) => slowSaga(day, saga));
    return models.some(({ open }) => open) ? [] : play(day, models);
  };
  return { ...common, play: onSagas(playAnswer), model: onSagas(look) };
}

/** Registers the checks of what the days of the steps up to this one look at. */
export function anyDay(step: number, ...rules: Rule[]): void {
  const titles = rules.map((rule) => RULES[rule]);
  checkDays(step, titles, lessonDays(step));
}
