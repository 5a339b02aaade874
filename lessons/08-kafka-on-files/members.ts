import {
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Clock } from "#bus/contract";

/** What the members of a group have to know of each other. */
export interface MembersOptions {
  folder: string;
  group: string;
  /** The name of this member, unlike every other's. */
  id: string;
  clock: Clock;
  /** A member that has not been heard of for so long counts as dead; in ms. */
  timeout: number;
}

/** Who reads a topic together, at this moment. */
export interface Roll {
  /** The names of all living members, sorted, one's own among them. */
  ids: string[];
  /** Whether somebody has come or gone since the last look. */
  changed: boolean;
}

interface Look {
  generation: string;
  ids: string[];
  time: number;
}

/**
 * The members of one group, each a small file beside the logs, touched at every sign of life:
 * `billing@orders@worker-1.member`. In Kafka a broker, the group coordinator, keeps this list.
 *
 * Whoever comes or goes writes a new random text into `billing@orders.group`, the generation.
 * Without it, a member that looks away while another one comes and goes would not notice that
 * its partition was read by somebody else.
 */
export class Members {
  readonly #options: MembersOptions;
  /** What was found at the last look, by topic. */
  readonly #looks = new Map<string, Look>();

  constructor(options: MembersOptions) {
    this.#options = options;
  }

  /** Becomes a member of those who read a topic. */
  join(topic: string): void {
    writeFileSync(this.#file(topic, this.#options.id), "");
    this.#touch(topic);
    this.#newGeneration(topic);
    this.#look(topic);
  }

  /** Gives a sign of life now and then, strikes off the dead, and says who is there. */
  beat(topic: string): Roll {
    const { clock, timeout } = this.#options;
    const before = this.#looks.get(topic);
    const quiet =
      before !== undefined &&
      before.generation === this.#generation(topic) &&
      clock() - before.time < timeout / 4;
    if (quiet) return { ids: before.ids, changed: false };
    if (!this.#touch(topic)) this.join(topic);
    const { generation, ids } = this.#look(topic);
    return { ids, changed: generation !== before?.generation };
  }

  /** Is a member no longer. */
  leave(topic: string): void {
    this.#strikeOff(topic, this.#options.id);
    this.#looks.delete(topic);
  }

  #look(topic: string): Look {
    const ids: string[] = [];
    for (const id of this.#listed(topic)) {
      if (this.#isAlive(topic, id)) ids.push(id);
      else this.#strikeOff(topic, id);
    }
    const generation = this.#generation(topic);
    const look = { generation, ids: ids.sort(), time: this.#options.clock() };
    this.#looks.set(topic, look);
    return look;
  }

  #strikeOff(topic: string, id: string): void {
    rmSync(this.#file(topic, id), { force: true });
    this.#newGeneration(topic);
  }

  #listed(topic: string): string[] {
    const { folder, group } = this.#options;
    const before = `${group}@${topic}@`;
    return readdirSync(folder)
      .filter((name) => name.startsWith(before) && name.endsWith(".member"))
      .map((name) => name.slice(before.length, -".member".length));
  }

  #isAlive(topic: string, id: string): boolean {
    const { clock, timeout } = this.#options;
    const seen = statSync(this.#file(topic, id), { throwIfNoEntry: false })?.mtimeMs;
    return seen !== undefined && clock() - seen <= timeout;
  }

  /** Sets the time of one's own file; false if somebody has struck it off. */
  #touch(topic: string): boolean {
    const now = new Date(this.#options.clock());
    try {
      utimesSync(this.#file(topic, this.#options.id), now, now);
      return true;
    } catch {
      return false;
    }
  }

  #generation(topic: string): string {
    return readFileSync(this.#generationFile(topic), "utf8");
  }

  #newGeneration(topic: string): void {
    writeFileSync(this.#generationFile(topic), crypto.randomUUID());
  }

  #file(topic: string, id: string): string {
    return join(this.#options.folder, `${this.#options.group}@${topic}@${id}.member`);
  }

  #generationFile(topic: string): string {
    return join(this.#options.folder, `${this.#options.group}@${topic}.group`);
  }
}
