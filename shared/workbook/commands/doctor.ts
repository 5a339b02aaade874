import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";
import kleur from "kleur";
import { findBroker } from "../../broker/find-broker.ts";
import { usualPlaces } from "../../broker/private-node.ts";
import { findProgram } from "../../broker/private-process.ts";
import { say, wrap } from "../screens/terminal.ts";
import { courseRoot } from "../work/course.ts";

interface Finding {
  name: string;
  found: boolean;
  /** What was found, or how to get it. */
  text: string;
  /** Only some lessons ask for it. */
  optional?: true;
}

/** Where Docker comes as Docker Desktop. */
const isDesktop = process.platform === "darwin" || process.platform === "win32";

export default async function doctor(): Promise<number> {
  const findings = [
    // An older one would not have come this far.
    finding("Node", `Node ${process.versions.node} at ${process.execPath}`),
    install(),
    writeAccess(),
    await broker(),
    program(),
    docker(),
  ];
  for (const finding of findings) show(finding);
  const missing = findings.filter(({ found, optional }) => !found && !optional);
  say();
  say(wrap(conclusion(missing.length, findings)));
  return missing.length === 0 ? 0 : 1;
}

function finding(name: string, text: string, found = true): Finding {
  return { name, found, text };
}

function optional(name: string, text: string, found = true): Finding {
  return { name, found, text, optional: true };
}

function show({ name, found, text, optional }: Finding): void {
  const mark = found
    ? kleur.green("found")
    : optional
      ? kleur.yellow("not found")
      : kleur.red("MISSING");
  say(`${name.padEnd(18)} ${mark}`);
  say(kleur.dim(wrap(text, "  ")));
}

function conclusion(missing: number, findings: Finding[]): string {
  if (missing > 0) return "Mend what is missing first, then run this again.";
  if (findings.every(({ found }) => found)) return "Everything is there.";
  return "Every lesson works. Only lesson 6 talks to RabbitMQ, and one way to get a RabbitMQ is enough.";
}

function install(): Finding {
  const needed = ["tsx", "typescript", "esbuild", "markdown-it", "express", "amqplib"];
  const missing = needed.filter((name) => !isInstalled(name));
  return missing.length === 0
    ? finding("Packages", "installed")
    : finding(
        "Packages",
        `${missing.join(", ")} not installed. Run: npm ci --include=dev`,
        false,
      );
}

/** Packages may lie in the course or in any folder above it. */
function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return existsSync(join(courseRoot, "node_modules", name));
  }
}

function writeAccess(): Finding {
  const name = "Write access";
  const work = join(courseRoot, "work");
  try {
    accessSync(existsSync(work) ? work : courseRoot, constants.W_OK);
    return finding(name, "your code goes to work/");
  } catch {
    const text =
      "work/ cannot be written to. Clone the course into a folder of your own.";
    return finding(name, text, false);
  }
}

async function broker(): Promise<Finding> {
  const name = "RabbitMQ running";
  try {
    return optional(name, `answers: ${(await findBroker({ own: false })).origin}`);
  } catch (error) {
    return optional(name, (error as Error).message, false);
  }
}

function program(): Finding {
  const path = findProgram("rabbitmq-server", usualPlaces);
  return optional("rabbitmq-server", path ?? installBroker(), path !== undefined);
}

function installBroker(): string {
  if (process.platform === "darwin")
    return "brew install rabbitmq && brew services start rabbitmq";
  if (process.platform === "win32")
    return "choco install rabbitmq   or https://www.rabbitmq.com/docs/install-windows";
  return "sudo apt-get install rabbitmq-server   or https://www.rabbitmq.com/docs/download";
}

/** The program alone is not enough: it has to reach a running engine. */
function docker(): Finding {
  const name = "Docker engine";
  const path = findProgram("docker");
  if (path === undefined) {
    const page = isDesktop ? "get-started/get-docker" : "engine/install";
    const text = `no docker program. Get it: https://docs.docker.com/${page}/`;
    return optional(name, text, false);
  }
  const { status, stdout } = spawnSync(
    path,
    ["version", "--format", "{{.Server.Version}}"],
    { encoding: "utf8", timeout: 6000 },
  );
  if (status === 0) return optional(name, `version ${stdout.trim()}`);
  const start = isDesktop
    ? "Start Docker Desktop."
    : "Start it: sudo systemctl start docker";
  const text = `docker is installed, but its engine does not run. ${start}`;
  return optional(name, text, false);
}
