import { spec, type TestEvent } from "node:test/reporters";
import { type Proved, readProved, strict } from "./account.ts";

/**
 * What `npm test` prints: Node's own report, and before its counts an account in words of what was
 * proved; after them what was not proved here, and how it could be.
 */
export default async function* report(events: AsyncIterable<TestEvent>) {
  const node = new spec();
  const proved: Proved[] = [];
  const unproved: string[] = [];
  let counting = false;

  for await (const event of events) {
    const entry = event.type === "test:diagnostic" && readProved(event.data.message);
    if (entry) {
      proved.push(entry);
      continue;
    }
    if (event.type === "test:pass" && event.data.skip !== undefined)
      unproved.push(String(event.data.skip || event.data.name));
    if (!counting && isFirstCount(event)) {
      counting = true;
      yield accountOf(proved);
    }
    node.write(event);
    yield* readable(node);
  }
  node.end();
  for await (const text of node) yield String(text);
  yield listOf(unproved);
  if (strict && unproved.length > 0) process.exitCode = 1;
}

function isFirstCount(event: TestEvent): boolean {
  return (
    event.type === "test:diagnostic" &&
    event.data.nesting === 0 &&
    /^tests \d+$/.test(event.data.message)
  );
}

function* readable(stream: { read(): unknown }): Generator<string> {
  for (let text = stream.read(); text !== null; text = stream.read()) yield String(text);
}

/** One line for each lesson, one for each thing that concerns the whole course. */
export function accountOf(proved: Proved[]): string {
  const lessons = new Map<number, string[]>();
  const whole: string[] = [];
  for (const { lesson, what } of proved) {
    if (lesson === undefined) whole.push(what);
    else lessons.set(lesson, [...(lessons.get(lesson) ?? []), what]);
  }
  const lines = [...lessons]
    .sort(([one], [other]) => one - other)
    .map(([lesson, parts]) => `  lesson ${lesson}: ${parts.join(", ")}`);
  return [
    "",
    "What was proved",
    ...lines,
    ...whole.map((what) => `  ${what}`),
    "",
    "",
  ].join("\n");
}

/** Each reason once, with how often it applied. */
export function listOf(unproved: string[]): string {
  if (unproved.length === 0) return "\nNothing was left unproved.\n";
  const counts = new Map<string, number>();
  for (const reason of unproved) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const lines = [...counts].map(
    ([reason, count]) => `  ${reason}${count > 1 ? ` (${count} tests)` : ""}`,
  );
  const title = strict
    ? "What was not proved, which WORKBOOK_STRICT=1 does not allow"
    : "What was not proved here, and how to prove it";
  return `\n${title}\n${lines.join("\n")}\n`;
}
