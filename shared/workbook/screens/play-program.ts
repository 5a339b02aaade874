import { play } from "../checks/play.ts";
import { say, sayRule, wrap } from "./terminal.ts";

/** Plays a program of the course, says what ended it before its end, and returns its exit status. */
export async function playProgram(
  file: string,
  conditions?: string[],
  words?: string[],
): Promise<number> {
  sayRule();
  const { status, error } = await play(file, conditions, words);
  if (error)
    say(wrap(`\nIt stopped here. ${error.refusal ?? `${error.name}: ${error.message}`}`));
  return status;
}
