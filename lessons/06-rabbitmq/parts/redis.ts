/** The producer and the workers, on Redis. */
import kleur from "kleur";
import { NoBrokerError } from "#broker/find-server";
import { playOnRedis } from "../further/redis.ts";

try {
  await playOnRedis(
    (who, what) => console.log(`  ${kleur.cyan(who.padEnd(18))} ${what}`),
    (title) => console.log(`\n${kleur.bold(title)}`),
    { docker: true, say: console.log },
  );
} catch (error) {
  if (!(error instanceof NoBrokerError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
