import { type ChildProcess, type ForkOptions, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Figures } from "#shop/analytics-service.ts";
import type { Message, Surroundings } from "./shop.ts";

/** A service that can have a process to itself. */
export type Service = "notifications" | "analytics";

/** What a process of a service is told. */
export type Told = "figures" | "close";

/** What it has to say. */
export type Said =
  | { type: "ready"; url?: string }
  | { type: "sent"; message: Message; pid: number }
  | { type: "given up"; reason: string }
  | { type: "failed"; reason: string }
  | { type: "figures"; figures: Figures };

/** What goes to another process: everything but functions. */
export type PlainSurroundings = Omit<Surroundings, "onSent" | "onGivenUp">;

/** Starts a file of this folder in a process of its own. */
export function forkProgram(
  { programs }: Pick<Surroundings, "programs">,
  file: string,
  words: string[],
  options: ForkOptions = {},
): ChildProcess {
  if (programs === undefined)
    return fork(join(import.meta.dirname, file), words, options);
  const plain = join(programs, file.replace(/ts$/, "mjs"));
  return fork(plain, words, { ...options, execArgv: [] });
}

export function isAlive({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

/** One or more services of the shop in a process of their own, which ends with this one. */
export class ServiceProcess {
  readonly #child: ChildProcess;
  /** Where it listens, if it does. */
  readonly url: string | undefined;

  private constructor(child: ChildProcess, url: string | undefined) {
    this.#child = child;
    this.url = url;
  }

  /**
   * Resolves when the services listen.
   *
   * @param file what runs there, beside this file: `transports/rabbitmq-service.ts`
   * @param service which one it is, if there are several
   */
  static async start(
    file: string,
    around: Surroundings,
    service?: Service,
  ): Promise<ServiceProcess> {
    const { onSent, onGivenUp } = around;
    const setup = JSON.stringify({ ...around, service });
    const child = forkProgram(around, file, [setup]);
    child.on("message", (said: Said) => {
      if (said.type === "sent") onSent(said.message, said.pid);
      if (said.type === "given up") onGivenUp(said.reason);
    });
    const { url } = await answer(child, "ready");
    return new ServiceProcess(child, url);
  }

  async figures(): Promise<Figures> {
    const answered = answer(this.#child, "figures");
    this.#tell("figures");
    return (await answered).figures;
  }

  /** Resolves when it has finished what it has in hand, and has ended. */
  async close(): Promise<void> {
    if (!isAlive(this.#child)) return;
    // On Windows, "exit" may come before the last messages; "close" never does.
    const ended = once(this.#child, "close");
    this.#tell("close");
    await ended;
  }

  #tell(told: Told): void {
    if (this.#child.connected) this.#child.send(told);
  }
}

/** The next word of a kind; rejects if the process says that it failed, or has ended. */
function answer<Type extends Said["type"]>(
  child: ChildProcess,
  type: Type,
): Promise<Extract<Said, { type: Type }>> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      child.off("message", hear);
      child.off("close", miss);
      act();
    };
    const hear = (said: Said) => {
      if (said.type === "failed") settle(() => reject(new Error(said.reason)));
      if (said.type !== type) return;
      settle(() => resolve(said as Extract<Said, { type: Type }>));
    };
    const miss = () =>
      settle(() => reject(new Error(`A service of the shop ended without its ${type}.`)));
    child.on("message", hear);
    child.on("close", miss);
    if (!child.connected) miss();
  });
}
