// npm run shop [transport | compare | scale]: the shop of lesson 3 on every bus of the course.
import { join } from "node:path";
import { closest } from "fastest-levenshtein";
import kleur from "kleur";
import { play } from "../workbook/checks/play.ts";
import { endWithChildren } from "../workbook/checks/processes.ts";
import { conditionsOf, ownPieces } from "../workbook/checks/progress.ts";
import { failureStatus, say, sayRule, wrap } from "../workbook/screens/terminal.ts";
import { Waiting } from "../workbook/screens/waiting.ts";
import { asksForHelp, beforeComment } from "../workbook/words.ts";
import { tellRefusals } from "../workbook/work/refusal.ts";
import { transports } from "./transports.ts";

endWithChildren();
tellRefusals();
process.exitCode = await main(beforeComment(process.argv.slice(2)));

async function main([word, ...more]: string[]): Promise<number> {
  if (word === undefined || asksForHelp(word)) return overview();
  if (word === "compare" && more.length === 0) {
    return (await import("./compare.ts")).compare();
  }
  if (word === "scale" && more.length === 0) return (await import("./scale.ts")).scale();
  const transport = transports.find(({ name }) => name === word);
  if (transport && more.length === 0) return playOn(transport.name, transport.about);
  const words = [...transports.map(({ name }) => name), "compare", "scale"];
  const typed = [word, ...more].join(" ");
  process.stderr.write(
    `There is no shop "${typed}". Did you mean: npm run shop ${closest(word, words)}\n`,
  );
  return failureStatus();
}

function overview(): number {
  say(kleur.bold("One shop, every transport"));
  say();
  say(
    wrap(
      "The shop of lesson 3, its files untouched, runs on everything that this course has built. Each plays the same day, a restart and a kill -9.",
    ),
  );
  say();
  for (const { name, about } of transports) {
    say(`  ${`npm run shop ${name}`.padEnd(24)} ${kleur.dim(about)}`);
  }
  say(
    `  ${"npm run shop compare".padEnd(24)} ${kleur.dim("measures them all, for some minutes")}`,
  );
  say(
    `  ${"npm run shop scale".padEnd(24)} ${kleur.dim("1, 2 and 4 workers on RabbitMQ, Redis and Kafka")}`,
  );
  return 0;
}

async function playOn(name: string, about: string): Promise<number> {
  say(`${kleur.bold("One shop")} on ${about}`);
  const waiting = new Waiting("Looking at how far you are");
  const own = await ownPieces(Number.POSITIVE_INFINITY);
  waiting.over();
  const numbers = own.map(({ number }) => number).join(", ");
  if (numbers) say(kleur.green(`With your own code of lessons ${numbers}.`));
  sayRule();
  const { status } = await play(
    join(import.meta.dirname, "story.ts"),
    conditionsOf(own),
    [name],
  );
  if (status === 0) say(kleur.dim("\nAll of them side by side: npm run shop compare"));
  return status === 0 ? 0 : failureStatus();
}
