import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, Socket } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { answers } from "./probe.ts";

/** A RabbitMQ of our own: own ports, own temporary folder, gone when this process is. */
export interface PrivateNode {
  readonly url: string;
  /** Ends the server at once, as a power cut would: kill -9. */
  kill(): Promise<void>;
  /** Starts the server again, on the same port and with what it had written to disk. */
  start(): Promise<void>;
  /** Stops the server and removes its folder. */
  stop(): Promise<void>;
}

/** Where server programs are when they are installed but not on the PATH. */
const usualPlaces = [
  "/usr/lib/rabbitmq/bin",
  "/opt/homebrew/opt/rabbitmq/sbin",
  "/usr/local/opt/rabbitmq/sbin",
  "/usr/local/sbin",
];

/** How long a server may take to start, in ms. */
const startLimit = 60_000;

/** The server's script; undefined where none is installed, and on Windows, where we start none. */
export function findServer(): string | undefined {
  if (process.platform === "win32" || !findProgram("epmd")) return undefined;
  return findProgram("rabbitmq-server");
}

/**
 * Starts a private node, in 4 to 16 seconds. It does not keep this process alive.
 *
 * @param wantedPort where it listens. Default: any port that is free
 */
export async function startPrivateNode(wantedPort?: number): Promise<PrivateNode> {
  const server = findServer();
  const epmd = findProgram("epmd");
  if (!server || !epmd) throw new Error("No rabbitmq-server is installed here.");
  const folder = mkdtempSync(join(tmpdir(), "eda-rabbitmq-"));
  const [dist = 0, names = 0, freePort = 0] = await freePorts(3);
  const port = wantedPort ?? freePort;
  const caretaker = hireCaretaker(folder);
  const env = environment(folder, port, dist, names);
  const registry = spawn(epmd, ["-port", `${names}`, "-address", "127.0.0.1"], {
    env,
    stdio: "ignore",
  });
  registry.unref();
  caretaker.watch(registry);
  let node: ChildProcess | undefined;
  const self: PrivateNode = {
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    async start() {
      node = spawn(server, { env, cwd: folder, stdio: "ignore" });
      node.unref();
      caretaker.watch(node);
      await ready(node, self.url, folder);
    },
    kill: () => end(node, "SIGKILL"),
    async stop() {
      await end(node, "SIGTERM");
      await end(registry, "SIGTERM");
      await caretaker.dismiss();
    },
  };
  try {
    await self.start();
  } catch (error) {
    await self.stop();
    throw error;
  }
  return self;
}

function findProgram(name: string): string | undefined {
  // Debian's wrapper in /usr/sbin changes to another user, so the PATH is looked at last.
  const folders = [...usualPlaces, ...(process.env.PATH ?? "").split(delimiter)];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function environment(
  folder: string,
  port: number,
  dist: number,
  names: number,
): NodeJS.ProcessEnv {
  const plugins = join(folder, "enabled_plugins");
  const config = join(folder, "rabbitmq.conf");
  writeFileSync(plugins, "[].\n");
  writeFileSync(config, "");
  mkdirSync(join(folder, "log"));
  return {
    PATH: process.env.PATH,
    LANG: process.env.LANG ?? "C.UTF-8",
    HOME: folder,
    RABBITMQ_CONF_ENV_FILE: "/dev/null",
    RABBITMQ_CONFIG_FILE: config,
    RABBITMQ_NODENAME: `eda-${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: "127.0.0.1",
    RABBITMQ_NODE_PORT: `${port}`,
    RABBITMQ_DIST_PORT: `${dist}`,
    ERL_EPMD_PORT: `${names}`,
    ERL_EPMD_ADDRESS: "127.0.0.1",
    RABBITMQ_BASE: folder,
    RABBITMQ_MNESIA_BASE: join(folder, "data"),
    RABBITMQ_LOG_BASE: join(folder, "log"),
    RABBITMQ_PID_FILE: join(folder, "pid"),
    RABBITMQ_GENERATED_CONFIG_DIR: join(folder, "config"),
    RABBITMQ_SCHEMA_DIR: join(folder, "schema"),
    RABBITMQ_PLUGINS_EXPAND_DIR: join(folder, "plugins"),
    RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
    // The script then becomes the server, so that a signal to it is a signal to the server.
    RUNNING_UNDER_SYSTEMD: "true",
  };
}

async function ready(node: ChildProcess, url: string, folder: string): Promise<void> {
  const deadline = Date.now() + startLimit;
  while (!(await answers(url))) {
    if (node.exitCode !== null || node.signalCode !== null || Date.now() > deadline) {
      throw new Error(`The private RabbitMQ did not start; its log is in ${folder}/log.`);
    }
    await delay(100);
  }
}

async function end(
  child: ChildProcess | undefined,
  signal: NodeJS.Signals,
): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
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

async function freePorts(count: number): Promise<number[]> {
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
