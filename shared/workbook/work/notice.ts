import type { Lesson } from "./course.ts";

/**
 * What happened to one of the learner's copies:
 * - `laid-out`: it is new
 * - `restored`: it was deleted, and the starter took its place
 * - `refreshed`: nobody had touched it, and it follows the starter that changed
 * - `edited`: somebody edited the starter instead of the copy
 * - `moved-on`: the course changed the starter, and the copy is already the learner's own
 * - `renamed`: its lesson got another name
 */
export interface Notice {
  kind: "laid-out" | "restored" | "refreshed" | "edited" | "moved-on" | "renamed";
  lesson: Lesson;
  /** Of a renamed lesson: its former folder. */
  file: string;
  /** Of a change to the course: how it was described. */
  why?: string;
  /** Of an edited starter: whether Git knows what it was. */
  inGit?: boolean;
}
