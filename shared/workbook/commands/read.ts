import { join } from "node:path";
import kleur from "kleur";
import { renderMarkdown } from "../screens/markdown.ts";
import { say, wrap } from "../screens/terminal.ts";
import { type Lesson, readText, shortPath } from "../work/course.ts";

export default function read(lesson: Lesson): number {
  const source = readText(join(lesson.given, "README.md"));
  say(renderMarkdown(withoutAnswers(source)));
  if (source.includes("<summary>")) {
    const readme = shortPath(join(lesson.given, "README.md"));
    say();
    say(
      kleur.dim(
        wrap(`The answers to the questions are in ${readme} and on the course's site.`),
      ),
    );
  }
  return 0;
}

/** Questions stay folded: their answers, like the hints, are for a second look. */
function withoutAnswers(source: string): string {
  return source.replace(
    /<details>\s*(<summary>.*?<\/summary>)[\s\S]*?<\/details>/g,
    "<details>$1</details>",
  );
}
