// A worker of `npm run shop scale`: takes 5 ms for each event, and says when it is done.
import { setTimeout } from "node:timers/promises";
import { type Engine, loadStream } from "./engines.ts";

const [engine, url = "", name = "", member = ""] = process.argv.slice(2);
process.once("disconnect", () => process.exit());

const { openStream } = await loadStream(engine as Engine);
const stream = await openStream({ url, name });
await stream.follow("workers", member, async ({ id }) => {
  await setTimeout(5);
  process.send?.(id, () => {});
});
process.send?.("ready");
