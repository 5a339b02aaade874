import { STATUS_CODES } from "node:http";
import type { Response } from "express";

/** An error of Express and its body reader. */
type HttpError = { expose: boolean; status: number; message: string };

/** Why a request is refused: an HTTP status, and one sentence for the sender. */
export class Problem extends Error {
  override readonly name: string = "Problem";
  readonly status: number;

  /** @param detail what the sender reads: it must not tell what is secret */
  constructor(status: number, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.status = status;
  }
}

const type = "application/problem+json; charset=utf-8";
const headersOf: Record<number, Record<string, string>> = {
  401: { "WWW-Authenticate": "Signature" },
  405: { Allow: "POST" },
  503: { "Retry-After": "5" },
};

/** Any error as a problem: those of Express that the sender may see carry a status, ours become 500. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { expose, status, message } = Object(error) as Partial<HttpError>;
  // An error without `expose` may have the status that somebody else's server has answered us.
  if (expose === true && typeof status === "number" && status < 500)
    return new Problem(status, `The request was refused: ${message}.`, { cause: error });
  const detail = "Something here is broken. It is not your fault.";
  return new Problem(500, detail, { cause: error });
}

/** Answers with a problem, in the form of RFC 9457; not where the answer is on its way already. */
export function sendProblem(response: Response, problem: Problem): void {
  if (response.headersSent) return;
  const { status } = problem;
  response.status(status).set({ ...headersOf[status], "Content-Type": type });
  // Not `send`: nobody caches a failure, so it needs no ETag.
  response.end(bodyOf(problem));
}

/** The whole answer as a string, for a socket on which no request could be read. */
export function rawProblem(problem: Problem): string {
  const body = bodyOf(problem);
  const head = `HTTP/1.1 ${problem.status} ${titleOf(problem)}\r\nContent-Type: ${type}`;
  return `${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;
}

function bodyOf(problem: Problem): string {
  const { status, message: detail } = problem;
  return JSON.stringify({ type: "about:blank", title: titleOf(problem), status, detail });
}

function titleOf({ status }: Problem): string {
  return STATUS_CODES[status] ?? "Problem";
}
