/**
 * Changes to the reference answer, written as text. Some files of each lesson are written so:
 *
 * - `shared/course/NN-slug/mistakes.diff` has wrong answers that a learner may well write. The heading
 *   says which step's check is the first to fail, and what is wrong; `(endless)` after it marks an
 *   answer that never ends, so that the check that hangs is not waited for as long.
 * - `shared/course/NN-slug/steps.diff` takes the steps out of the reference again, from the last step
 *   down: each change is made to what the one above it has left. Each TODO that comes in must stand in
 *   the starter too, word for word.
 * - `alternatives/by-the-hints.diff` is the answer that the hints lead to. Its heading names the last step.
 *
 * ```diff
 * # step 2 · forgets nobody
 * -    return this.#drop(listener);
 * +    return true;
 *
 * # step 3 · waits for ever (endless)
 *    async flush() {
 * +    await new Promise(() => {});
 * @@
 * -  closed = false;
 * +  closed = true;
 * ```
 *
 * A line begins with `-` (out), `+` (in) or a space (stays), and `@@` begins another place. What goes out
 * and what stays must occur, as whole lines, exactly once among the learner's files: a line or two that
 * stay make it so. An empty line is a line that stays, too, except at either end of a place.
 *
 * What `git diff` prints can stand below a heading as it is. Its `---` and `+++` lines name the file, and
 * then the text need be unique in that file alone.
 */
export interface Change {
  step: number;
  /** What is wrong with the answer, such as `calls listeners in the order of their patterns`. */
  name: string;
  endless: boolean;
  hunks: Hunk[];
}

interface Hunk {
  /** Where it is written: `shared/course/01-event-bus/mistakes.diff:12` */
  place: string;
  /** As in `git diff`, such as `solutions/01-event-bus/event-bus.ts`. */
  file: string | undefined;
  before: string[];
  after: string[];
}

/** @throws Error in a sentence with file and line, if a line is out of form */
export function readChanges(text: string, path: string): Change[] {
  const changes: Change[] = [];
  let file: string | undefined;
  let hunk: Hunk | undefined;
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    const place = `${path}:${at + 1}`;
    const heading = /^# step (\d+)(?: · (.+?))?( \(endless\))?$/.exec(line);
    const named = /^(?:---|\+\+\+) [a-z]\/(\S+)/.exec(line)?.[1];
    if (heading) {
      const [, step, name = "", endless] = heading;
      changes.push({ step: Number(step), name, endless: !!endless, hunks: [] });
      file = hunk = undefined;
    } else if (named !== undefined) {
      file = named;
      hunk = undefined;
    } else if (/^(@@|diff --git |index )/.test(line)) {
      hunk = undefined;
    } else if (/^[-+ ]/.test(line) || (line === "" && hunk)) {
      if (hunk === undefined) {
        hunk = { place, file, before: [], after: [] };
        if (changes.length === 0) refuse(place, "no heading is above this.");
        changes.at(-1)?.hunks.push(hunk);
      }
      if (!line.startsWith("+")) hunk.before.push(line.slice(1));
      if (!line.startsWith("-")) hunk.after.push(line.slice(1));
    } else if (line !== "" && !line.startsWith("\\ ")) {
      const heading = '"# step 2 · what is wrong"';
      refuse(
        place,
        `"${line}" is neither a heading like ${heading} nor a line of a diff.`,
      );
    }
  }
  for (const { before, after } of changes.flatMap(({ hunks }) => hunks)) {
    while (before.at(-1) === "" && after.at(-1) === "") {
      before.pop();
      after.pop();
    }
  }
  return changes;
}

/** @throws Error in a sentence with file and line, if the text of a hunk is not there exactly once */
export function changed(
  files: Record<string, string>,
  { hunks }: Change,
): Record<string, string> {
  const result = { ...files };
  for (const { place, file, before, after } of hunks) {
    const all = Object.keys(result);
    const where = file ?? all.join(", ");
    const names = all.filter((name) => !file || `/${file}`.endsWith(`/${name}`));
    if (names.length === 0)
      refuse(place, `${file} is not one of the learner's files: ${all.join(", ")}.`);
    if (before.length === 0)
      refuse(place, "only a line that stays says where this goes.");
    const [found, ...more] = names.flatMap((name) => {
      const lines = (result[name] ?? "").split("\n");
      return lines
        .map((_, at) => ({ name, lines, at }))
        .filter(({ at }) => before.every((line, down) => lines[at + down] === line));
    });
    if (!found)
      refuse(place, `these lines, from "${before[0]?.trim()}" on, are not in ${where}.`);
    if (more.length > 0)
      refuse(
        place,
        `these lines are ${more.length + 1} times in ${where}: add a line that stays.`,
      );
    found.lines.splice(found.at, before.length, ...after);
    result[found.name] = found.lines.join("\n");
  }
  return result;
}

function refuse(place: string, why: string): never {
  throw new Error(`${place}: ${why}`);
}
