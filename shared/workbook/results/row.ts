/** One thing that a card says, with a word in front of it. */
export interface Row {
  /** Empty where the lines need none. */
  label: string;
  /**
   * - `error`: what went wrong, then what to do about it
   * - `places`: `work/01-event-bus/event-bus.ts:12  subscribe`
   * - `lines`: each begins with `+` where it is expected, with `-` where it is actual, else with a space
   */
  kind:
    | "words"
    | "code"
    | "expected"
    | "actual"
    | "error"
    | "warning"
    | "places"
    | "lines";
  lines: string[];
}

export function row(label: string, kind: Row["kind"], ...lines: string[]): Row {
  return { label, kind, lines };
}
