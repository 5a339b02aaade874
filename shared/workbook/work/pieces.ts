import { readFileSync } from "node:fs";
import { join } from "node:path";
import { courseRoot, filesUnder, type Lesson } from "./course.ts";

/** The doors of package.json that can lead to the learner's own code, by lesson number. */
export function ownDoors(): Map<number, string[]> {
  const source = readFileSync(join(courseRoot, "package.json"), "utf8");
  const { imports = {} }: { imports?: Record<string, unknown> } = JSON.parse(source);
  const doors = new Map<number, string[]>();
  for (const [door, target] of Object.entries(imports)) {
    for (const condition of Object.keys(Object(target))) {
      const number = Number(/^mine-(\d+)$/.exec(condition)?.[1]);
      if (number) doors.set(number, [...(doors.get(number) ?? []), door]);
    }
  }
  return doors;
}

/** The earlier lessons of which this one imports a piece. */
export function usedPieces(lesson: Lesson): number[] {
  const source = [lesson.given, lesson.answers]
    .flatMap((folder) => filesUnder(folder).map((file) => join(folder, file)))
    .filter((path) => path.endsWith(".ts"))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
  return [...ownDoors()]
    .filter(([number]) => number < lesson.number)
    .filter(([, doors]) =>
      doors.some((door) => source.includes(`"${door.replace(/\*$/, "")}`)),
    )
    .map(([number]) => number)
    .sort((a, b) => a - b);
}
