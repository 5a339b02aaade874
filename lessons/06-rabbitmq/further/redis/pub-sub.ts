import { createClient } from "redis";

/** Tells who did what. */
export type Say = (who: string, what: string) => void;

/** Pub/sub: Redis hands a message to whoever listens at this moment, and keeps nothing. */
export async function pubSub(url: string, channel: string, say: Say): Promise<void> {
  const desk = new Desk(say);
  // #region pub-sub
  const producer = await createClient({ url }).connect();
  const register = async (email: string) => {
    const listeners = await producer.publish(channel, email);
    await desk.allHave(listeners);
  };
  const startWorker = async (name: string) => {
    const worker = await producer.duplicate().connect();
    await worker.subscribe(channel, (email) => desk.hears(name, email));
    return worker;
  };
  const emails = await startWorker("email-worker");
  const analytics = await startWorker("analytics-worker");
  await register("ann@example.com");

  await analytics.close();
  await register("bo@example.com");

  const again = await startWorker("analytics-worker");
  await register("cy@example.com");
  // #endregion
  for (const client of [emails, again, producer]) await client.close();
}

/** Sees who hears what; two workers hear a message in any order, and are told in one. */
class Desk {
  readonly #say: Say;
  #heard: [name: string, email: string][] = [];
  #look = () => {};

  constructor(say: Say) {
    this.#say = say;
  }

  hears(name: string, email: string): void {
    this.#heard.push([name, email]);
    this.#look();
  }

  /** Resolves when this number of workers has heard the message. */
  async allHave(listeners: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#look = () => this.#heard.length >= listeners && resolve();
      this.#look();
    });
    for (const [name, email] of this.#heard.sort()) this.#say(name, email);
    this.#heard = [];
  }
}
