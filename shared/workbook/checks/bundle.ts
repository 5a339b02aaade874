/**
 * Puts a program and all it imports into one file of JavaScript, which starts in a fraction of the time
 * that a loader of TypeScript takes. For trials and benchmarks: a learner's files run as they are.
 */
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { makeFolder } from "./trial-folder.ts";

const tsx = import.meta.resolve("tsx");

const options = {
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
  sourcemap: "inline",
  outExtension: { ".js": ".mjs" },
  logLevel: "silent",
} as const;

/**
 * A file in a bundle still knows where it was. Where it loads an answer anew, as another process would,
 * it gets a bundle of that answer; which ones, is written into `again`, and they
 * go into `folder`.
 */
function places(folder: string, again = new Set<string>()): Plugin {
  return {
    name: "places",
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const text = await readFile(path, "utf8");
        const url = pathToFileURL(path);
        const loadsAnew = text.includes("await import(");
        const contents = text
          .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)))
          .replaceAll("import.meta.url", JSON.stringify(url.href))
          .replaceAll(/import\.meta\.resolve\("([^"]+)"\)/g, (call, target) => {
            if (target.startsWith(".")) return JSON.stringify(new URL(target, url).href);
            if (!target.startsWith("#lesson/") || !loadsAnew) return call;
            again.add(target);
            const file = `${basename(target, ".ts")}.mjs`;
            return JSON.stringify(pathToFileURL(join(folder, file)).href);
          });
        return { contents, loader: "ts" };
      });
    },
  };
}

/** Bundles programs of the course into a folder, where they share what they import. */
export async function bundlePrograms(root: string, programs: string[]): Promise<string> {
  const outdir = makeFolder(root);
  await build({
    ...options,
    plugins: [places(outdir)],
    entryPoints: programs,
    external: ["*.test.ts"],
    outdir,
    splitting: true,
  });
  return outdir;
}

/** The folder of what runs any checks and tells what came of them, made once. */
let child: Promise<string> | undefined;

/** Node's arguments for a process that runs one bundle after the other. */
export async function bundleRunner(root: string): Promise<string[]> {
  const programs = ["check-child.ts", "check-reporter.ts"];
  child ??= bundlePrograms(
    root,
    programs.map((name) => join(import.meta.dirname, name)),
  );
  const runner = await child;
  return [
    "--no-warnings",
    "--enable-source-maps",
    ...["--test-reporter", pathToFileURL(join(runner, "check-reporter.mjs")).href],
    join(runner, "check-child.mjs"),
  ];
}

/**
 * Bundles a program of the course, or of a copy of it.
 *
 * @param name no other bundle of this folder has it: Node loads a file once
 * @returns the URL of the bundle
 * @throws Error with esbuild's words, where something cannot be read
 */
export async function bundled(
  folder: string,
  entry: string,
  name: string,
): Promise<string> {
  const outfile = join(folder, `${name}.mjs`);
  const again = new Set<string>();
  const outdir = join(folder, name);
  const plugins = [places(outdir, again)];
  // A process that a check forks reads TypeScript.
  const js = `process.execArgv.push("--import", ${JSON.stringify(tsx)});`;
  await build({ ...options, plugins, entryPoints: [entry], outfile, banner: { js } });
  if (again.size > 0) {
    const entryPoints = [...again];
    await build({
      ...options,
      plugins,
      absWorkingDir: folder,
      entryPoints,
      outdir,
      outbase: ".",
      entryNames: "[name]",
    });
  }
  return pathToFileURL(outfile).href;
}
