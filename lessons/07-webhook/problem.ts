import { STATUS_CODES } from "node:http";
import type { Response } from "express";

/**
 * Why a request is refused: a status, and one sentence for whoever sent it. It is answered in the
 * form of RFC 9457, `application/problem+json`, so that every failure looks the same.
 */
export class Problem extends Error {
  override readonly name: string = "Problem";
  readonly status: number;

  /**
   * @param status of HTTP, 400 or more
   * @param detail one sentence for the sender; it must not tell what is secret
   */
  constructor(status: number, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.status = status;
  }
}

const contentType = "application/problem+json; charset=utf-8";

/** What else a status has to say: where to go, when to come back. */
const headersOf: Record<number, Record<string, string>> = {
  401: { "WWW-Authenticate": "Signature" },
  405: { Allow: "POST" },
  // In seconds.
  503: { "Retry-After": "5" },
};

/**
 * Any error as a problem. Those of Express and of its body reader carry a status too; everything
 * else is a failure of ours, and what failed is nobody's business outside.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { status, message } = (error ?? {}) as { status?: unknown; message?: string };
  if (typeof status === "number" && status >= 400 && status < 500) {
    return new Problem(status, `The request was refused: ${message}.`, { cause: error });
  }
  return new Problem(500, "Something here is broken. It is not your fault.", {
    cause: error,
  });
}

/** Answers with a problem. */
export function sendProblem(response: Response, problem: Problem): void {
  const body = bodyOf(problem);
  // Not `response.send`: nobody caches a failure, so it needs no ETag.
  response
    .writeHead(problem.status, {
      ...headersOf[problem.status],
      "Content-Type": contentType,
      "Content-Length": Buffer.byteLength(body),
    })
    .end(body);
}

/**
 * The whole answer as text, for a socket on which no request could be read, so that there is no
 * response to send it with. The connection ends with it.
 */
export function rawProblem(problem: Problem): string {
  const body = bodyOf(problem);
  return [
    `HTTP/1.1 ${problem.status} ${titleOf(problem)}`,
    `Content-Type: ${contentType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
    "",
    body,
  ].join("\r\n");
}

function bodyOf(problem: Problem): string {
  const { status, message: detail } = problem;
  return `${JSON.stringify({ type: "about:blank", title: titleOf(problem), status, detail })}\n`;
}

function titleOf({ status }: Problem): string {
  return STATUS_CODES[status] ?? "Problem";
}
