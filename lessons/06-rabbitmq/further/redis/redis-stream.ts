import { createClient } from "redis";
import type { BusEvent } from "../../../../shared/bus/contract.ts";
import type {
  EventStream,
  Handle,
  StreamPlace,
} from "../../../../shared/bus/event-stream.ts";

type Client = Awaited<ReturnType<typeof connect>>;
interface Entry {
  id: string;
  message: Record<string, string>;
}

/** How long an event may be in one member's hands before another one takes it over, in ms. */
const CLAIM_AFTER = 1_000;

/** A stream of events. Those that nobody could handle are in a second one, `….dead`. */
export async function openStream(place: StreamPlace): Promise<EventStream> {
  return new RedisStream(place, await connect(place));
}

export async function removeStream(place: StreamPlace): Promise<void> {
  const client = await connect(place);
  await client.del([place.name, deadOf(place)]);
  await client.close();
}

class RedisStream implements EventStream {
  readonly #place: StreamPlace;
  readonly #name: string;
  readonly #client: Client;
  /** A client that waits for news can do nothing else meanwhile. */
  readonly #readers: Client[] = [];
  #closing = false;
  readonly #inHand = new Set<Promise<void>>();

  constructor(place: StreamPlace, client: Client) {
    this.#place = place;
    this.#name = place.name;
    this.#client = client;
  }

  /** A stream has one order for all its events: it needs no key. */
  async append(event: BusEvent): Promise<void> {
    await this.#client.xAdd(this.#name, "*", { event: JSON.stringify(event) });
  }

  async bury(event: BusEvent, reason: string): Promise<void> {
    const entry = { event: JSON.stringify(event), reason };
    await this.#client.xAdd(deadOf(this.#place), "*", entry);
  }

  async follow(group: string, member: string, handle: Handle): Promise<void> {
    await this.#makeGroup(group);
    const reader = await this.#newReader();
    const [stream, few] = [{ key: this.#name, id: ">" }, { COUNT: 10 }];
    const next = async () => {
      const who = [this.#name, group, member] as const;
      // First what somebody took and never acknowledged: whoever it was may be dead.
      const claimed = await reader.xAutoClaim(...who, CLAIM_AFTER, "0-0", few);
      const entries = claimed.messages.filter((entry) => entry !== null);
      if (entries.length > 0) return entries;
      const options = { ...few, BLOCK: CLAIM_AFTER };
      return entriesIn(await reader.xReadGroup(group, member, stream, options));
    };
    this.#read(next, async ({ id, message }) => {
      await handle(JSON.parse(message.event ?? ""));
      await this.#client.xAck(this.#name, group, id);
    });
  }

  async replay(handle: Handle): Promise<void> {
    const reader = await this.#newReader();
    let id = "0";
    const after = async (wait: object) =>
      entriesIn(await reader.xRead({ key: this.#name, id }, { COUNT: 1_000, ...wait }));
    const take = async (entry: Entry) => {
      await handle(JSON.parse(entry.message.event ?? ""));
      id = entry.id;
    };
    for (let past = await after({}); past.length > 0; past = await after({})) {
      for (const entry of past) await take(entry);
    }
    this.#read(() => after({ BLOCK: CLAIM_AFTER }), take);
  }

  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all(this.#inHand);
    for (const reader of this.#readers) reader.destroy();
    await this.#client.close();
  }

  async #makeGroup(group: string): Promise<void> {
    try {
      await this.#client.xGroupCreate(this.#name, group, "0", { MKSTREAM: true });
    } catch (error) {
      if (!String(error).includes("BUSYGROUP")) throw error;
    }
  }

  async #newReader(): Promise<Client> {
    const reader = await connect(this.#place);
    this.#readers.push(reader);
    return reader;
  }

  async #read(
    next: () => Promise<Entry[]>,
    handle: (entry: Entry) => Promise<void>,
  ): Promise<void> {
    while (!this.#closing) {
      const entries = await next().catch(() => []);
      for (const entry of entries) {
        // What could not be acknowledged is claimed later.
        if (!this.#closing) await this.#keep(handle(entry)).catch(() => {});
      }
    }
  }

  async #keep(work: Promise<void>): Promise<void> {
    const inHand = work.finally(() => this.#inHand.delete(inHand));
    this.#inHand.add(inHand);
    await inHand;
  }
}

async function connect({ url }: Pick<StreamPlace, "url">) {
  const client = createClient({ url });
  // It connects again by itself, and what was asked for meanwhile waits.
  client.on("error", () => {});
  return client.connect();
}

function entriesIn(reply: { messages: Entry[] }[] | null): Entry[] {
  return reply?.[0]?.messages ?? [];
}

function deadOf({ name }: StreamPlace): string {
  return `${name}.dead`;
}
