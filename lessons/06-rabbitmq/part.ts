import kleur from "kleur";
import {
  type FoundBroker,
  findBroker,
  NoBrokerError,
  type SearchOptions,
} from "#broker/find-broker";
import { findServer } from "#broker/private-node";
import { ReconnectingBroker } from "./further/reconnecting-broker.ts";

/** One line of what a part has to tell. */
export function say(text: string): void {
  const time = new Date().toISOString().slice(11, 19);
  console.log(`${kleur.dim(time)}  ${text}`);
}

/**
 * What the parts of this lesson have in common: finds the broker, runs `start` on a connection that
 * comes back by itself, and on Ctrl-C or SIGTERM calls what `start` returned, to finish what is in
 * hand.
 */
export async function runPart(
  name: string,
  start: (broker: ReconnectingBroker) => Promise<() => Promise<void>>,
): Promise<void> {
  const url = await findUrl();
  const broker = new ReconnectingBroker(url, {
    onConnected: () => say(kleur.green("connected")),
    onWaiting: (reason, delay) =>
      say(
        kleur.yellow(`no broker (${reason.message}); again in ${Math.round(delay)} ms`),
      ),
  });
  const stop = await start(broker);
  say(`${kleur.bold(name)} is ready. Ctrl-C ends it.`);
  onShutdown(async () => {
    say("finishing what is in hand …");
    await stop();
    await broker.close();
    say("done");
  });
}

/** Calls `stop` once, at SIGINT or SIGTERM; a second signal does not wait for it. */
export function onShutdown(stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      stop().then(
        () => process.exit(0),
        (error) => {
          console.error(error);
          process.exit(1);
        },
      );
    });
  }
}

async function findUrl(): Promise<string> {
  const own =
    !process.env.AMQP_URL && findServer()
      ? " Or start one for as long as you need it, in another terminal: npm run lesson 6 broker"
      : "";
  return (await someBroker({ own: false }, own)).url;
}

/** The broker; where there is none, the process ends with how to get one, and `more`. */
export async function someBroker(
  options: SearchOptions = {},
  more = "",
): Promise<FoundBroker> {
  try {
    return await findBroker({ docker: true, say, ...options });
  } catch (error) {
    if (!(error instanceof NoBrokerError)) throw error;
    console.error(error.message + more);
    process.exit(1);
  }
}
