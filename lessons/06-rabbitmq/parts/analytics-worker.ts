/** Counts the users who have registered. */
import kleur from "kleur";
import { deduplicate } from "../further/deduplicate.ts";
import { runPart, say } from "../part.ts";

let registrations = 0;

const count = deduplicate(() => {
  registrations += 1;
  say(`${kleur.magenta("analytics")}  ${registrations} registered since I was started`);
});

await runPart("analytics-worker", async (broker) => {
  const queue = "analytics-worker";
  const consumer = await broker.openConsumer(
    { exchange: "shop.events", queue, patterns: ["user.*"] },
    count,
  );
  return () => consumer.close();
});
