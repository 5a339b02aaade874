/** Emails each user who has registered. */
import kleur from "kleur";
import type { BusEvent } from "#bus/contract";
import { deduplicate } from "../further/deduplicate.ts";
import { Retries } from "../further/retries.ts";
import { runPart, say } from "../part.ts";
import type { Registration } from "../registration.ts";

const queue = "email-worker";

/** Stands for a mail server: it takes a moment, and knows no address without an @. */
async function sendWelcomeEmail({ email }: Registration): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 200));
  if (!email.includes("@")) throw new Error(`no such address: ${email}`);
  say(`${kleur.cyan("email")}  welcome, ${email}`);
}

// #region worker
const retries = new Retries({
  queue,
  delays: [1_000, 5_000],
  onRetry: ({ reason }, delay) => say(kleur.yellow(`${reason}; again in ${delay} ms`)),
  onDead: ({ reason }) => say(kleur.red(`${reason}; given up, see ${queue}.dead`)),
});
const work = deduplicate((event: BusEvent) =>
  sendWelcomeEmail(event.data as Registration),
);

await runPart(queue, async (broker) => {
  await broker.keep({ restore: (connection) => retries.open(connection) });
  const consumer = await broker.openConsumer(
    { exchange: "shop.events", queue, patterns: ["user.registered"], prefetch: 5 },
    retries.around(work),
  );
  return () => consumer.close();
});
// #endregion
