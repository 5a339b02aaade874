import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { createServer, Socket } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** A server of our own: own ports, own temporary folder, gone when this process is. */
export interface PrivateNode {
  readonly url: string;
  /** Ends the server at once, as a power cut would: kill -9. */
  kill(): Promise<void>;
  /** Starts the server again, on the same port and with what it had written to disk. */
  start(): Promise<void>;
  /** Stops the server and removes its folder. */
  stop(): Promise<void>;
}

/** How one kind of server is run. */
export interface ServerProgram {
  url: string;
  start(): ChildProcess;
  /** Why it does not answer yet; undefined when it does. */
  problem(): Promise<string | undefined>;
  /** Another process that it needs, for as long as it is wanted. */
  companion?: ChildProcess;
}

/** How long a server may take to start, in ms. */
const startLimit = 60_000;

/**
 * Runs a server in a temporary folder. It does not keep this process alive.
 *
 * @param title such as `RabbitMQ`
 */
export async function runPrivately(
  title: string,
  prepare: (folder: string) => Promise<ServerProgram> | ServerProgram,
): Promise<PrivateNode> {
  const folder = mkdtempSync(join(tmpdir(), `eda-${title.toLowerCase()}-`));
  const caretaker = hireCaretaker(folder);
  let node: ChildProcess | undefined;
  let program: ServerProgram | undefined;
  const watch = (child: ChildProcess) => {
    child.unref();
    caretaker.watch(child);
    return child;
  };
  const start = async ({ start, problem }: ServerProgram) => {
    node = watch(start());
    const deadline = Date.now() + startLimit;
    while (await problem()) {
      if (hasEnded(node) || Date.now() > deadline) {
        throw new Error(`The private ${title} did not start.`);
      }
      await delay(100);
    }
  };
  const stop = async () => {
    await end(node, "SIGTERM");
    await end(program?.companion, "SIGTERM");
    await caretaker.dismiss();
  };
  try {
    const prepared = await prepare(folder);
    program = prepared;
    if (prepared.companion) watch(prepared.companion);
    await start(prepared);
    return {
      url: prepared.url,
      start: () => start(prepared),
      kill: () => end(node, "SIGKILL"),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A program that can be run, in one of these folders or on the PATH. */
export function findProgram(name: string, places: string[] = []): string | undefined {
  const names = process.platform === "win32" ? [`${name}.exe`, `${name}.bat`] : [name];
  return [...places, ...(process.env.PATH ?? "").split(delimiter)]
    .flatMap((folder) => names.map((file) => join(folder, file)))
    .find(isProgram);
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address && typeof address === "object") ports.push(address.port);
  }
  for (const server of servers) server.close();
  return ports;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function end(
  child: ChildProcess | undefined,
  signal: NodeJS.Signals,
): Promise<void> {
  if (!child || hasEnded(child)) return;
  child.ref();
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

interface Caretaker {
  watch(child: ChildProcess): void;
  dismiss(): Promise<void>;
}

/**
 * A shell that waits until this process is gone, however it ends, and then ends what is left and
 * removes the folder. It is told each process id as a line, and notices our end by its input's.
 */
function hireCaretaker(folder: string): Caretaker {
  const script = `
    pids=
    while read -r pid; do
      if [ "$pid" = done ]; then pids=; else pids="$pids $pid"; fi
    done
    [ -z "$pids" ] || kill -9 $pids 2>/dev/null
    rm -rf "$0"`;
  const shell = spawn("sh", ["-c", script, folder], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  shell.unref();
  const input = shell.stdin;
  if (input instanceof Socket) input.unref();
  return {
    watch: (child) => {
      input.write(`${child.pid}\n`);
    },
    async dismiss() {
      shell.ref();
      const exited = once(shell, "exit");
      input.end("done\n");
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
