/** What the checks of refusals share: problems, and what is printed meanwhile. */
import type { TestContext } from "node:test";
import { format } from "node:util";
import { allAre } from "./desk.ts";
import { type Answer, type Request, type Shop, send } from "./wire.ts";

/** `415 problem`, or what is missing to a problem as RFC 9457 has it. */
export function problemIn({ status, headers, body }: Answer): string {
  const type = headers["content-type"]?.split(";")[0];
  if (type !== "application/problem+json") return `${status} with the type ${type}`;
  const problem: Record<string, unknown> = JSON.parse(body);
  if (problem.status !== status) return `${status} with the status ${problem.status}`;
  for (const member of ["title", "detail"]) {
    if (typeof problem[member] !== "string") return `${status} without ${member}`;
  }
  return `${status} problem`;
}

/** Holds how each of these requests is answered, under its name, against one and the same answer. */
export async function allGet(
  expected: string,
  shop: Pick<Shop, "port">,
  requests: Record<string, Request>,
): Promise<void> {
  const answers: Record<string, string> = {};
  for (const [name, request] of Object.entries(requests)) {
    answers[name] = problemIn(await send(shop.port, request));
  }
  allAre(expected, requests, (each) => {
    const name = Object.keys(requests).find((one) => requests[one] === each) ?? "";
    return answers[name];
  });
}

/** What is printed on stderr while a check runs, by whatever function. */
export function stderrOf(t: TestContext): string[] {
  const lines: string[] = [];
  t.mock.method(console, "error", (...parts: unknown[]) => lines.push(format(...parts)));
  t.mock.method(console, "warn", (...parts: unknown[]) => lines.push(format(...parts)));
  t.mock.method(process.stderr, "write", (text: unknown) => lines.push(String(text)));
  return lines;
}
