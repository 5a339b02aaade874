// Appends long records to a log until it is killed, or until the disk is full: see file-log.test.ts.
// node … writer.ts <file> [until-full]
import { FileLog } from "../../../shared/bus/file-log.ts";

const [path = "", untilFull] = process.argv.slice(2);
const log = new FileLog(path, { onRepair: () => {} });
process.once("disconnect", () => process.exit());

function write(): void {
  const [record] = log.append([{ time: Date.now(), value: "tea ".repeat(5_000) }]);
  process.send?.(record?.offset);
}

if (untilFull === undefined) {
  setInterval(() => write(), 0);
} else {
  try {
    for (;;) write();
  } catch (error) {
    console.log(error instanceof Error && "code" in error ? error.code : error);
  }
}
