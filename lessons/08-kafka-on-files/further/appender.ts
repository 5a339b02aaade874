// Appends records to a segmented log, as one of several processes: see segmented-log.test.ts.
// node … appender.ts <folder> <name> <count> <segmentBytes>
import { SegmentedLog } from "./segmented-log.ts";

const [folder = "", name = "", count = "0", segmentBytes = "0"] = process.argv.slice(2);
const log = new SegmentedLog(folder, {
  segmentBytes: Number(segmentBytes),
  onRepair: ({ line }) => process.send?.({ repaired: line }),
});

for (let number = 0; number < Number(count); ) {
  // Some one by one, some many at once, some long enough to need several pages of the disk.
  const entries = Array.from({ length: 1 + (number % 3) }, (_, index) => ({
    time: Date.now(),
    key: name,
    value: { number: number + index, text: "tea ".repeat((number * 37) % 3000) },
  }));
  const records = await log.append(entries);
  for (const { offset } of records) process.send?.({ sent: number++, offset });
}
await log.close();
process.disconnect?.();
