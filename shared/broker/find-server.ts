import { spawn } from "node:child_process";
import { once } from "node:events";
import type { PrivateNode } from "./private-process.ts";

/** A server to work with, and where it came from. */
export interface FoundBroker {
  url: string;
  /** Such as `the one at 127.0.0.1:5672`. */
  origin: string;
  /** Stops it, if it was started for us and is nobody else's. */
  stop(): Promise<void>;
}

export interface SearchOptions {
  /** Whether a private one may be started, which no other process knows of. Default: true. */
  own?: boolean;
  /** Whether `docker compose up` may be tried, which may download an image. Default: false. */
  docker?: boolean;
  /** Is told what takes a while. */
  say?: (line: string) => void;
}

/** There is no such server. The message says so in one sentence, with the ways to get one. */
export class NoBrokerError extends Error {
  override readonly name = "NoBrokerError";
}

/** A kind of server that the workbook can look for and start. */
export interface ServerKind {
  /** Such as `RabbitMQ`. */
  title: string;
  /** The environment's variable that names one. */
  variable: string;
  /** Where one is by default. */
  local: { url: string; place: string };
  /** Why none answers there; undefined where one does. */
  problemAt(url: string): Promise<string | undefined>;
  /** What of a URL may be printed; throws a sentence if it is not one. */
  placeOf(url: string): string;
  /** Starts a private one; undefined where none is installed. */
  findPrivate(): (() => Promise<PrivateNode>) | undefined;
  /** About how many seconds that takes. */
  seconds: number;
  /** Its service in docker-compose.yml, with the profile's option. */
  compose: string[];
  /** How to install one on macOS, on Windows, and elsewhere. */
  install: Record<"darwin" | "win32" | "other", string>;
}

/**
 * Looks for a server: the one that the variable names, else the usual one on this machine, else a
 * private one from what is installed, else Docker. Nothing is installed.
 *
 * @throws NoBrokerError if there is none of these
 */
export async function findServerOf(
  kind: ServerKind,
  { own = true, docker = false, say = () => {} }: SearchOptions = {},
): Promise<FoundBroker> {
  const { title, local } = kind;
  const wish = process.env[kind.variable];
  if (wish) return named(kind, wish);
  if ((await kind.problemAt(local.url)) === undefined) {
    return running(local.url, `the one at ${local.place}`);
  }
  const startPrivate = own ? kind.findPrivate() : undefined;
  if (startPrivate) {
    say(
      `No ${title} is running; starting a private one (about ${kind.seconds} seconds) …`,
    );
    const node = await startPrivate();
    const stop = () => node.stop();
    return { url: node.url, origin: "a private one, stopped at the end", stop };
  }
  if (docker && (await composeUp(kind, say))) {
    return running(local.url, 'a container; "docker compose down" stops it');
  }
  throw new NoBrokerError(
    `No ${title} is running here. To get one: ${waysToGet(kind).join("; or ")}.`,
  );
}

/** How to get such a server on this operating system, each way as a phrase. */
export function waysToGet(
  { install, compose, variable }: ServerKind,
  platform: NodeJS.Platform = process.platform,
): string[] {
  return [
    platform === "darwin" || platform === "win32" ? install[platform] : install.other,
    `start Docker and run \`docker ${upWords(compose).join(" ")}\``,
    `set ${variable} to one that runs elsewhere`,
  ];
}

async function named(kind: ServerKind, url: string): Promise<FoundBroker> {
  const { title, variable } = kind;
  let place: string;
  try {
    place = kind.placeOf(url);
  } catch (error) {
    throw new NoBrokerError(`${variable} is not usable. ${(error as Error).message}`);
  }
  const problem = await kind.problemAt(url);
  if (problem === undefined) return running(url, `the one in ${variable}, at ${place}`);
  throw new NoBrokerError(
    `${variable} names a ${title} at ${place}, but ${problem}: start it, or unset ${variable}.`,
  );
}

function running(url: string, origin: string): FoundBroker {
  return { url, origin, stop: async () => {} };
}

function upWords(compose: string[]): string[] {
  const service = compose.at(-1) ?? "";
  return ["compose", ...compose.slice(0, -1), "up", "--detach", "--wait", service];
}

async function composeUp(
  { title, compose, local, problemAt }: ServerKind,
  say: (line: string) => void,
): Promise<boolean> {
  if (!(await succeeds("docker", ["compose", "version"], "ignore"))) return false;
  say(`No ${title} is running; starting one with docker compose …`);
  return (
    (await succeeds("docker", upWords(compose), "inherit")) &&
    (await problemAt(local.url)) === undefined
  );
}

async function succeeds(
  program: string,
  args: string[],
  stdio: "ignore" | "inherit",
): Promise<boolean> {
  try {
    const [status] = await once(spawn(program, args, { stdio }), "exit");
    return status === 0;
  } catch {
    return false;
  }
}
