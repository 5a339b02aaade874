import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  findProgram,
  freePorts,
  type PrivateNode,
  runPrivately,
} from "./private-process.ts";
import { problemAt } from "./probe.ts";

export type { PrivateNode } from "./private-process.ts";

/** Where server programs are when they are installed but not on the PATH. */
export const usualPlaces = [
  "/usr/lib/rabbitmq/bin",
  "/opt/homebrew/opt/rabbitmq/sbin",
  "/usr/local/opt/rabbitmq/sbin",
  "/usr/local/sbin",
];

/** The server's script; undefined where none is installed, and on Windows, where we start none. */
export function findServer(): string | undefined {
  if (process.platform === "win32" || !findProgram("epmd", usualPlaces)) return undefined;
  // Debian's wrapper in /usr/sbin changes to another user, so the PATH is looked at last.
  return findProgram("rabbitmq-server", usualPlaces);
}

/**
 * Starts a private RabbitMQ, in 4 to 16 seconds. It does not keep this process alive.
 *
 * @param options.port where it listens. Default: any port that is free
 * @param options.config lines of its `rabbitmq.conf`. Default: none
 */
export async function startPrivateNode(
  options: { port?: number; config?: string } = {},
): Promise<PrivateNode> {
  const server = findServer();
  const epmd = findProgram("epmd", usualPlaces);
  if (!server || !epmd) throw new Error("No rabbitmq-server is installed here.");
  const [dist = 0, names = 0, freePort = 0] = await freePorts(3);
  const { port = freePort, config = "" } = options;
  const url = `amqp://guest:guest@127.0.0.1:${port}`;
  return runPrivately("RabbitMQ", (folder) => {
    writeFileSync(join(folder, "rabbitmq.conf"), config);
    const env = environment(folder, port, dist, names);
    const address = ["-port", `${names}`, "-address", "127.0.0.1"];
    return {
      url,
      companion: spawn(epmd, address, { env, stdio: "ignore" }),
      start: () => spawn(server, { env, cwd: folder, stdio: "ignore" }),
      problem: () => problemAt(url),
    };
  });
}

function environment(
  folder: string,
  port: number,
  dist: number,
  names: number,
): NodeJS.ProcessEnv {
  const plugins = join(folder, "enabled_plugins");
  writeFileSync(plugins, "[].\n");
  mkdirSync(join(folder, "log"));
  return {
    PATH: process.env.PATH,
    LANG: process.env.LANG ?? "C.UTF-8",
    HOME: folder,
    RABBITMQ_CONF_ENV_FILE: "/dev/null",
    RABBITMQ_CONFIG_FILE: join(folder, "rabbitmq.conf"),
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
