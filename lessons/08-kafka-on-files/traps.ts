/** The ways in which a log on files goes wrong, each shown going wrong. */
import { createHash } from "node:crypto";
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "log-traps-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

// #region two-writers
function countLines(file: string): number {
  return readFileSync(file, "utf8").split("\n").length - 1;
}

function append(file: string, offset: number, value: string): void {
  appendFileSync(file, `${JSON.stringify({ offset, value })}\n`);
}
// #endregion

console.log(
  "Two processes write at the same time: both look first, and then both write:",
);
const orders = join(folder, "orders.log");
writeFileSync(orders, "");
const seenFromKyiv = countLines(orders);
const seenFromLviv = countLines(orders);
append(orders, seenFromKyiv, "from Kyiv");
append(orders, seenFromLviv, "from Lviv");
for (const line of readFileSync(orders, "utf8").trimEnd().split("\n")) {
  console.log(`  ${line}`);
}

// #region whole-file
function pollWholeFile(file: string, offset: number): { lines: string[]; bytes: number } {
  const text = readFileSync(file, "utf8");
  return { lines: text.trimEnd().split("\n").slice(offset), bytes: text.length };
}
// #endregion

console.log("\nA poll that reads the whole file, to find one new line of 18 bytes:");
for (const count of [10, 1_000, 100_000]) {
  const file = join(folder, "long.log");
  writeFileSync(file, '{"value":"order"}\n'.repeat(count));
  const { lines, bytes } = pollWholeFile(file, count - 1);
  const read = bytes.toLocaleString("en");
  console.log(
    `  of ${count.toLocaleString("en")}: ${lines.length} new, ${read} bytes read`,
  );
}

console.log("\nCharacters counted where the file has bytes:");
const drinks = join(folder, "drinks.log");
writeFileSync(drinks, '"чай"\n"кава"\n');
// #region characters
const [firstLine = ""] = readFileSync(drinks, "utf8").split("\n");
const position = firstLine.length + 1;
const secondLine = readFileSync(drinks).subarray(position).toString().split("\n")[0];
// #endregion
console.log(
  `  the second line begins at byte ${position}, it seems, and reads ${secondLine}`,
);

console.log("\nThe next record goes onto the half line that a crash left:");
const torn = join(folder, "torn.log");
appendFileSync(torn, '{"offset":0,"value":"tea"}\n{"offset":1,"val');
appendFileSync(torn, '{"offset":1,"value":"cake"}\n');
for (const line of readFileSync(torn, "utf8").trimEnd().split("\n")) {
  try {
    console.log(`  read: ${JSON.parse(line).value}`);
  } catch {
    console.log(`  lost: ${line}`);
  }
}

console.log(
  "\nAn offset that is written into its file, and a crash in the middle of it:",
);
const offset = join(folder, "billing.json");
writeFileSync(offset, '{"offset":4711}');
// writeFileSync first empties the file. This is what is there if the process dies then.
truncateSync(offset, 0);
console.log(`  ${statSync(offset).size} bytes are left of offset 4711`);

// #region more-partitions
function partitionOf(key: string, partitions: number): number {
  return createHash("md5").update(key).digest().readUInt32BE(0) % partitions;
}
// #endregion

console.log("\nA topic of three partitions is given a fourth:");
const customers = Array.from({ length: 1_000 }, (_, number) => `customer-${number}`);
const moved = customers.filter((key) => partitionOf(key, 3) !== partitionOf(key, 4));
console.log(`  ${moved.length} of 1,000 customers now have orders in two partitions`);
