/** What `npm run shop compare` and `npm run shop scale` share. */
import { NoBrokerError } from "#broker/find-server";
import { measuredOn } from "../bench/measured-on.ts";
import { say, wrap } from "../workbook/screens/terminal.ts";
import { courseRoot } from "../workbook/work/course.ts";
import { writeRecord } from "../workbook/work/work-folder.ts";

/** Says why there is no server; throws whatever else went wrong. */
export function sayWhyNot(error: unknown): undefined {
  if (!(error instanceof NoBrokerError)) throw error;
  say(wrap(`${error.message} Measuring the others.`));
}

/** Keeps what was measured, with where and when, and says so; `docs` is what the site makes of it. */
export function keep(record: string, measured: object, docs: string): void {
  const { machine, day } = measuredOn();
  writeRecord(courseRoot, record, { machine, day, ...measured });
  say(`\nMeasured on ${machine}.`);
  say(`Kept in work/${record}; npm run docs makes ${docs} of it.`);
}
