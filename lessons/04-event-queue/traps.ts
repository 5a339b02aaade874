/** The ways in which a first queue or worker goes wrong, each shown going wrong. */
import { SimulatedTime } from "./given/simulated-time.ts";

console.log("A loop that awaits its handler, and ends with the first one that fails:");
// #region loop
async function workThrough(jobs: string[], handle: (job: string) => Promise<void>) {
  for (const job of jobs) await handle(job);
}
// #endregion
await workThrough(["Ann", "Bob", "Cem"], async (name) => {
  if (name === "Bob") throw new Error("mail server busy");
  console.log(`  email to ${name}`);
}).catch((error: Error) => console.log(`  ${error.message}; Cem never hears from us`));

console.log("\nA retry of the whole event, where one of two listeners failed:");
const listeners = [
  () => console.log("  email-sender: sent"),
  (attempt: number) => {
    if (attempt === 1) throw new Error("database locked");
    console.log("  analytics: counted");
  },
];
// #region whole-event
function deliverUntilDone(attempt = 1): void {
  try {
    for (const listener of listeners) listener(attempt);
  } catch {
    deliverUntilDone(attempt + 1);
  }
}
// #endregion
deliverUntilDone();

console.log("\nFive attempts at once, while the server is down for one second:");
const time = new SimulatedTime();
// #region at-once
async function tryFiveTimes(send: () => Promise<void>): Promise<string> {
  for (let attempt = 1; attempt <= 5; attempt++) {
    try {
      await send();
      return `sent at attempt ${attempt}`;
    } catch {
      // Try again.
    }
  }
  return `given up after 5 attempts and ${time.now()} ms`;
}
// #endregion
const outcome = tryFiveTimes(async () => {
  if (time.now() < 1_000) throw new Error("down");
});
await time.pass(2_000);
console.log(`  ${await outcome}`);

console.log("\nA time limit of one second, and a mail server that needs one and a half:");
async function send(attempt: number): Promise<void> {
  await time.wait(1_500);
  console.log(`  attempt ${attempt}: the customer gets an email`);
}
// #region too-late
async function sendWithLimit(attempt = 1): Promise<void> {
  const limit = time.wait(1_000).then(() => "too late" as const);
  const result = await Promise.race([send(attempt), limit]);
  if (result === "too late" && attempt < 2) await sendWithLimit(attempt + 1);
}
// #endregion
await time.passUntil(sendWithLimit());
await time.pass(2_000);

console.log("\nA queue made of an array and shift, with ten times as many items:");
// #region shift
function drain(count: number): number {
  const items = Array.from({ length: count }, (_, index) => index);
  const begin = process.cpuUsage().user;
  while (items.length > 0) items.shift();
  return (process.cpuUsage().user - begin) / count;
}
// #endregion
const few = Math.min(drain(10_000), drain(10_000), drain(10_000));
const many = drain(100_000);
console.log(`  each shift takes more than three times as long: ${many > 3 * few}`);
