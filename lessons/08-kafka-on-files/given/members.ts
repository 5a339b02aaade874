import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { ConsumerOptions } from "./options.ts";

/** Who reads a topic together, at this moment. */
export interface Roll {
  /** The names of all living members, sorted, one's own among them. */
  ids: string[];
  /** Whether somebody has come or gone since the last look. */
  changed: boolean;
}

/** What was found at a look at the folder, and when that was. */
interface Look {
  generation: string;
  ids: string[];
  time: number;
}

/**
 * The members of one group, each a small file beside the logs, touched whenever it polls:
 * `billing@orders@worker-1.member`. In Kafka a broker, the group coordinator, keeps this list.
 *
 * Whoever comes or goes writes a new random string into `billing@orders.group`, the generation.
 * Without it, a member that looks away while another one comes and goes would not notice that
 * its partition was read by somebody else.
 */
export class Members {
  readonly #folder: string;
  readonly #group: string;
  readonly #id: string;
  readonly #clock: () => number;
  readonly #timeout: number;
  /** What was found at the last look, by topic. */
  readonly #looks = new Map<string, Look>();

  constructor(options: ConsumerOptions, id: string) {
    const { folder, group, clock = Date.now, sessionTimeout = 10_000 } = options;
    this.#folder = folder;
    this.#group = group;
    this.#id = id;
    this.#clock = clock;
    this.#timeout = sessionTimeout;
  }

  /** Becomes a member of those who read a topic. */
  join(topic: string): void {
    writeFileSync(this.#file(topic, this.#id), "");
    this.#touch(topic);
    this.#newGeneration(topic);
    this.#look(topic);
  }

  /** Gives a sign of life now and then, strikes off the dead, and says who is there. */
  beat(topic: string): Roll {
    const before = this.#looks.get(topic);
    const quiet =
      before !== undefined &&
      before.generation === this.#generation(topic) &&
      this.#clock() - before.time < this.#timeout / 4;
    if (quiet) return { ids: before.ids, changed: false };
    if (!this.#touch(topic)) this.join(topic);
    const { generation, ids } = this.#look(topic);
    return { ids, changed: generation !== before?.generation };
  }

  /** Is a member no longer. */
  leave(topic: string): void {
    this.#strikeOff(topic, this.#id);
    this.#looks.delete(topic);
  }

  #look(topic: string): Look {
    const before = `${this.#group}@${topic}@`;
    const ids: string[] = [];
    for (const name of readdirSync(this.#folder).sort()) {
      if (!name.startsWith(before) || !name.endsWith(".member")) continue;
      const id = name.slice(before.length, -".member".length);
      if (this.#isAlive(topic, id)) ids.push(id);
      else this.#strikeOff(topic, id);
    }
    const look = {
      generation: this.#generation(topic),
      ids: ids.sort(),
      time: this.#clock(),
    };
    this.#looks.set(topic, look);
    return look;
  }

  #isAlive(topic: string, id: string): boolean {
    const seen = statSync(this.#file(topic, id), { throwIfNoEntry: false })?.mtimeMs;
    return seen !== undefined && this.#clock() - seen <= this.#timeout;
  }

  #strikeOff(topic: string, id: string): void {
    rmSync(this.#file(topic, id), { force: true });
    this.#newGeneration(topic);
  }

  /** Sets the time of one's own file; false if somebody has struck it off. */
  #touch(topic: string): boolean {
    const now = new Date(this.#clock());
    try {
      utimesSync(this.#file(topic, this.#id), now, now);
      return true;
    } catch {
      return false;
    }
  }

  #generation(topic: string): string {
    const file = this.#file(topic);
    // Somebody may have tidied up: then it is made anew when the next one comes or goes.
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  #newGeneration(topic: string): void {
    writeFileSync(this.#file(topic), crypto.randomUUID());
  }

  /** The file of a member, or without one that of the generation. */
  #file(topic: string, id?: string): string {
    const group = `${this.#group}@${topic}`;
    return join(
      this.#folder,
      id === undefined ? `${group}.group` : `${group}@${id}.member`,
    );
  }
}
