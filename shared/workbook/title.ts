import kleur from "kleur";
import type { Lesson } from "./course.ts";
import { readHeader } from "./readme-header.ts";
import { apart, say } from "./terminal.ts";

/** The first line of a screen: the lesson, and what kind of lesson it is. */
export function sayTitle(lesson: Lesson): void {
  const { title, level, word, minutes } = readHeader(lesson);
  const facts = `level ${level}, ${word} · about ${minutes} min`;
  say(apart(kleur.bold(`${lesson.number} · ${title}`), kleur.dim(facts)));
}
