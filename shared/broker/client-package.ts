import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";

const courseRoot = join(import.meta.dirname, "..", "..");

/** A package that only those install who want it, for the code in one folder of the course. */
export interface ClientPackage {
  /** Such as `Redis`. */
  title: string;
  /** Where its package.json is, from the folder of the course. */
  folder: string;
}

/** Why it cannot be used here, as a sentence with the way out, or undefined where it can. */
export function problemWithClient(client: ClientPackage): string | undefined {
  const { title, folder } = client;
  const { name, needed } = detailsOf(client);
  if (!isAtLeast(process.versions.node, needed)) {
    return `The client for ${title} needs Node ${needed} or later, and this is ${process.versions.node}.`;
  }
  if (isInstalled(client)) return undefined;
  return `The client for ${title}, ${name}, is not installed: npm install --prefix ${folder}`;
}

/**
 * Installs the client if it is missing and whoever sits at the terminal agrees.
 *
 * @returns why it cannot be used, or undefined where it can
 */
export async function offerClient(client: ClientPackage): Promise<string | undefined> {
  const problem = problemWithClient(client);
  const { name, version, needed } = detailsOf(client);
  const npm = process.env.npm_execpath;
  const canInstall = isAtLeast(process.versions.node, needed) && npm !== undefined;
  if (!problem || !canInstall || !process.stdin.isTTY) return problem;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const question = `This needs ${name} ${version} (16 MB), for ${client.folder} alone. Install it? [Y/n] `;
  const answer = await terminal.question(question).finally(() => terminal.close());
  if (!/^\s*(y|yes)?\s*$/i.test(answer)) return problem;
  const words = ["install", "--prefix", client.folder, "--no-audit", "--no-fund"];
  const stdio = "inherit";
  await once(
    spawn(process.execPath, [npm, ...words], { cwd: courseRoot, stdio }),
    "exit",
  );
  return problemWithClient(client);
}

function isInstalled(client: ClientPackage): boolean {
  const { name } = detailsOf(client);
  return existsSync(join(courseRoot, client.folder, "node_modules", name));
}

function detailsOf({ folder }: ClientPackage) {
  const text = readFileSync(join(courseRoot, folder, "package.json"), "utf8");
  const { dependencies, engines } = JSON.parse(text);
  const [name, version] = Object.entries<string>(dependencies)[0] ?? ["", ""];
  return { name, version, needed: String(engines.node).replace(/^>=/, "") };
}

function isAtLeast(version: string, needed: string): boolean {
  return version.localeCompare(needed, "en", { numeric: true }) >= 0;
}
