import { tmpdir } from "node:os";
import { join } from "node:path";

let count = 0;

/** Where a file may be that nobody needs after this process. Nothing is there yet. */
export function temporaryPath(ending: string): string {
  return join(tmpdir(), `eda-workbook-${process.pid}-${++count}.${ending}`);
}
