import type { Proved } from "./account.ts";

/** What a test file tells `npm test` while it runs. */
export type ProofMessage =
  | { type: "planned"; trials: number }
  | { type: "proved"; entry: Proved }
  | { type: "passed"; isTrial: boolean; skipped?: string }
  | { type: "failed"; isTrial: boolean; failure: Failure };

export interface Failure {
  /** The names of the tests around it, and its own. */
  path: string[];
  /** What went wrong, with the place where there is one. */
  text: string;
}
