import { spawn } from "node:child_process";
import { addressIn, passwords } from "#bus/rabbit-contract";
import { findServerOf, type SearchOptions, type ServerKind } from "./find-server.ts";
import {
  findProgram,
  freePorts,
  type PrivateNode,
  runPrivately,
} from "./private-process.ts";
import { problemWith } from "./say-hello.ts";

export const redis: ServerKind = {
  title: "Redis",
  variable: "REDIS_URL",
  local: { url: "redis://127.0.0.1:6379", place: "127.0.0.1:6379" },
  problemAt,
  placeOf(url) {
    const address = addressIn(url, /^rediss?:$/);
    if (address) return address.host;
    throw new TypeError(`It is like redis://user:password@host:6379. ${passwords}`);
  },
  findPrivate: () => (findRedisServer() ? startPrivateRedis : undefined),
  seconds: 1,
  compose: ["--profile", "redis", "redis"],
  install: {
    darwin: "`brew install redis && brew services start redis`",
    win32: "install Memurai, or Redis in WSL",
    other: "`sudo apt-get install redis-server` (or your system's own)",
  },
};

/** Looks for a Redis: `REDIS_URL`, the one at 127.0.0.1:6379, a private one, or Docker. */
export const findRedis = (options?: SearchOptions) => findServerOf(redis, options);

function findRedisServer(): string | undefined {
  return process.platform === "win32" ? undefined : findProgram("redis-server");
}

/** Starts a private Redis that has every command on its disk before it answers. */
async function startPrivateRedis(): Promise<PrivateNode> {
  const server = findRedisServer();
  if (!server) throw new Error("No redis-server is installed here.");
  const [port = 0] = await freePorts(1);
  const url = `redis://127.0.0.1:${port}`;
  const options = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", ""];
  const durable = ["--appendonly", "yes", "--appendfsync", "always"];
  return runPrivately("Redis", (folder) => ({
    url,
    start: () =>
      spawn(server, [...options, ...durable], { cwd: folder, stdio: "ignore" }),
    problem: () => problemAt(url),
  }));
}

function problemAt(url: string): Promise<string | undefined> {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  return problemWith(
    { host, port: Number(port) || 6379 },
    protocol === "rediss:"
      ? undefined
      : {
          title: "Redis",
          hello: "PING\r\n",
          // One that wants a password says so.
          isRight: (answer) => /^(\+PONG|-NOAUTH)/.test(answer.toString("latin1")),
        },
  );
}
