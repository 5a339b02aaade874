import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";
import kleur from "kleur";
import { findBroker } from "../../broker/find-broker.ts";
import { say, wrap } from "../screens/terminal.ts";
import { courseRoot } from "../work/course.ts";
import { findDocker, findProgram } from "./machine.ts";

interface Finding {
  name: string;
  found: boolean;
  /** What was found, or how to get it. */
  text: string;
  /** Only some lessons ask for it. */
  optional?: true;
}

/** `npm run lesson doctor` */
export default async function doctor(): Promise<number> {
  const findings = [
    node(),
    install(),
    writeAccess(),
    await broker(),
    program(),
    await docker(),
  ];
  for (const finding of findings) show(finding);
  const missing = findings.filter(({ found, optional }) => !found && !optional);
  say();
  say(wrap(conclusion(missing.length, findings)));
  return missing.length === 0 ? 0 : 1;
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
  const optional = findings.filter(({ found }) => !found).length;
  if (optional === 0) return "Everything is there.";
  return "Every lesson works. Only lesson 6 talks to RabbitMQ, and one way to get a RabbitMQ is enough.";
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const found = major > 20 || (major === 20 && minor >= 19);
  const text = `Node ${process.versions.node} at ${process.execPath}`;
  return {
    name: "Node",
    found,
    text: found ? text : `${text}. Version 20.19 or later is needed: https://nodejs.org`,
  };
}

function install(): Finding {
  const needed = ["tsx", "typescript", "esbuild", "markdown-it", "express", "amqplib"];
  const missing = needed.filter((name) => !isInstalled(name));
  const found = missing.length === 0;
  return {
    name: "Packages",
    found,
    text: found ? "installed" : `${missing.join(", ")} not installed. Run: npm ci`,
  };
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
  try {
    accessSync(
      existsSync(join(courseRoot, "work")) ? join(courseRoot, "work") : courseRoot,
      constants.W_OK,
    );
    return { name: "Write access", found: true, text: "your code goes to work/" };
  } catch {
    const text = `work/ cannot be written to. Clone the course into a folder of your own.`;
    return { name: "Write access", found: false, text };
  }
}

async function broker(): Promise<Finding> {
  const name = "RabbitMQ running";
  try {
    const { origin } = await findBroker({ own: false });
    return { name, found: true, text: `answers: ${origin}`, optional: true };
  } catch (error) {
    return { name, found: false, text: (error as Error).message, optional: true };
  }
}

function program(): Finding {
  const path = findProgram("rabbitmq-server", [
    "/usr/lib/rabbitmq/bin",
    "/opt/homebrew/sbin",
    "/usr/local/sbin",
  ]);
  return {
    name: "rabbitmq-server",
    found: path !== undefined,
    text: path ?? installBroker(),
    optional: true,
  };
}

async function docker(): Promise<Finding> {
  const { found, text } = await findDocker();
  return {
    name: "Docker engine",
    found,
    text: found ? text : `${text}. ${getDocker()}`,
    optional: true,
  };
}

function installBroker(): string {
  if (process.platform === "darwin")
    return "brew install rabbitmq && brew services start rabbitmq";
  if (process.platform === "win32")
    return "choco install rabbitmq   or https://www.rabbitmq.com/docs/install-windows";
  return "sudo apt-get install rabbitmq-server   or https://www.rabbitmq.com/docs/download";
}

function getDocker(): string {
  const desktop = process.platform === "darwin" || process.platform === "win32";
  if (findProgram("docker")) {
    return desktop ? "Start Docker Desktop." : "Start it: sudo systemctl start docker";
  }
  const page = desktop ? "get-started/get-docker" : "engine/install";
  return `Get it: https://docs.docker.com/${page}/`;
}
