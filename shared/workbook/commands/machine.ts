import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

export interface Found {
  found: boolean;
  text: string;
}

const patience = 3000;

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
