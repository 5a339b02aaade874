import kleur from "kleur";
import type { Lesson } from "../work/course.ts";
import { readHeader } from "../work/readme-header.ts";
import { apart, say } from "./terminal.ts";

/** The first line of a screen: the lesson, and what kind of lesson it is. */
export function sayTitle(lesson: Lesson): void {
  const { title, level, word, minutes } = readHeader(lesson);
  const facts = `level ${level}, ${word} · about ${minutes} min`;
  say(apart(kleur.bold(`${lesson.number} · ${title}`), kleur.dim(facts)));
}
