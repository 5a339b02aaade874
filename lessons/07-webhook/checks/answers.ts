/** What the checks of refusals share: problems, and what is printed meanwhile. */
import type { TestContext } from "node:test";
import { format } from "node:util";
import { allAre } from "./desk.ts";
import { type Answer, type Request, type Shop, send } from "./wire.ts";

/**
 * `415 problem`, or what is missing to a problem as RFC 9457 has it. Of a failure, the cause as well,
 * unless it is `expected`: "500" alone helps nobody.
 */
export function problemIn(answer: Answer, expected?: 500 | 503): string {
  const { code, status, headers, body } = answer;
  if (code >= 500 && code !== expected) return String(status);
  const type = headers["content-type"]?.split(";")[0];
  if (type !== "application/problem+json") return `${code} with the type ${type}`;
  const problem: Record<string, unknown> = JSON.parse(body);
  if (problem.status !== code) return `${code} with the status ${problem.status}`;
  for (const member of ["title", "detail"]) {
    if (typeof problem[member] !== "string") return `${code} without ${member}`;
  }
  return `${code} problem`;
}

/** Holds how each of these requests is answered, under its name, against one and the same answer. */
export async function allGet(
  expected: string,
  shop: Pick<Shop, "port">,
  requests: Record<string, Request>,
): Promise<void> {
  const answers: Record<string, Answer> = {};
  for (const [name, request] of Object.entries(requests))
    answers[name] = await send(shop.port, request);
  allAre(expected, answers, (answer) => problemIn(answer));
}

/** What is printed on stderr while a check runs, by whatever function. */
export function stderrOf(t: TestContext): string[] {
  const lines: string[] = [];
  t.mock.method(console, "error", (...parts: unknown[]) => lines.push(format(...parts)));
  t.mock.method(console, "warn", (...parts: unknown[]) => lines.push(format(...parts)));
  t.mock.method(process.stderr, "write", (text: unknown) => lines.push(String(text)));
  return lines;
}
