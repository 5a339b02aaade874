import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { pathToFileURL } from "node:url";
import { isDone, knownProgress, openStep, type Progress } from "../checks/progress.ts";
import type { TypeProblem } from "../checks/type-errors.ts";
import type { Card } from "../results/card.ts";
import { differences } from "../results/difference.ts";
import type { Outcome } from "../results/outcome.ts";
import { answersMissing } from "../work/answers.ts";
import { courseRoot, findLessons, type Lesson } from "../work/course.ts";
import { readHeader } from "../work/readme-header.ts";
import { readRecord, watchRecord, writeRecord } from "../work/work-folder.ts";
import { serve } from "./serve.ts";
import { siteFolder } from "./site.ts";

/** What a page shows of one lesson: the data of the terminal's screen. */
interface Shown {
  number: number;
  steps: number;
  done: number[];
  /** The first step that is not done. */
  open: number;
  /** Whether the checks run at this moment. */
  checking?: boolean;
  card?: Card;
  skipped?: string[];
  problems?: TypeProblem[];
}

/** Where watches listen the first time. */
const usualPort = 4322;

/** Tells this watch from another one at the same address. */
const token = randomUUID();

/** What opens a place in an editor; `{file}` begins with a slash. */
const editor = process.env.EDITOR_LINK ?? "vscode://file{file}:{line}";

/**
 * The pages of the course with what a watch knows: how far the learner is in each lesson, and what the
 * checks said. They get news for as long as they are open.
 */
export class LivePages {
  readonly #wish: (lesson: Lesson) => void;
  readonly #lessons = findLessons();
  readonly #shown = new Map<string, Shown>();
  readonly #checked = new Set<string>();
  readonly #streams = new Set<ServerResponse>();

  /** @param wish is called with a lesson that somebody looks at and whose checks have not run yet */
  constructor(wish: (lesson: Lesson) => void) {
    this.#wish = wish;
  }

  /** Serves the pages and returns their address; or that of another watch, which serves them already. */
  async open(): Promise<{ address: string; isOther: boolean }> {
    const kept = readRecord<string>(courseRoot, watchRecord);
    if (await isServed(kept)) return { address: kept.address ?? "", isOther: true };
    // Pages that are still open know the address of the last time.
    const port = Number(kept.address?.match(/:(\d+)\//)?.[1] ?? usualPort);
    const { server, address } = await serve(siteFolder, port, (path, response) =>
      this.#answer(path, response),
    );
    server.unref();
    writeRecord(courseRoot, watchRecord, { address, token });
    return { address, isOther: false };
  }

  /** The checks of a lesson run. */
  begin(lesson: Lesson): void {
    this.#checked.add(lesson.folder);
    this.#show(lesson, { ...this.#of(lesson), checking: true });
  }

  /** They have run. */
  end(lesson: Lesson, { progress, card, skipped }: Outcome): void {
    this.#show(lesson, { ...shownOf(lesson, progress), ...(card && { card }), skipped });
  }

  /** What the type-checker said after that. */
  types(lesson: Lesson, problems: TypeProblem[]): void {
    this.#show(lesson, { ...this.#of(lesson), problems });
  }

  #of(lesson: Lesson): Shown {
    return this.#shown.get(lesson.folder) ?? shownOf(lesson, knownProgress(lesson));
  }

  #show(lesson: Lesson, shown: Shown): void {
    this.#shown.set(lesson.folder, shown);
    for (const stream of this.#streams) tell(stream, { [lesson.folder]: shown });
  }

  #all(): Record<string, Shown> {
    return Object.fromEntries(this.#lessons.map((each) => [each.folder, this.#of(each)]));
  }

  #answer(path: string, response: ServerResponse): boolean {
    if (path === "state.js") this.#sendState(response);
    else if (path === "events") this.#sendEvents(response);
    else return this.#sendDifferences(path, response) || this.#look(path);
    return true;
  }

  #sendState(response: ServerResponse): void {
    const root = `${pathToFileURL(courseRoot).pathname}/`;
    const state = { token, editor, root, lessons: this.#all() };
    response.setHeader("Content-Type", "text/javascript; charset=utf-8");
    response.end(`window.live = ${JSON.stringify(state)};\n`);
  }

  #sendEvents(response: ServerResponse): void {
    response.setHeader("Content-Type", "text/event-stream");
    this.#streams.add(response);
    response.once("close", () => this.#streams.delete(response));
    tell(response, this.#all());
  }

  /** Who has solved a lesson may see how the reference does it. */
  #sendDifferences(path: string, response: ServerResponse): boolean {
    const lesson = this.#lessons.find(({ folder }) => path === `${folder}.json`);
    if (lesson === undefined || !isDone(this.#of(lesson))) return false;
    const missing = answersMissing(lesson);
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(missing ? { missing } : { files: differences(lesson) }));
    return true;
  }

  /** A lesson's own page needs a card; the overview only needs to know how far one is. */
  #look(path: string): boolean {
    const isOverview = path === "index.html";
    for (const lesson of this.#lessons) {
      if (!isOverview && path !== `${lesson.folder}.html`) continue;
      const known = knownProgress(lesson);
      const isEnough = known && (isOverview || isDone(known));
      if (!isEnough && !this.#checked.has(lesson.folder)) this.#wish(lesson);
    }
    return false;
  }
}

function shownOf(lesson: Lesson, progress: Progress | undefined): Shown {
  const { steps, done } = progress ?? { steps: readHeader(lesson).steps, done: [] };
  return { number: lesson.number, steps, done, open: openStep({ steps, done }) };
}

function tell(stream: ServerResponse, news: Record<string, Shown>): void {
  stream.write(`data: ${JSON.stringify(news)}\n\n`);
}

/** Whether the watch of a record is still there. */
async function isServed({ address, token }: Record<string, string>): Promise<boolean> {
  if (!address || !token) return false;
  try {
    const answer = await fetch(`${address}state.js`, {
      signal: AbortSignal.timeout(2000),
    });
    return (await answer.text()).includes(token);
  } catch {
    return false;
  }
}
