import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { delimiter, join } from "node:path";

export interface Found {
  found: boolean;
  text: string;
}

const patience = 3000;

/** Greets whatever listens at the address as an AMQP client does, and waits for its answer. */
export function findBroker(url = "amqp://127.0.0.1:5672"): Promise<Found> {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address === undefined)
    return Promise.resolve({ found: false, text: `AMQP_URL is no address: ${url}` });
  const port = Number(address.port) || 5672;
  const place = `${address.hostname}:${port}`;
  return new Promise((done) => {
    const socket = connect({ host: address.hostname, port });
    const end = (found: boolean, text: string) => {
      socket.destroy();
      done({ found, text });
    };
    socket.setTimeout(patience, () => end(false, `no answer from ${place}`));
    socket.once("connect", () => socket.write("AMQP\0\0\x09\x01"));
    socket.once("error", () => end(false, `nothing listens at ${place}`));
    socket.once("close", () => end(false, `${place} hung up`));
    socket.once("data", (answer) => {
      // A frame that begins with 1 is a method: the broker says connection.start.
      if (answer[0] === 1) end(true, `answers at ${place}`);
      else end(false, `something else than RabbitMQ listens at ${place}`);
    });
  });
}

/** Where a program is: on the path, or in one of the usual folders. */
export function findProgram(name: string, folders: string[] = []): string | undefined {
  const names = process.platform === "win32" ? [`${name}.exe`, `${name}.bat`] : [name];
  return [...(process.env.PATH ?? "").split(delimiter), ...folders]
    .filter((folder) => folder !== "")
    .flatMap((folder) => names.map((file) => join(folder, file)))
    .find((path) => existsSync(path));
}

/** The program alone is not enough: it has to reach a running engine. */
export function findDocker(): Promise<Found> {
  const path = findProgram("docker");
  if (path === undefined)
    return Promise.resolve({ found: false, text: "no docker program" });
  return new Promise((done) => {
    const child = spawn(path, ["version", "--format", "{{.Server.Version}}"], {
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 2 * patience,
    });
    let version = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      version += text;
    });
    child.once("error", () => done({ found: false, text: "docker does not start" }));
    child.once("close", (status) => {
      if (status === 0) done({ found: true, text: `version ${version.trim()}` });
      else
        done({ found: false, text: "docker is installed, but its engine does not run" });
    });
  });
}
